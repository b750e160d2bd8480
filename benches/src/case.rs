//! The three events that are measured: their schemas, values, and the types of eventgen and of each peer.

use std::fmt::Debug;

use eventgen::avro::Decode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::peers::{borrowed, plain, proto};
use crate::{generated, hex};

/// The sums of the encodings, one line an event.
const SUMS: &str = include_str!("../events/sums.txt");

/// An event to measure with.
pub(crate) trait Case: 'static {
    /// The name of its files.
    const NAME: &'static str;
    /// The name of its record.
    const TYPE: &'static str;
    /// The schema without logical types.
    const PLAIN_SCHEMA: &'static str;
    /// The schema.
    const SCHEMA: &'static str;
    /// An older version of the schema: with a removed field, fewer symbols, and two fields in the other order.
    const OLDER_SCHEMA: &'static str;
    /// The value, in Avro's JSON encoding.
    const JSON: &'static str;
    /// The type of serde's peers.
    type Plain: Serialize + DeserializeOwned + Clone + PartialEq + Debug;
    /// The same, borrowed.
    type PlainRef<'a>: serde::Deserialize<'a>;
    /// The type of prost.
    type Proto: prost::Message + Default + for<'a> From<&'a Self::Plain>;
    /// The type that eventgen generates.
    type Ours: generated::Codec;
    /// The same without logical types.
    type OursPlain: generated::Codec;
    /// The same with `compact_str` for strings.
    type OursCompact: generated::Codec;
    /// The same, borrowed.
    type OursRef<'a>: Decode<'a>;
    /// The same without logical types.
    type OursPlainRef<'a>: Decode<'a>;
}

macro_rules! cases {
    ($($case:ident, $name:literal, $module:ident, $plain:ident, $compact:ident, $event:ident, $borrowed:ident;)*) => {$(
        pub(crate) struct $case;

        impl Case for $case {
            const NAME: &'static str = $name;
            const TYPE: &'static str = stringify!($event);
            const SCHEMA: &'static str = include_str!(concat!("../events/", $name, ".avsc"));
            const OLDER_SCHEMA: &'static str = include_str!(concat!("../events/", $name, ".older.avsc"));
            const PLAIN_SCHEMA: &'static str = include_str!(concat!("../events/", $name, ".plain.avsc"));
            const JSON: &'static str = include_str!(concat!("../events/", $name, ".json"));
            type Plain = plain::$event;
            type PlainRef<'a> = borrowed::$event<'a>;
            type Proto = proto::$event;
            type Ours = generated::$module::com::example::bench::$event;
            type OursPlain = generated::$plain::com::example::bench::$event;
            type OursCompact = generated::$compact::com::example::bench::$event;
            type OursRef<'a> = generated::$module::com::example::bench::$borrowed<'a>;
            type OursPlainRef<'a> = generated::$plain::com::example::bench::$borrowed<'a>;
        }
    )*};
}

cases! {
    OrderSmall, "order_small", order_small, order_small_plain, order_small_compact, OrderEvent, OrderEventRef;
    OrderLines, "order_lines", order_lines, order_lines_plain, order_lines_compact, OrderLinesEvent, OrderLinesEventRef;
    Telemetry, "telemetry", telemetry, telemetry_plain, telemetry_compact, TelemetryEvent, TelemetryEventRef;
}

/// The value as the type of serde's peers.
pub(crate) fn plain_value<S: Case>() -> S::Plain {
    let json: Value = serde_json::from_str(S::JSON).expect("the file is JSON");
    serde_json::from_value(without_avro(json)).expect("the value is of its type")
}

/// The binary encoding, checked against `sums.txt`.
pub(crate) fn reference<S: Case>() -> Vec<u8> {
    let schema: serde_avro_fast::Schema = S::PLAIN_SCHEMA.parse().expect("the schema parses");
    let mut config = serde_avro_fast::ser::SerializerConfig::new(&schema);
    let bytes = serde_avro_fast::to_datum_vec(&plain_value::<S>(), &mut config).expect("the value encodes");
    check_sum(S::NAME, &bytes);
    bytes
}

/// Panics if the sum of the bytes is not in `sums.txt`.
pub(crate) fn check_sum(name: &str, bytes: &[u8]) {
    let sum = hex::hex(&Sha256::digest(bytes));
    assert!(SUMS.contains(&format!("{sum}  {name}.bin\n")), "{name}: the encoding has the sum {sum}");
}

/// Avro's JSON names a union's branch and writes bytes as characters; serde wants the value and the numbers.
fn without_avro(json: Value) -> Value {
    match json {
        Value::Array(items) => Value::Array(items.into_iter().map(without_avro).collect()),
        Value::Object(fields) => {
            if let [(branch, value)] = &fields.iter().collect::<Vec<_>>()[..]
                && ["string", "double"].contains(&branch.as_str())
            {
                return (*value).clone();
            }
            let field = |(name, value): (String, Value)| match value {
                Value::String(text) if ["amount", "unitPrice"].contains(&name.as_str()) => {
                    (name, text.chars().map(u32::from).collect())
                }
                value => (name, without_avro(value)),
            };
            Value::Object(fields.into_iter().map(field).collect())
        }
        value => value,
    }
}

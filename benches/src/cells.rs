//! Every way to encode and decode an event that is measured.

use std::convert::Infallible;
use std::fmt::Debug;
use std::hint::black_box;

use eventgen::avro::{Limits, Plan};
use prost::Message as _;

use crate::harness::{Cell, Work};
use crate::subject::{self, Subject};

/// All cells of an event.
pub(crate) fn of<S: Subject>() -> Vec<Cell> {
    let bytes: &'static [u8] = Box::leak(subject::reference::<S>().into_boxed_slice());
    let mut cells = Cells { event: S::NAME, cells: Vec::new() };
    cells.ours::<S::Ours>(bytes, ["eventgen", "eventgen, owned", "eventgen, into a reused value"]);
    cells.ours::<S::OursPlain>(
        bytes,
        [
            "eventgen, no logical types",
            "eventgen, owned, no logical types",
            "eventgen, into a reused value, no logical types",
        ],
    );
    cells.decode("eventgen, owned, compact_str", move || {
        eventgen::avro::read::<S::OursCompact>(black_box(bytes))
    });
    cells.decode("eventgen, borrowed", move || eventgen::avro::read::<S::OursRef<'static>>(black_box(bytes)));
    cells.decode("eventgen, borrowed, no logical types", move || {
        eventgen::avro::read::<S::OursPlainRef<'static>>(black_box(bytes))
    });
    cells.older_writer::<S>(bytes);
    cells.serde_avro_fast::<S>(bytes);
    cells.apache_avro::<S>(bytes);
    cells.prost::<S>();
    cells.serde_json::<S>();
    cells.limits::<S>(bytes);
    cells.cells
}

struct Cells {
    event: &'static str,
    cells: Vec<Cell>,
}

impl Cells {
    fn add(&mut self, work: Work, row: &'static str, mut once: impl FnMut() + 'static) {
        let run = Box::new(move |count| {
            for _ in 0..count {
                once();
            }
        });
        self.cells.push(Cell { work, row, event: self.event, run });
    }

    /// Appends to a buffer that is kept, as every peer's encoder does here.
    fn encode(&mut self, row: &'static str, mut encode: impl FnMut(&mut Vec<u8>) + 'static) {
        let mut buffer = Vec::new();
        self.add(Work::Encode, row, move || {
            buffer.clear();
            encode(&mut buffer);
            black_box(&buffer);
        });
    }

    /// The drop of what was decoded counts.
    fn decode<T, E: Debug>(&mut self, row: &'static str, mut decode: impl FnMut() -> Result<T, E> + 'static) {
        drop(decode().expect("what was encoded"));
        self.add(Work::Decode, row, move || drop(black_box(decode())));
    }

    fn ours<T: crate::generated::Codec>(&mut self, bytes: &'static [u8], rows: [&'static str; 3]) {
        let value: T = eventgen::avro::read(bytes).expect("eventgen decodes the reference");
        let mut written = Vec::new();
        eventgen::avro::write(&value, &mut written).expect("eventgen encodes the value");
        subject::check_sum(self.event, &written);
        let [encode, owned, into] = rows;
        let mut reused = value.clone();
        self.encode(encode, move |buffer| {
            eventgen::avro::write(black_box(&value), buffer).expect("it did before");
        });
        self.decode(owned, move || eventgen::avro::read::<T>(black_box(bytes)));
        self.add(Work::Decode, into, move || {
            eventgen::avro::read_into(black_box(bytes), &mut reused).expect("it did before");
            black_box(&reused);
        });
    }

    /// What an older version wrote, through a plan. The same plan the other way round makes the bytes.
    fn older_writer<S: Subject>(&mut self, bytes: &'static [u8]) {
        let back = Plan::new(S::SCHEMA, S::OLDER_SCHEMA).expect("the versions resolve");
        let mut older = Vec::new();
        back.resolve(bytes, Limits::DEFAULT, &mut older).expect("the reference");
        let plan = Plan::new(S::OLDER_SCHEMA, S::SCHEMA).expect("the versions resolve");
        let mut scratch = Vec::new();
        plan.resolve(&older, Limits::DEFAULT, &mut scratch).expect("the older payload");
        subject::check_sum(self.event, &scratch);
        self.decode("eventgen, owned, an older writer's schema", move || {
            plan.read::<S::Ours>(black_box(&older), Limits::DEFAULT, &mut scratch)
        });
    }

    fn serde_avro_fast<S: Subject>(&mut self, bytes: &'static [u8]) {
        let schema = S::PLAIN_SCHEMA.parse::<serde_avro_fast::Schema>().expect("the schema parses");
        let schema: &'static serde_avro_fast::Schema = Box::leak(Box::new(schema));
        let mut config = serde_avro_fast::ser::SerializerConfig::new(schema);
        let value = subject::plain_value::<S>();
        self.encode("serde_avro_fast", move |buffer| {
            serde_avro_fast::to_datum(black_box(&value), buffer, &mut config).expect("a value of the schema");
        });
        self.decode("serde_avro_fast", move || {
            serde_avro_fast::from_datum_slice::<S::Plain>(black_box(bytes), schema)
        });
        self.decode("serde_avro_fast, borrowed", move || {
            serde_avro_fast::from_datum_slice::<S::PlainRef<'static>>(black_box(bytes), schema)
        });
    }

    fn apache_avro<S: Subject>(&mut self, bytes: &'static [u8]) {
        let schema = apache_avro::Schema::parse_str(S::PLAIN_SCHEMA).expect("the schema parses");
        let schema: &'static apache_avro::Schema = Box::leak(Box::new(schema));
        let writer =
            apache_avro::writer::datum::GenericDatumWriter::builder(schema).build().expect("a writer");
        let reader =
            apache_avro::reader::datum::GenericDatumReader::builder(schema).build().expect("a reader");
        let value = subject::plain_value::<S>();
        self.encode("apache-avro", move |buffer| {
            writer.write_ser(buffer, black_box(&value)).expect("a value of the schema");
        });
        self.decode("apache-avro", move || reader.read_deser::<S::Plain>(&mut black_box(bytes)));
    }

    fn prost<S: Subject>(&mut self) {
        let message = S::Proto::from(&subject::plain_value::<S>());
        let bytes = message.encode_to_vec();
        self.encode("prost (Protobuf, other bytes)", move |buffer| {
            black_box(&message).encode(buffer).expect("a growing buffer");
        });
        self.decode("prost (Protobuf, other bytes)", move || S::Proto::decode(black_box(bytes.as_slice())));
    }

    fn serde_json<S: Subject>(&mut self) {
        let value = subject::plain_value::<S>();
        let bytes = serde_json::to_vec(&value).expect("JSON");
        self.encode("serde_json", move |buffer| {
            serde_json::to_writer(buffer, black_box(&value)).expect("JSON");
        });
        self.decode("serde_json", move || serde_json::from_slice::<S::Plain>(black_box(&bytes)));
    }

    fn limits<S: Subject>(&mut self, bytes: &'static [u8]) {
        self.encode("limit: memcpy of the bytes", move |buffer| buffer.extend_from_slice(black_box(bytes)));
        let value = subject::plain_value::<S>();
        self.decode("limit: clone, no logical types", move || Ok::<_, Infallible>(black_box(&value).clone()));
        let value: S::Ours = eventgen::avro::read(bytes).expect("eventgen decodes the reference");
        self.decode("limit: clone", move || Ok::<_, Infallible>(black_box(&value).clone()));
    }
}

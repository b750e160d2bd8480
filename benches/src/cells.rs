//! The cells: every measured way to encode and decode an event.

use std::convert::Infallible;
use std::fmt::Debug;
use std::hint::black_box;

use eventgen::avro::{Limits, Plan};
use prost::Message as _;

use crate::case::{self, Case};
use crate::foreign::{Foreign, Programs};
use crate::harness::{Cell, Form, Runner, Work};

/// All cells of an event.
pub(crate) fn of<S: Case>(programs: &Programs) -> Vec<Cell> {
    let bytes: &'static [u8] = Box::leak(case::reference::<S>().into_boxed_slice());
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
    cells.decode(Form::New, "eventgen, owned, compact_str", move || {
        eventgen::avro::read::<S::OursCompact>(black_box(bytes))
    });
    cells.decode(Form::Borrowed, "eventgen, borrowed", move || {
        eventgen::avro::read::<S::OursRef<'static>>(black_box(bytes))
    });
    cells.decode(Form::Borrowed, "eventgen, borrowed, no logical types", move || {
        eventgen::avro::read::<S::OursPlainRef<'static>>(black_box(bytes))
    });
    cells.older_writer::<S>(bytes);
    cells.serde_avro_fast::<S>(bytes);
    cells.apache_avro::<S>(bytes);
    cells.prost::<S>();
    cells.serde_json::<S>();
    cells.java::<S>(programs, bytes);
    cells.go::<S>(programs, bytes);
    cells.limits::<S>(bytes);
    cells.cells
}

struct Cells {
    event: &'static str,
    cells: Vec<Cell>,
}

impl Cells {
    fn add(&mut self, work: Work, form: Form, row: &'static str, mut once: impl FnMut() + 'static) {
        let run = Box::new(move |count| {
            for _ in 0..count {
                once();
            }
        });
        self.cells.push(Cell { work, form, row, event: self.event, runner: Runner::Here(run) });
    }

    /// Adds no cell if the program of the peer is missing.
    fn foreign(&mut self, work: Work, form: Form, row: &'static str, foreign: Option<Foreign>) {
        let runner = foreign.map(|foreign| Runner::There(Box::new(foreign)));
        self.cells.extend(runner.map(|runner| Cell { work, form, row, event: self.event, runner }));
    }

    /// Appends to a buffer that is kept, as every peer's encoder does here.
    fn encode(&mut self, form: Form, row: &'static str, mut encode: impl FnMut(&mut Vec<u8>) + 'static) {
        let mut buffer = Vec::new();
        self.add(Work::Encode, form, row, move || {
            buffer.clear();
            encode(&mut buffer);
            black_box(&buffer);
        });
    }

    /// The drop of what was decoded counts.
    fn decode<T, E: Debug>(
        &mut self,
        form: Form,
        row: &'static str,
        mut decode: impl FnMut() -> Result<T, E> + 'static,
    ) {
        drop(decode().expect("what was encoded"));
        self.add(Work::Decode, form, row, move || drop(black_box(decode())));
    }

    fn ours<T: crate::generated::Codec>(&mut self, bytes: &'static [u8], rows: [&'static str; 3]) {
        let value: T = eventgen::avro::read(bytes).expect("eventgen decodes the reference");
        let mut written = Vec::new();
        eventgen::avro::write(&value, &mut written).expect("eventgen encodes the value");
        case::check_sum(self.event, &written);
        let [encode, owned, into] = rows;
        let mut reused = value.clone();
        self.encode(Form::Bytes, encode, move |buffer| {
            eventgen::avro::write(black_box(&value), buffer).expect("it did before");
        });
        self.decode(Form::New, owned, move || eventgen::avro::read::<T>(black_box(bytes)));
        self.add(Work::Decode, Form::Reused, into, move || {
            eventgen::avro::read_into(black_box(bytes), &mut reused).expect("it did before");
            black_box(&reused);
        });
    }

    /// What an older version wrote, through a plan. The same plan the other way round makes the bytes.
    fn older_writer<S: Case>(&mut self, bytes: &'static [u8]) {
        let back = Plan::new(S::SCHEMA, S::OLDER_SCHEMA).expect("the versions resolve");
        let mut older = Vec::new();
        back.resolve(bytes, Limits::DEFAULT, &mut older).expect("the reference");
        let plan = Plan::new(S::OLDER_SCHEMA, S::SCHEMA).expect("the versions resolve");
        let mut scratch = Vec::new();
        plan.resolve(&older, Limits::DEFAULT, &mut scratch).expect("the older payload");
        case::check_sum(self.event, &scratch);
        self.decode(Form::Older, "eventgen, owned, an older writer's schema", move || {
            plan.read::<S::Ours>(black_box(&older), Limits::DEFAULT, &mut scratch)
        });
    }

    fn serde_avro_fast<S: Case>(&mut self, bytes: &'static [u8]) {
        let schema = S::PLAIN_SCHEMA.parse::<serde_avro_fast::Schema>().expect("the schema parses");
        let schema: &'static serde_avro_fast::Schema = Box::leak(Box::new(schema));
        let mut config = serde_avro_fast::ser::SerializerConfig::new(schema);
        let value = case::plain_value::<S>();
        self.encode(Form::Bytes, "serde_avro_fast", move |buffer| {
            serde_avro_fast::to_datum(black_box(&value), buffer, &mut config).expect("a value of the schema");
        });
        self.decode(Form::New, "serde_avro_fast", move || {
            serde_avro_fast::from_datum_slice::<S::Plain>(black_box(bytes), schema)
        });
        self.decode(Form::Borrowed, "serde_avro_fast, borrowed", move || {
            serde_avro_fast::from_datum_slice::<S::PlainRef<'static>>(black_box(bytes), schema)
        });
    }

    fn apache_avro<S: Case>(&mut self, bytes: &'static [u8]) {
        let schema = apache_avro::Schema::parse_str(S::PLAIN_SCHEMA).expect("the schema parses");
        let schema: &'static apache_avro::Schema = Box::leak(Box::new(schema));
        let writer =
            apache_avro::writer::datum::GenericDatumWriter::builder(schema).build().expect("a writer");
        let reader =
            apache_avro::reader::datum::GenericDatumReader::builder(schema).build().expect("a reader");
        let value = case::plain_value::<S>();
        self.encode(Form::Bytes, "apache-avro", move |buffer| {
            writer.write_ser(buffer, black_box(&value)).expect("a value of the schema");
        });
        self.decode(Form::New, "apache-avro", move || reader.read_deser::<S::Plain>(&mut black_box(bytes)));
    }

    fn prost<S: Case>(&mut self) {
        let message = S::Proto::from(&case::plain_value::<S>());
        let bytes = message.encode_to_vec();
        self.encode(Form::Bytes, "prost (Protobuf, other bytes)", move |buffer| {
            black_box(&message).encode(buffer).expect("a growing buffer");
        });
        self.decode(Form::New, "prost (Protobuf, other bytes)", move || {
            S::Proto::decode(black_box(bytes.as_slice()))
        });
    }

    fn serde_json<S: Case>(&mut self) {
        let value = case::plain_value::<S>();
        let bytes = serde_json::to_vec(&value).expect("JSON");
        self.encode(Form::Bytes, "serde_json", move |buffer| {
            serde_json::to_writer(buffer, black_box(&value)).expect("JSON");
        });
        self.decode(Form::New, "serde_json", move || serde_json::from_slice::<S::Plain>(black_box(&bytes)));
    }

    /// Custom coders encode fastest; to decode, the reader that is built at run time is faster in most cells.
    fn java<S: Case>(&mut self, programs: &Programs, bytes: &[u8]) {
        use Form::{Bytes, New, Reused};
        for (work, form, row, [what, strings, coders]) in [
            (Work::Encode, Bytes, "Apache Avro in Java, Utf8, custom coders", ["encode", "utf8", "custom"]),
            (
                Work::Encode,
                Bytes,
                "Apache Avro in Java, String, custom coders",
                ["encode", "string", "custom"],
            ),
            (Work::Decode, New, "Apache Avro in Java, Utf8", ["new", "utf8", "fast"]),
            (Work::Decode, New, "Apache Avro in Java, String", ["new", "string", "fast"]),
            (Work::Decode, Reused, "Apache Avro in Java, Utf8, reused", ["reused", "utf8", "fast"]),
            (
                Work::Decode,
                Reused,
                "Apache Avro in Java, Utf8, reused, custom coders",
                ["reused", "utf8", "custom"],
            ),
        ] {
            self.foreign(work, form, row, programs.java::<S>(bytes, what, strings, coders));
        }
    }

    fn go<S: Case>(&mut self, programs: &Programs, bytes: &[u8]) {
        self.foreign(Work::Encode, Form::Bytes, "hamba/avro in Go", programs.go::<S>(bytes, "encode"));
        self.foreign(Work::Decode, Form::New, "hamba/avro in Go", programs.go::<S>(bytes, "new"));
        self.foreign(
            Work::Decode,
            Form::Reused,
            "hamba/avro in Go, reused",
            programs.go::<S>(bytes, "reused"),
        );
    }

    fn limits<S: Case>(&mut self, bytes: &'static [u8]) {
        self.encode(Form::Limit, "limit: memcpy of the bytes", move |buffer| {
            buffer.extend_from_slice(black_box(bytes));
        });
        let value = case::plain_value::<S>();
        self.decode(Form::Limit, "limit: clone, no logical types", move || {
            Ok::<_, Infallible>(black_box(&value).clone())
        });
        let value: S::Ours = eventgen::avro::read(bytes).expect("eventgen decodes the reference");
        self.decode(Form::Limit, "limit: clone", move || Ok::<_, Infallible>(black_box(&value).clone()));
    }
}

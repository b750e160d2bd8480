//! What the tests share: apache-avro as the second opinion, and any value of any schema from it.

use std::collections::HashMap;

use apache_avro::schema::{InnerDecimalSchema, Name, Schema};
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use eventgen::KafkaEvent;
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;

/// The schema of an event as apache-avro understands it.
pub(crate) struct Avro {
    pub(crate) schema: Schema,
}

impl Avro {
    pub(crate) fn of<E: KafkaEvent>() -> Self {
        Self { schema: Schema::parse_str(E::SCHEMA.text).expect("apache-avro takes the embedded schema") }
    }

    pub(crate) fn write(&self, value: &Value) -> Vec<u8> {
        let writer = GenericDatumWriter::builder(&self.schema).build().expect("a writer");
        writer.write_value_to_vec(value.clone()).expect("apache-avro writes a value of the schema")
    }

    /// Any value that both apache-avro and the Rust types of generated code can hold.
    pub(crate) fn values(&self) -> BoxedStrategy<Value> {
        let mut names = HashMap::new();
        named(&self.schema, &mut names);
        values(&self.schema, &names)
    }
}

fn named<'a>(schema: &'a Schema, names: &mut HashMap<Name, &'a Schema>) {
    match schema {
        Schema::Record(record) => {
            names.insert(record.name.clone(), schema);
            record.fields.iter().for_each(|field| named(&field.schema, names));
        }
        Schema::Enum(definition) => drop(names.insert(definition.name.clone(), schema)),
        Schema::Fixed(definition) => drop(names.insert(definition.name.clone(), schema)),
        Schema::Decimal(decimal) => {
            if let InnerDecimalSchema::Fixed(definition) = &decimal.inner {
                names.insert(definition.name.clone(), schema);
            }
        }
        Schema::Array(array) => named(&array.items, names),
        Schema::Map(map) => named(&map.types, names),
        Schema::Union(union) => union.variants().iter().for_each(|branch| named(branch, names)),
        _ => {}
    }
}

fn values(schema: &Schema, names: &HashMap<Name, &Schema>) -> BoxedStrategy<Value> {
    match schema {
        Schema::Null => Just(Value::Null).boxed(),
        Schema::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Schema::Int => any::<i32>().prop_map(Value::Int).boxed(),
        Schema::Long => any::<i64>().prop_map(Value::Long).boxed(),
        Schema::Float => any::<f32>().prop_map(Value::Float).boxed(),
        Schema::Double => any::<f64>().prop_map(Value::Double).boxed(),
        Schema::Bytes => vec(any::<u8>(), 0..24).prop_map(Value::Bytes).boxed(),
        Schema::String => text().prop_map(Value::String).boxed(),
        Schema::Array(array) => vec(values(&array.items, names), 0..4).prop_map(Value::Array).boxed(),
        Schema::Map(map) => hash_map(text(), values(&map.types, names), 0..4).prop_map(Value::Map).boxed(),
        Schema::Union(union) => {
            let branches = (0_u32..).zip(union.variants()).map(|(index, branch)| {
                values(branch, names).prop_map(move |value| Value::Union(index, Box::new(value))).boxed()
            });
            proptest::strategy::Union::new(branches).boxed()
        }
        Schema::Record(record) => {
            let fields: Vec<_> = record.fields.iter().map(|field| values(&field.schema, names)).collect();
            let names: Vec<String> = record.fields.iter().map(|field| field.name.clone()).collect();
            let record = move |fields| Value::Record(names.iter().cloned().zip::<Vec<_>>(fields).collect());
            fields.prop_map(record).boxed()
        }
        Schema::Enum(definition) => {
            let symbols: Vec<_> = (0_u32..).zip(definition.symbols.clone()).collect();
            proptest::sample::select(symbols).prop_map(|(index, symbol)| Value::Enum(index, symbol)).boxed()
        }
        Schema::Fixed(definition) => {
            let size = definition.size;
            vec(any::<u8>(), size).prop_map(move |bytes| Value::Fixed(size, bytes)).boxed()
        }
        Schema::Decimal(decimal) => {
            let limit = 10_i128.pow(u32::try_from(decimal.precision).expect("a small precision"));
            let decimal = |unscaled: i128| Value::Decimal(unscaled.to_be_bytes().into());
            (1 - limit..limit).prop_map(decimal).boxed()
        }
        Schema::Uuid(_) => {
            any::<u128>().prop_map(|bits| Value::Uuid(eventgen::uuid::Uuid::from_u128(bits))).boxed()
        }
        // What chrono holds: 262 000 years around 1970.
        Schema::Date => (-90_000_000..90_000_000).prop_map(Value::Date).boxed(),
        Schema::TimeMillis => (0..86_400_000).prop_map(Value::TimeMillis).boxed(),
        Schema::TimeMicros => (0..86_400_000_000_i64).prop_map(Value::TimeMicros).boxed(),
        Schema::TimestampMillis => {
            (-8_000_000_000_000_000..8_000_000_000_000_000_i64).prop_map(Value::TimestampMillis).boxed()
        }
        Schema::TimestampMicros => (-8_000_000_000_000_000_000..8_000_000_000_000_000_000_i64)
            .prop_map(Value::TimestampMicros)
            .boxed(),
        Schema::TimestampNanos => any::<i64>().prop_map(Value::TimestampNanos).boxed(),
        Schema::Ref { name } => values(names[name], names),
        other => panic!("no values of {other:?}"),
    }
}

fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..12).prop_map(String::from_iter)
}

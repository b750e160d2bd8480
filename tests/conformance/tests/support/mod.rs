//! Shared by the tests: apache-avro as an oracle, and arbitrary values of any schema.

use std::collections::HashMap;

use apache_avro::schema::{InnerDecimalSchema, Name, Schema, UuidSchema};
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use eventgen::KafkaEvent;
use eventgen::types::bigdecimal::BigDecimal;
use eventgen::types::bigdecimal::num_bigint::BigInt;
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;

/// The schema of an event, parsed by apache-avro.
pub(crate) struct Avro {
    pub(crate) schema: Schema,
}

impl Avro {
    pub(crate) fn of<E: KafkaEvent>() -> Self {
        Self::parse(E::schema().text())
    }

    pub(crate) fn parse(schema: &str) -> Self {
        Self { schema: Schema::parse_str(schema).expect("apache-avro takes the schema") }
    }

    pub(crate) fn write(&self, value: &Value) -> Vec<u8> {
        let writer = GenericDatumWriter::builder(&self.schema).build().expect("a writer");
        writer.write_value_to_vec(value.clone()).expect("apache-avro writes a value of the schema")
    }

    /// Any value that both apache-avro and the Rust types of generated code can hold; with `modest` dates those of the
    /// years -9999 to 9999, which every crate's hold.
    pub(crate) fn values(&self, modest: bool) -> BoxedStrategy<Value> {
        let mut names = HashMap::new();
        named(&self.schema, &mut names);
        Values { names, modest }.of(&self.schema, 0)
    }
}

fn named<'a>(schema: &'a Schema, names: &mut HashMap<Name, &'a Schema>) {
    match schema {
        Schema::Record(record) => {
            names.insert(record.name.clone(), schema);
            record.fields.iter().for_each(|field| named(&field.schema, names));
        }
        Schema::Enum(definition) => drop(names.insert(definition.name.clone(), schema)),
        Schema::Fixed(definition)
        | Schema::Uuid(UuidSchema::Fixed(definition))
        | Schema::Duration(definition) => {
            names.insert(definition.name.clone(), schema);
        }
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

/// The depth of recursive types in the values of the tests.
const DEEPEST: u32 = 2;

struct Values<'a> {
    names: HashMap<Name, &'a Schema>,
    modest: bool,
}

impl Values<'_> {
    /// `depth` counts the references on the way here: every recursion goes through one.
    fn of(&self, schema: &Schema, depth: u32) -> BoxedStrategy<Value> {
        let few = if depth >= DEEPEST { 0..1_usize } else { 0..4 };
        match schema {
            Schema::Array(array) => {
                vec(self.of_inner(&array.items, depth), few).prop_map(Value::Array).boxed()
            }
            Schema::Map(map) => {
                hash_map(text(), self.of_inner(&map.types, depth), few).prop_map(Value::Map).boxed()
            }
            Schema::Union(union) => {
                let branches = (0_u32..).zip(union.variants());
                let ends = |schema: &Schema| !matches!(schema, Schema::Ref { .. } | Schema::Record(_));
                // A recursion ends at a branch that is not a record.
                let may_end = depth >= DEEPEST && union.variants().iter().any(ends);
                let branches =
                    branches.filter(|(_, branch)| !may_end || ends(branch)).map(|(index, branch)| {
                        self.of(branch, depth)
                            .prop_map(move |value| Value::Union(index, Box::new(value)))
                            .boxed()
                    });
                proptest::strategy::Union::new(branches).boxed()
            }
            Schema::Record(record) => {
                let fields: Vec<_> =
                    record.fields.iter().map(|field| self.of(&field.schema, depth)).collect();
                let names: Vec<String> = record.fields.iter().map(|field| field.name.clone()).collect();
                let record =
                    move |fields| Value::Record(names.iter().cloned().zip::<Vec<_>>(fields).collect());
                fields.prop_map(record).boxed()
            }
            Schema::Ref { name } => self.of(self.names[name], depth + 1),
            leaf => leaves(leaf, self.modest),
        }
    }

    /// The items of a list. Below the deepest level lists are empty, so any item will do.
    fn of_inner(&self, schema: &Schema, depth: u32) -> BoxedStrategy<Value> {
        if depth >= DEEPEST { Just(Value::Null).boxed() } else { self.of(schema, depth) }
    }
}

/// Values of primitive types.
fn leaves(schema: &Schema, modest: bool) -> BoxedStrategy<Value> {
    match schema {
        Schema::Null => Just(Value::Null).boxed(),
        Schema::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Schema::Int => any::<i32>().prop_map(Value::Int).boxed(),
        Schema::Long => any::<i64>().prop_map(Value::Long).boxed(),
        Schema::Float => any::<f32>().prop_map(Value::Float).boxed(),
        Schema::Double => any::<f64>().prop_map(Value::Double).boxed(),
        Schema::Bytes => vec(any::<u8>(), 0..24).prop_map(Value::Bytes).boxed(),
        Schema::String => text().prop_map(Value::String).boxed(),
        Schema::Enum(definition) => {
            let symbols: Vec<_> = (0_u32..).zip(definition.symbols.clone()).collect();
            proptest::sample::select(symbols).prop_map(|(index, symbol)| Value::Enum(index, symbol)).boxed()
        }
        Schema::Fixed(definition) => {
            let size = definition.size;
            vec(any::<u8>(), size).prop_map(move |bytes| Value::Fixed(size, bytes)).boxed()
        }
        Schema::Decimal(decimal) => decimals(decimal.precision),
        Schema::BigDecimal => (vec(any::<u8>(), 1..20), any::<i32>())
            .prop_map(|(bytes, scale)| {
                Value::BigDecimal(BigDecimal::new(BigInt::from_signed_bytes_be(&bytes), scale.into()))
            })
            .boxed(),
        Schema::Uuid(_) => {
            any::<u128>().prop_map(|bits| Value::Uuid(eventgen::types::uuid::Uuid::from_u128(bits))).boxed()
        }
        Schema::Duration(_) => any::<[u8; 12]>().prop_map(|bytes| Value::Duration(bytes.into())).boxed(),
        _ => times(schema, modest),
    }
}

/// What chrono holds, 262 000 years around 1970, or what every crate holds.
fn times(schema: &Schema, modest: bool) -> BoxedStrategy<Value> {
    let days = if modest { 2_900_000 } else { 90_000_000 };
    let millis = i64::from(days) * 86_400_000;
    let micros = if modest { millis * 1_000 } else { 8_000_000_000_000_000_000 };
    let (millis, micros) = (-millis..millis, -micros..micros);
    match schema {
        Schema::Date => (-days..days).prop_map(Value::Date).boxed(),
        Schema::TimeMillis => (0..86_400_000).prop_map(Value::TimeMillis).boxed(),
        Schema::TimeMicros => (0..86_400_000_000_i64).prop_map(Value::TimeMicros).boxed(),
        Schema::TimestampMillis => millis.prop_map(Value::TimestampMillis).boxed(),
        Schema::TimestampMicros => micros.prop_map(Value::TimestampMicros).boxed(),
        Schema::TimestampNanos => any::<i64>().prop_map(Value::TimestampNanos).boxed(),
        Schema::LocalTimestampMillis => millis.prop_map(Value::LocalTimestampMillis).boxed(),
        Schema::LocalTimestampMicros => micros.prop_map(Value::LocalTimestampMicros).boxed(),
        Schema::LocalTimestampNanos => any::<i64>().prop_map(Value::LocalTimestampNanos).boxed(),
        other => panic!("no values of {other:?}"),
    }
}

/// Decimals of at most `precision` digits, capped at some hundred digits.
fn decimals(precision: usize) -> BoxedStrategy<Value> {
    let limit = BigInt::from(10).pow(u32::try_from(precision.min(300)).expect("a small precision"));
    let bytes = limit.to_signed_bytes_be().len();
    let decimal = move |bytes: Vec<u8>| {
        let unscaled = BigInt::from_signed_bytes_be(&bytes) % &limit;
        Value::Decimal(unscaled.to_signed_bytes_be().into())
    };
    vec(any::<u8>(), 1..=bytes).prop_map(decimal).boxed()
}

fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..12).prop_map(String::from_iter)
}

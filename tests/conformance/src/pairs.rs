//! Pairs of a writer's and a reader's schema that differ in every way that the specification mentions, and values.
//!
//! All choices are made by bytes, so that property tests can shrink them and fuzzers can steer them.

use std::collections::HashMap;

use apache_avro::schema::{Name, Schema};
use apache_avro::types::Value;
use serde_json::{Value as Json, json};

/// Choices made by bytes. After the last byte every choice is 0, which is the simplest one.
#[derive(Debug)]
pub struct Choices<'a>(pub &'a [u8]);

impl Choices<'_> {
    /// A number below `bound`, which is 256 at most.
    pub fn below(&mut self, bound: usize) -> usize {
        let Some((&byte, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(byte) % bound.max(1)
    }

    fn bits(&mut self) -> u64 {
        // Small numbers are as likely as large ones.
        let bytes = self.below(9);
        (0..bytes).fold(0, |bits, _| bits << 8 | self.below(256) as u64)
    }
}

/// The implementation that plans are compared with. Pairs that apache-avro 0.22 resolves wrongly are left out for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oracle {
    /// The crate apache-avro.
    ApacheAvro,
    /// Apache Avro in Java, the reference implementation.
    Java,
}

/// A writer's and a reader's schema.
pub fn pair(choices: &mut Choices<'_>, oracle: Oracle) -> (Json, Json) {
    let mut pairs = Pairs { choices, names: 0, all: oracle == Oracle::Java };
    pairs.record(3)
}

struct Pairs<'a, 'b> {
    choices: &'a mut Choices<'b>,
    names: usize,
    /// Whether every difference that the specification mentions is made.
    all: bool,
}

/// Primitive types, and the types to which they are promoted.
const PRIMITIVES: [(&str, &[&str]); 8] = [
    ("string", &["bytes"]),
    ("int", &["long", "float", "double"]),
    ("long", &["float", "double"]),
    ("float", &["double"]),
    ("double", &[]),
    ("bytes", &["string"]),
    ("boolean", &[]),
    ("null", &[]),
];

impl Pairs<'_, '_> {
    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    fn any(&mut self, depth: usize) -> (Json, Json) {
        let kinds = if depth == 0 { 5 } else { 12 };
        match self.choices.below(kinds) {
            0 | 1 => self.primitive(),
            2 => self.enumeration(),
            3 => self.fixed(),
            4 => self.logical(),
            5 | 6 => self.record(depth - 1),
            7 => {
                let (writer, reader) = self.any(depth - 1);
                (json!({"type": "array", "items": writer}), json!({"type": "array", "items": reader}))
            }
            8 => {
                let (writer, reader) = self.any(depth - 1);
                (json!({"type": "map", "values": writer}), json!({"type": "map", "values": reader}))
            }
            9 => self.recursive(),
            _ => self.union(depth - 1),
        }
    }

    fn primitive(&mut self) -> (Json, Json) {
        let (writer, promoted) = PRIMITIVES[self.choices.below(PRIMITIVES.len())];
        let reader = match self.choices.below(4) {
            0 | 1 => writer,
            // Now and then something that does not resolve.
            2 => promoted.get(self.choices.below(promoted.len())).unwrap_or(&writer),
            _ if self.choices.below(8) == 7 => PRIMITIVES[self.choices.below(PRIMITIVES.len())].0,
            _ => writer,
        };
        (json!(writer), json!(reader))
    }

    fn logical(&mut self) -> (Json, Json) {
        let logical = [
            json!({"type": "long", "logicalType": "timestamp-millis"}),
            json!({"type": "int", "logicalType": "date"}),
            json!({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}),
            json!({"type": "string", "logicalType": "uuid"}),
        ][self.choices.below(4)]
        .clone();
        (logical.clone(), logical)
    }

    fn enumeration(&mut self) -> (Json, Json) {
        let name = self.name("E");
        let writer = &["A", "B", "C"][..=self.choices.below(3)];
        let reader = [&["A", "B", "C"][..], &["C", "A", "B"], &["A", "B", "C", "D"], &["B", "D"], &["D"]]
            [self.choices.below(5)];
        let mut ours = json!({"type": "enum", "name": name, "symbols": reader});
        if self.choices.below(2) == 1 {
            ours["default"] = json!(reader[self.choices.below(reader.len())]);
        }
        (json!({"type": "enum", "name": name, "symbols": writer}), ours)
    }

    fn fixed(&mut self) -> (Json, Json) {
        let (name, size) = (self.name("F"), 1 + self.choices.below(4));
        let other = if self.choices.below(8) == 7 { size + 1 } else { size };
        let fixed = |size| json!({"type": "fixed", "name": name, "size": size});
        (fixed(size), fixed(other))
    }

    /// A list of which the reader's schema has more or fewer items.
    fn recursive(&mut self) -> (Json, Json) {
        let name = self.name("L");
        let (writer, reader) = self.primitive();
        let mut list = |value: Json| {
            let mut fields = vec![
                json!({"name": "value", "type": value}),
                json!({"name": "next", "type": ["null", name], "default": null}),
            ];
            if self.choices.below(2) == 1 {
                fields.push(json!({"name": "more", "type": "int", "default": 1}));
            }
            if self.choices.below(2) == 1 {
                fields.reverse();
            }
            json!({"type": "record", "name": name, "fields": fields})
        };
        (list(writer), list(reader))
    }

    fn union(&mut self, depth: usize) -> (Json, Json) {
        let mut theirs: Vec<Json> = Vec::new();
        let mut ours: Vec<Json> = Vec::new();
        for _ in 0..=self.choices.below(if self.all { 6 } else { 3 }) {
            let (writer, reader) = self.any(depth);
            // A union holds no union, and each unnamed type once. apache-avro's values keep their logical type: a
            // branch that has one is not promoted there; and where one is a uuid, it takes no other default of the
            // union.
            let all = self.all;
            let fits = |branch: &Json, branches: &[Json]| {
                !branch.is_array()
                    && (branch["logicalType"].is_null() || all && branch["logicalType"] != "uuid")
                    && branches.iter().all(|other| {
                        if all { type_of(other) != type_of(branch) } else { kind(other) != kind(branch) }
                    })
            };
            // Nor does it keep strings from becoming symbols or fixed where a union has both.
            let plain = all || reader["default"].is_null() && writer["size"] == reader["size"];
            if plain && fits(&writer, &theirs) && fits(&reader, &ours) {
                theirs.push(writer);
                ours.push(reader);
            }
        }
        if theirs.is_empty() {
            return (json!(["null"]), json!(["null"]));
        }
        match self.choices.below(6) {
            0 => ours.reverse(),
            1 if ours.iter().all(|branch| kind(branch) != "null") => ours.insert(0, json!("null")),
            2 => ours.truncate(1 + self.choices.below(ours.len())),
            _ => {}
        }
        match self.choices.below(6) {
            4 => (theirs.swap_remove(0), Json::Array(ours)),
            5 => (Json::Array(theirs), ours.swap_remove(0)),
            _ => (Json::Array(theirs), Json::Array(ours)),
        }
    }

    fn record(&mut self, depth: usize) -> (Json, Json) {
        let name = self.name("R");
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..self.choices.below(5) {
            let (writer, reader) = self.any(depth);
            let name = self.name("f");
            match self.choices.below(8) {
                0..4 => {
                    theirs.push(json!({"name": name, "type": writer}));
                    ours.push(json!({"name": name, "type": reader}));
                }
                4 => {
                    theirs.push(json!({"name": name, "type": writer}));
                    ours.insert(0, json!({"name": name, "type": reader}));
                }
                5 => {
                    theirs.push(json!({"name": name, "type": writer}));
                    ours.push(json!({"name": format!("was_{name}"), "aliases": [name], "type": reader}));
                }
                6 => theirs.push(json!({"name": name, "type": writer})),
                _ => {
                    // apache-avro selects a wrong branch for some defaults of unions.
                    let reader = if !self.all && has_odd_union(&reader) { json!("int") } else { reader };
                    let mut field = json!({"name": name, "type": reader});
                    if self.choices.below(8) != 7 {
                        field["default"] = default(&reader);
                    }
                    ours.push(field);
                }
            }
        }
        let record = |fields: Vec<Json>| json!({"type": "record", "name": name, "fields": fields});
        let mut reader = record(ours);
        if self.all && self.choices.below(8) == 7 {
            reader["name"] = json!(format!("Was{name}"));
            reader["aliases"] = json!([name]);
        }
        (record(theirs), reader)
    }
}

/// Whether a union in a type begins with anything but null.
fn has_odd_union(schema: &Json) -> bool {
    let mut fields = schema["fields"].as_array().into_iter().flatten();
    schema.as_array().is_some_and(|branches| branches[0] != "null")
        || [&schema["items"], &schema["values"]]
            .into_iter()
            .any(|inner| !inner.is_null() && has_odd_union(inner))
        || fields.any(|field| has_odd_union(&field["type"]))
}

/// The key by which a type occurs once in a union: its name if it has one, otherwise its kind.
fn type_of(schema: &Json) -> &str {
    schema["name"].as_str().or(schema["type"].as_str()).or(schema.as_str()).unwrap_or_default()
}

/// What is there once in a union for apache-avro. The specification allows several named types of one kind;
/// apache-avro does not tell them apart when it resolves, nor maps from records, short numbers from long ones and
/// texts from bytes, so they are left to Java.
fn kind(schema: &Json) -> &str {
    match schema["type"].as_str().or(schema.as_str()).unwrap_or_default() {
        "map" => "record",
        "long" | "float" | "double" => "int",
        "bytes" | "fixed" => "string",
        kind => kind,
    }
}

/// A default that is a value of the type.
fn default(schema: &Json) -> Json {
    if let Some(branches) = schema.as_array() {
        return default(&branches[0]);
    }
    match schema["type"].as_str().or(schema.as_str()).unwrap_or_default() {
        "string" if schema["logicalType"] == "uuid" => json!("b7e4d0a2-51c9-4f3e-8a76-0c2d9e5f1b38"),
        "string" => json!("a \"default\" é"),
        "int" | "long" => json!(-7),
        "float" | "double" => json!(1.5),
        "bytes" => json!("\u{1}\u{7f}"),
        "boolean" => json!(true),
        "enum" => schema["symbols"][0].clone(),
        "fixed" => json!("\u{1}".repeat(usize::try_from(schema["size"].as_u64().unwrap_or(0)).unwrap_or(0))),
        "array" => json!([default(&schema["items"])]),
        "map" => json!({"key": default(&schema["values"])}),
        "record" => {
            let fields = schema["fields"].as_array().into_iter().flatten();
            let value = |field: &Json| {
                let next = field["name"] == "next";
                let value = if next { Json::Null } else { default(&field["type"]) };
                (field["name"].as_str().unwrap_or_default().to_owned(), value)
            };
            Json::Object(fields.map(value).collect())
        }
        _ => Json::Null,
    }
}

/// An arbitrary value of a schema.
pub fn value(schema: &Schema, choices: &mut Choices<'_>) -> Value {
    let mut names = HashMap::new();
    collect(schema, &mut names);
    any_value(schema, &names, choices, 12)
}

fn collect<'a>(schema: &'a Schema, names: &mut HashMap<Name, &'a Schema>) {
    match schema {
        Schema::Record(record) => {
            names.insert(record.name.clone(), schema);
            record.fields.iter().for_each(|field| collect(&field.schema, names));
        }
        Schema::Array(array) => collect(&array.items, names),
        Schema::Map(map) => collect(&map.types, names),
        Schema::Union(union) => union.variants().iter().for_each(|branch| collect(branch, names)),
        _ => {}
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "any bits will do"
)]
fn any_value(
    schema: &Schema,
    names: &HashMap<Name, &Schema>,
    choices: &mut Choices<'_>,
    depth: usize,
) -> Value {
    let next = depth.saturating_sub(1);
    match schema {
        Schema::Boolean => Value::Boolean(choices.below(2) == 1),
        Schema::Int => Value::Int(choices.bits() as i32),
        Schema::Long => Value::Long(choices.bits() as i64),
        Schema::Float => Value::Float(choices.bits() as i32 as f32 / 16.0),
        Schema::Double => Value::Double(f64::from(choices.bits() as i32) / 16.0),
        Schema::Bytes => Value::Bytes((0..choices.below(12)).map(|_| choices.below(256) as u8).collect()),
        Schema::String => {
            Value::String((0..choices.below(12)).map(|_| ['a', 'é', '€', '🦀'][choices.below(4)]).collect())
        }
        Schema::Fixed(fixed) => {
            Value::Fixed(fixed.size, (0..fixed.size).map(|_| choices.below(256) as u8).collect())
        }
        Schema::Enum(definition) => {
            let index = choices.below(definition.symbols.len());
            Value::Enum(index as u32, definition.symbols[index].clone())
        }
        Schema::TimestampMillis => Value::TimestampMillis(i64::from(choices.bits() as i32)),
        Schema::Date => Value::Date(choices.below(256) as i32 * 100),
        Schema::Decimal(_) => {
            let unscaled = choices.bits() as i64 % 1_000_000_000;
            Value::Decimal(unscaled.to_be_bytes().to_vec().into())
        }
        Schema::Uuid(_) => {
            Value::Uuid(eventgen::types::uuid::Uuid::from_u64_pair(choices.bits(), choices.bits()))
        }
        // apache-avro resolves values, not schemas: in an empty array it sees nothing wrong with the items' type.
        Schema::Array(array) => Value::Array(
            (0..=choices.below(3)).map(|_| any_value(&array.items, names, choices, next)).collect(),
        ),
        Schema::Map(map) => {
            let count = 1 + choices.below(3);
            let entry = |index| (format!("key{index}"), any_value(&map.types, names, choices, next));
            Value::Map((0..count).map(entry).collect())
        }
        Schema::Union(union) => {
            // The way out of a type that contains itself is its first branch, null.
            let index = if depth == 0 { 0 } else { choices.below(union.variants().len()) };
            let value = any_value(&union.variants()[index], names, choices, next);
            Value::Union(index as u32, Box::new(value))
        }
        Schema::Record(record) => {
            let field = |field: &apache_avro::schema::RecordField| {
                (field.name.clone(), any_value(&field.schema, names, choices, next))
            };
            Value::Record(record.fields.iter().map(field).collect())
        }
        Schema::Ref { name } => any_value(names[name], names, choices, depth),
        _ => Value::Null,
    }
}

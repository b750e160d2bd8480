//! Random Avro schemas, and random changes of them.

use avro_tests::mutations::Random;
use serde_json::{Value as Json, json};

/// Bases with the logical types that fit them.
const LOGICAL: [(&str, &str); 12] = [
    ("int", "date"),
    ("int", "time-millis"),
    ("long", "time-micros"),
    ("long", "timestamp-millis"),
    ("long", "timestamp-micros"),
    ("long", "timestamp-nanos"),
    ("long", "local-timestamp-millis"),
    ("long", "local-timestamp-micros"),
    ("long", "local-timestamp-nanos"),
    ("string", "uuid"),
    ("bytes", "big-decimal"),
    ("bytes", "decimal"),
];

const PRIMITIVES: [&str; 8] = ["string", "int", "long", "float", "double", "bytes", "boolean", "null"];

const NAMESPACES: [&str; 4] = ["", "shop", "shop.orders", "com.example.v1"];

/// A random record, which is an event of a topic.
pub fn schema(topic: &str, random: &mut Random) -> Json {
    let mut maker = Maker { random, names: 0, open: Vec::new() };
    let mut record = maker.record(3, true);
    let fields = record["fields"].as_array().into_iter().flatten();
    // A change may rename the field or take it away: only the first version is checked.
    let key =
        fields.clone().find(|field| ["string", "int", "long"].iter().any(|scalar| field["type"] == *scalar));
    record["kafka"] = match key {
        Some(field) => json!({"topic": topic, "key": field["name"]}),
        None => annotation(topic),
    };
    record
}

/// The annotation of an event without a key.
pub fn annotation(topic: &str) -> Json {
    json!({"topic": topic, "ordering": "none"})
}

struct Maker<'a> {
    random: &'a mut Random,
    names: usize,
    /// The full names of the records that are being made.
    open: Vec<String>,
}

impl Maker<'_> {
    fn any(&mut self, depth: usize) -> Json {
        match self.random.below(if depth == 0 { 6 } else { 13 }) {
            0 | 1 => json!(PRIMITIVES[self.random.below(PRIMITIVES.len())]),
            2 | 3 => self.logical(),
            4 => self.enumeration(),
            5 => self.fixed(),
            6 => json!({"type": "array", "items": self.any(depth - 1)}),
            7 => json!({"type": "map", "values": self.any(depth - 1)}),
            8 | 9 => self.record(depth - 1, false),
            10 => json!({"type": "array", "items": self.open[self.random.below(self.open.len())]}),
            _ => self.union(depth - 1),
        }
    }

    /// A new name. Namespaces are written out, so that a part of a schema means the same everywhere.
    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        match NAMESPACES[self.random.below(NAMESPACES.len())] {
            "" => format!("top.{kind}{}", self.names),
            namespace => format!("{namespace}.{kind}{}", self.names),
        }
    }

    fn logical(&mut self) -> Json {
        let (base, logical) = LOGICAL[self.random.below(LOGICAL.len())];
        let mut ty = json!({"type": base, "logicalType": logical});
        if logical == "decimal" {
            ty["precision"] = json!(4 + self.random.below(20));
            ty["scale"] = json!(self.random.below(4));
        }
        ty
    }

    fn enumeration(&mut self) -> Json {
        let symbols = &["A", "B", "C", "type", "Self"][..=self.random.below(5)];
        let mut ty = json!({"type": "enum", "name": self.name("E"), "symbols": symbols});
        if self.random.below(3) == 0 {
            ty["default"] = json!(symbols[self.random.below(symbols.len())]);
        }
        ty
    }

    fn fixed(&mut self) -> Json {
        let name = self.name("F");
        match self.random.below(4) {
            0 => json!({"type": "fixed", "name": name, "size": 12, "logicalType": "duration"}),
            1 => json!({"type": "fixed", "name": name, "size": 16, "logicalType": "uuid"}),
            2 => {
                json!({"type": "fixed", "name": name, "size": 8, "logicalType": "decimal", "precision": 9, "scale": 2})
            }
            _ => json!({"type": "fixed", "name": name, "size": self.random.below(20)}),
        }
    }

    fn union(&mut self, depth: usize) -> Json {
        let mut branches: Vec<Json> = Vec::new();
        for _ in 0..=self.random.below(4) {
            let branch = if branches.is_empty() && self.random.below(2) == 0 {
                json!("null")
            } else {
                self.any(depth)
            };
            if !branch.is_array() && branches.iter().all(|other| key(other) != key(&branch)) {
                branches.push(branch);
            }
        }
        if branches.is_empty() { json!(["null"]) } else { Json::Array(branches) }
    }

    fn record(&mut self, depth: usize, is_root: bool) -> Json {
        let name = self.name("R");
        self.open.push(name.clone());
        let count = self.random.below(5) + usize::from(is_root);
        let fields: Vec<Json> = (0..count).map(|_| self.field(depth)).collect();
        self.open.pop();
        json!({"type": "record", "name": name, "fields": fields})
    }

    fn field(&mut self, depth: usize) -> Json {
        self.names += 1;
        let mut field = json!({"name": format!("f{}", self.names), "type": self.any(depth)});
        if self.random.below(3) == 0
            && let Some(default) = default(&field["type"])
        {
            // A number that JSON cannot represent is a string, in a field of the type itself.
            let is_number = field["type"] == "float" || field["type"] == "double";
            field["default"] = if is_number && self.random.below(2) == 0 { json!("NaN") } else { default };
        }
        field
    }
}

/// What is there once in a union.
fn key(branch: &Json) -> &str {
    branch["name"].as_str().or(branch["type"].as_str()).or(branch.as_str()).unwrap_or_default()
}

/// A value of a type, `None` where it would have to contain itself.
fn default(ty: &Json) -> Option<Json> {
    if let Some(branches) = ty.as_array() {
        return default(branches.first()?);
    }
    Some(match ty["type"].as_str().or(ty.as_str())? {
        "string" if ty["logicalType"] == "uuid" => json!("b7e4d0a2-51c9-4f3e-8a76-0c2d9e5f1b38"),
        "string" => json!("a \"default\" é"),
        "int" | "long" => json!(7),
        "float" | "double" => json!(1.5),
        "bytes" if ty["logicalType"] == "big-decimal" => json!("\u{2}\u{7}\u{4}"),
        "bytes" => json!("\u{7}"),
        "boolean" => json!(true),
        "null" => Json::Null,
        "enum" => ty["symbols"][0].clone(),
        "fixed" => json!("\u{1}".repeat(usize::try_from(ty["size"].as_u64()?).ok()?)),
        "array" => json!([]),
        "map" => json!({}),
        "record" => {
            let fields = ty["fields"].as_array()?.iter();
            let value = |field: &Json| Some((field["name"].as_str()?.to_owned(), default(&field["type"])?));
            Json::Object(fields.map(value).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// Changes a schema somewhere, as authors do, with care or without.
pub fn change(schema: &mut Json, random: &mut Random) {
    for _ in 0..=random.below(2) {
        change_record(schema, random);
    }
}

fn change_record(record: &mut Json, random: &mut Random) {
    let mut maker = Maker { names: 1_000 + random.below(1_000), open: vec![], random };
    maker.open.push(record["name"].as_str().unwrap_or_default().to_owned());
    if maker.random.below(12) == 0 {
        return rename(record, maker.random);
    }
    let Some(fields) = record["fields"].as_array_mut() else { return };
    match maker.random.below(8) {
        0 => {
            let field = maker.field(1);
            let at = maker.random.below(fields.len() + 1);
            fields.insert(at, field);
        }
        1 if fields.len() > 1 => drop(fields.remove(maker.random.below(fields.len()))),
        2 => fields.reverse(),
        _ if fields.is_empty() => {}
        3 => {
            let count = fields.len();
            let field = &mut fields[maker.random.below(count)];
            let old = field["name"].clone();
            field["name"] = json!(format!("was_{}", old.as_str().unwrap_or_default()));
            if maker.random.below(2) == 0 {
                field["aliases"] = json!([old]);
            }
        }
        _ => {
            let count = fields.len();
            let field = &mut fields[maker.random.below(count)];
            change_type(&mut field["type"], &mut maker);
            // A default of before may not be a value of the type.
            if let Some(members) = field.as_object_mut() {
                members.remove("default");
            }
        }
    }
}

fn change_type(ty: &mut Json, maker: &mut Maker<'_>) {
    if let Some(branches) = ty.as_array_mut() {
        let at = maker.random.below(branches.len());
        return match maker.random.below(4) {
            0 => branches.reverse(),
            1 if branches.len() > 1 => drop(branches.remove(at)),
            2 if !branches.contains(&json!("null")) => branches.push(json!("null")),
            _ => {
                let mut branch = branches[at].clone();
                change_type(&mut branch, maker);
                let is_free = branches
                    .iter()
                    .enumerate()
                    .all(|(index, other)| index == at || key(other) != key(&branch));
                if is_free && !branch.is_array() {
                    branches[at] = branch;
                }
            }
        };
    }
    match maker.random.below(6) {
        0 if ty != "null" => *ty = json!(["null", ty]),
        1 => *ty = maker.any(1),
        2 if !ty["name"].is_null() => rename(ty, maker.random),
        _ => match ty["type"].as_str().or(ty.as_str()).unwrap_or_default() {
            "record" => change_record(ty, maker.random),
            "array" => change_type(&mut ty["items"], maker),
            "map" => change_type(&mut ty["values"], maker),
            "enum" => {
                let symbols =
                    [&["A"][..], &["A", "B", "C", "D"], &["C", "B", "A"], &["D"]][maker.random.below(4)];
                *ty = json!({"type": "enum", "name": ty["name"], "symbols": symbols});
                if maker.random.below(2) == 0 {
                    ty["default"] = json!(symbols[0]);
                }
            }
            "fixed" => match maker.random.below(3) {
                0 => ty["size"] = json!(13),
                1 => drop(ty.as_object_mut().and_then(|members| members.remove("logicalType"))),
                _ => {}
            },
            "int" => *ty = [json!("long"), json!("double"), json!("int")][maker.random.below(3)].clone(),
            "long" => {
                let same = LOGICAL.iter().filter(|(base, _)| *base == "long").collect::<Vec<_>>();
                let (base, logical) = same[maker.random.below(same.len())];
                *ty = json!({"type": base, "logicalType": logical});
            }
            "float" => *ty = json!("double"),
            "string" => *ty = [json!("bytes"), json!("string")][maker.random.below(2)].clone(),
            "bytes" if ty["logicalType"] == "decimal" => {
                let member = ["precision", "scale"][maker.random.below(2)];
                ty[member] = json!(ty[member].as_u64().unwrap_or_default() + 1);
            }
            _ => {}
        },
    }
}

/// Gives a definition another name, with an alias or without.
fn rename(ty: &mut Json, random: &mut Random) {
    let old = ty["name"].as_str().unwrap_or_default().to_owned();
    let (namespace, short) = old.rsplit_once('.').unwrap_or(("", &old));
    let new = match random.below(2) {
        0 => format!("moved.{short}"),
        _ => format!("{namespace}.Was{short}"),
    };
    // The record may contain itself.
    *ty = replace(ty, &old, &new);
    if random.below(2) == 0 {
        ty["aliases"] = json!([old]);
    }
}

fn replace(value: &Json, old: &str, new: &str) -> Json {
    match value {
        Json::String(text) if text == old => json!(new),
        Json::Array(items) => items.iter().map(|item| replace(item, old, new)).collect(),
        Json::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), replace(value, old, new))).collect()
        }
        other => other.clone(),
    }
}

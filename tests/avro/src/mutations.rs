//! Mutates the texts of schemas: bytes, tokens and JSON values. The result depends on the seed alone.

use serde_json::Value;

/// A pseudorandom generator (xorshift64*), the same on every machine.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator for a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number below `limit`, or 0 if `limit` is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or_default() % limit.max(1)
    }

    fn one_of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// Tokens that parsers of schemas are likely to mishandle.
const WORDS: &[&str] = &[
    "record",
    "enum",
    "fixed",
    "array",
    "map",
    "union",
    "error",
    "null",
    "string",
    "bytes",
    "int",
    "long",
    "double",
    "type",
    "name",
    "namespace",
    "fields",
    "items",
    "values",
    "symbols",
    "size",
    "default",
    "aliases",
    "logicalType",
    "decimal",
    "precision",
    "scale",
    "kafka",
    "message",
    "oneof",
    "optional",
    "repeated",
    "extensions",
    "import",
    "option",
    "topic",
    "key",
    "headers",
    "duration",
    "uuid",
    "date",
    "protocol",
    "import idl \"a.avdl\";",
    "import schema \"\";",
    "schema",
    "messages",
    "request",
    "void",
    "oneway",
    "throws",
    "``",
    "/**",
    "*/",
    "//",
    "/*",
    "@",
    "@kafka({})",
    "?",
    "<",
    ">",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ";",
    ":",
    "=",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\\"",
    "0",
    "-1",
    "1e999",
    "NaN",
    "-Infinity",
    "4294967296",
    "99999999999999999999",
    "0x",
    "1.",
    "self",
    "Self",
    "crate",
    "r#type",
    "a.b",
    ".",
    "..",
    "é",
    "\u{202e}",
    "\u{1f980}",
    "\u{feff}",
    "\u{1a}",
    "\0",
    "\r",
    "\n",
    "*/ }} panic!()",
    "\"#",
    "__proto__",
];

/// A mutated text, made from valid texts of one format.
pub fn mutate(texts: &[&str], random: &mut Random) -> Vec<u8> {
    let text = random.one_of(texts);
    if random.below(2) == 0
        && let Ok(mut value) = serde_json::from_str::<Value>(text)
    {
        for _ in 0..=random.below(4) {
            let donor = random.one_of(texts);
            mutate_json(&mut value, donor, random);
        }
        return value.to_string().into_bytes();
    }
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(6) {
        mutate_bytes(&mut bytes, texts, random);
    }
    bytes
}

fn mutate_bytes(bytes: &mut Vec<u8>, texts: &[&str], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let end = (at + random.below(24)).min(bytes.len());
    match random.below(8) {
        0 => drop(bytes.drain(at..end)),
        1 => bytes.truncate(at),
        2 => {
            let piece = bytes[at..end].to_vec();
            let to = random.below(bytes.len() + 1);
            drop(bytes.splice(to..to, piece));
        }
        3 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        4 => {
            let donor = random.one_of(texts).as_bytes();
            let from = random.below(donor.len() + 1);
            let to = (from + random.below(200)).min(donor.len());
            drop(bytes.splice(at..end, donor[from..to].iter().copied()));
        }
        5 => {
            // Deep nesting, and long repetition.
            let word = random.one_of(WORDS).as_bytes();
            let times = [2, 50, 300, 3000][random.below(4)];
            drop(bytes.splice(at..at, word.repeat(times)));
        }
        _ => {
            let word = random.one_of(WORDS).as_bytes();
            drop(bytes.splice(at..end, word.iter().copied()));
        }
    }
}

/// Changes one nested value. Each step down is chosen with equal probability.
fn mutate_json(value: &mut Value, donor: &str, random: &mut Random) {
    let goes_deeper = random.below(4) > 0;
    match value {
        Value::Array(items) if goes_deeper && !items.is_empty() => {
            let index = random.below(items.len());
            mutate_json(&mut items[index], donor, random);
        }
        Value::Object(members) if goes_deeper && !members.is_empty() => {
            let index = random.below(members.len());
            if let Some(inner) = members.values_mut().nth(index) {
                mutate_json(inner, donor, random);
            }
        }
        Value::Array(items) => match random.below(3) {
            0 if !items.is_empty() => drop(items.remove(random.below(items.len()))),
            1 if !items.is_empty() => {
                let again = items[random.below(items.len())].clone();
                items.push(again);
            }
            _ => items.push(any(donor, random)),
        },
        Value::Object(members) => {
            let chosen = members.keys().nth(random.below(members.len())).cloned().unwrap_or_default();
            match random.below(3) {
                0 => drop(members.remove(&chosen)),
                1 => {
                    if let Some(value) = members.remove(&chosen) {
                        members.insert(random.one_of(WORDS).to_owned(), value);
                    }
                }
                _ => drop(members.insert(random.one_of(WORDS).to_owned(), any(donor, random))),
            }
        }
        leaf => *leaf = any(donor, random),
    }
}

/// An arbitrary value, or a part of another schema.
fn any(donor: &str, random: &mut Random) -> Value {
    match random.below(8) {
        0 => Value::Null,
        1 => Value::Bool(true),
        2 => [0_i64, -1, 16, i64::MAX, 1 << 32][random.below(5)].into(),
        3 => 1e-7.into(),
        4 => Value::Array(Vec::new()),
        5 => {
            let mut part = serde_json::from_str(donor).unwrap_or(Value::Null);
            while random.below(3) > 0 {
                part = match part {
                    Value::Array(mut items) if !items.is_empty() => {
                        items.swap_remove(random.below(items.len()))
                    }
                    Value::Object(members) if !members.is_empty() => {
                        let index = random.below(members.len());
                        members.into_iter().nth(index).map_or(Value::Null, |(_, value)| value)
                    }
                    part => part,
                };
            }
            part
        }
        _ => random.one_of(WORDS).into(),
    }
}

//! Avro: JSON as `Value` shows it becomes the encoding of a type (specification 1.12, "Binary Encoding").

use eventgen_avro::model::{Record, Type, TypeGraph, TypeId, encode_default};
use eventgen_avro::parse::ParsedSchema;
use eventgen_registry::SchemaType;
use eventgen_schema::contract::FieldPath;
use eventgen_schema::did_you_mean;
use serde_json::{Map, Value as Json};

use super::float::{double, float};
use super::json::{described, expected, from_hexadecimal};
use super::language::{Encoder, Language};
use super::logical;
use super::problem::Problem;
use crate::values::{Definition, full_name, type_word};

/// The deepest nesting of a value.
const DEEPEST: usize = 128;

pub(super) const LANGUAGE: Language = Language {
    schema_type: SchemaType::AVRO,
    encoder: |contract, event| {
        let types = contract.types_of(event).clone();
        Ok(Box::new(AvroEncoder { types, root: event.type_id }))
    },
    value: |definition, value| match definition {
        Definition::Avro(schema) => Some(payload(schema, value)),
        Definition::Protobuf(..) => None,
    },
};

/// A value of a schema.
fn payload(schema: &ParsedSchema, value: &Json) -> Result<Vec<u8>, Problem> {
    let mut payload = Vec::new();
    Walk { types: &schema.types, out: &mut payload }.value(schema.root, value, 0)?;
    Ok(payload)
}

struct AvroEncoder {
    types: TypeGraph,
    root: TypeId,
}

impl Encoder for AvroEncoder {
    fn encode(&self, value: &Json, payload: &mut Vec<u8>) -> Result<(), Problem> {
        Walk { types: &self.types, out: payload }.value(self.root, value, 0)
    }

    fn check_names(&self, value: &Json) -> Result<(), Problem> {
        check_names(&self.types, self.root, value)
    }

    fn text(&self, value: &Json, path: &FieldPath) -> Result<Option<String>, Problem> {
        let Some(found) = self.find(value, path)? else { return Ok(None) };
        let text = scalar(&self.types, path.type_id, found.value);
        text.map(Some).map_err(|problem| path.fields.iter().rev().fold(problem, |p, field| p.inside(field)))
    }

    // The encoding of a record is that of its fields, one after another.
    fn key(&self, value: &Json, paths: &[FieldPath]) -> Result<Result<Vec<u8>, usize>, Problem> {
        let mut payload = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            let Some(Found { value, is_default }) = self.find(value, path)? else { return Ok(Err(index)) };
            let encoded = if is_default {
                let encoded = encode_default(&self.types, path.type_id, value);
                let encoded = encoded.map_err(|_| Problem::new("its default cannot be encoded"));
                encoded.map(|encoded| payload.extend(encoded.bytes))
            } else {
                Walk { types: &self.types, out: &mut payload }.value(path.type_id, value, 0)
            };
            encoded.map_err(|problem| path.fields.iter().rev().fold(problem, |p, field| p.inside(field)))?;
        }
        Ok(Ok(payload))
    }
}

/// The value of a field.
struct Found<'a> {
    value: &'a Json,
    /// Whether it is a default of the schema, where bytes have another form.
    is_default: bool,
}

impl AvroEncoder {
    /// The value at a path, or the default for it; `None` if it is null.
    fn find<'a>(&'a self, value: &'a Json, path: &FieldPath) -> Result<Option<Found<'a>>, Problem> {
        let mut found = Found { value, is_default: false };
        let mut ty = self.root;
        for (position, field) in path.fields.iter().enumerate() {
            let inside = |problem: Problem| {
                path.fields[..position].iter().rev().fold(problem, |problem, field| problem.inside(field))
            };
            let Type::Record(record) = self.types.get(present(&self.types, ty)) else { return Ok(None) };
            let Some(definition) = record.fields.iter().find(|known| known.name == *field) else {
                return Ok(None);
            };
            ty = definition.type_id;
            found = match (found.value.get(field), &definition.default) {
                (Some(value), _) => Found { value, ..found },
                (None, Some(value)) => Found { value, is_default: true },
                (None, None) => return Err(inside(missing().inside(field))),
            };
            if found.value.is_null() {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }
}

/// The type of what is there, of a field that may be null.
fn present(types: &TypeGraph, id: TypeId) -> TypeId {
    match types.get(id) {
        Type::Union(branches) => {
            let others = branches.iter().filter(|branch| !matches!(types.get(**branch), Type::Null));
            others.copied().next().unwrap_or(id)
        }
        _ => id,
    }
}

/// The text of a value in keys and headers.
fn scalar(types: &TypeGraph, id: TypeId, value: &Json) -> Result<String, Problem> {
    match (types.get(present(types, id)), value) {
        (Type::Logical { logical, .. }, value) => logical::text(*logical, value),
        (Type::String | Type::Enum(_), Json::String(text)) => Ok(text.clone()),
        (Type::Boolean, Json::Bool(value)) => Ok(value.to_string()),
        (Type::Int | Type::Long, Json::Number(number)) => Ok(number.to_string()),
        (_, value) => Err(Problem::new(format!("{} has no text form", described(value)))),
    }
}

fn missing() -> Problem {
    Problem::new("it is missing, and has no default")
}

struct Walk<'a> {
    types: &'a TypeGraph,
    out: &'a mut Vec<u8>,
}

impl Walk<'_> {
    fn value(&mut self, id: TypeId, value: &Json, depth: usize) -> Result<(), Problem> {
        if depth > DEEPEST {
            return Err(Problem::new(format!("it is nested more than {DEEPEST} levels deep")));
        }
        let types = self.types;
        match types.get(id) {
            Type::Union(branches) => return self.union(branches, value, depth),
            Type::Record(record) => return self.record(record, value, depth),
            Type::Logical { logical, base } => {
                let base_type = types.get(*base);
                let encoded = logical::encoded(*logical, base_type, value)?;
                return self.value(*base, encoded.as_ref().unwrap_or(value), depth + 1);
            }
            Type::Array(items) => {
                let list = value.as_array().ok_or_else(|| expected("a list", value))?;
                self.count(list.len());
                for (index, item) in list.iter().enumerate() {
                    self.value(*items, item, depth + 1).map_err(|problem| problem.at(index))?;
                }
                self.out.push(0);
            }
            Type::Map(values) => {
                let entries = value.as_object().ok_or_else(|| expected("an object", value))?;
                self.count(entries.len());
                for (key, item) in entries {
                    self.sized(key.as_bytes());
                    self.value(*values, item, depth + 1).map_err(|problem| problem.inside(key))?;
                }
                self.out.push(0);
            }
            Type::Null => value.as_null().ok_or_else(|| expected("null", value))?,
            Type::Boolean => {
                let value = value.as_bool().ok_or_else(|| expected("true or false", value))?;
                self.out.push(u8::from(value));
            }
            Type::Int => {
                let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
                self.long(number.ok_or_else(|| expected("a whole number of 32 bits", value))?.into());
            }
            Type::Long => {
                let number = value.as_i64();
                self.long(number.ok_or_else(|| expected("a whole number of 64 bits", value))?);
            }
            Type::Float => self.out.extend(float(value)?.to_le_bytes()),
            Type::Double => self.out.extend(double(value)?.to_le_bytes()),
            Type::Bytes => self.sized(&bytes(value)?),
            Type::Fixed(fixed) => {
                let bytes = bytes(value)?;
                if u32::try_from(bytes.len()) != Ok(fixed.size) {
                    let reason =
                        format!("it has {} bytes, and `{}` has {}", bytes.len(), fixed.name, fixed.size);
                    return Err(Problem::new(reason));
                }
                self.out.extend(bytes);
            }
            Type::String => {
                let text = value.as_str().ok_or_else(|| expected("a string", value))?;
                self.sized(text.as_bytes());
            }
            Type::Enum(symbols) => {
                let symbol = value.as_str().ok_or_else(|| expected("a symbol, which is a string", value))?;
                let index = symbols.symbols.iter().position(|known| known == symbol);
                let index = index.ok_or_else(|| {
                    let known = symbols.symbols.iter().map(String::as_str);
                    let near = did_you_mean(symbol, known).map(|near| format!("did you mean `{near}`?"));
                    let all = || format!("it has {}", symbols.symbols.join(", "));
                    let rest = near.unwrap_or_else(all);
                    Problem::new(format!("`{}` has no symbol `{symbol}`: {rest}", symbols.name))
                })?;
                self.long(i64::try_from(index).unwrap_or(i64::MAX));
            }
        }
        Ok(())
    }

    fn record(&mut self, record: &Record, value: &Json, depth: usize) -> Result<(), Problem> {
        let members = value.as_object().ok_or_else(|| expected("an object", value))?;
        unknown(record, members)?;
        for field in &record.fields {
            let encoded = match (members.get(&field.name), &field.default) {
                (Some(value), _) => self.value(field.type_id, value, depth + 1),
                (None, Some(default)) => match encode_default(self.types, field.type_id, default) {
                    Ok(encoded) => {
                        self.out.extend(encoded.bytes);
                        Ok(())
                    }
                    Err(_) => Err(Problem::new("its default cannot be encoded")),
                },
                (None, None) => Err(missing()),
            };
            encoded.map_err(|problem| problem.inside(&field.name))?;
        }
        Ok(())
    }

    /// The branch that an object with its name as the only member says, else the first that takes the value.
    fn union(&mut self, branches: &[TypeId], value: &Json, depth: usize) -> Result<(), Problem> {
        let before = self.out.len();
        if let Json::Object(members) = value
            && let (1, Some((name, inner))) = (members.len(), members.iter().next())
            && let Some((index, certainty)) = branch(self.types, branches, name, inner)
        {
            self.long(i64::try_from(index).unwrap_or(i64::MAX));
            let encoded = self.value(branches[index], inner, depth + 1);
            if encoded.is_ok() || certainty == Certainty::Sure {
                return encoded.map_err(|problem| problem.inside(name));
            }
            self.out.truncate(before);
        }
        let mut problems = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            self.long(i64::try_from(index).unwrap_or(i64::MAX));
            match self.value(*branch, value, depth + 1) {
                Ok(()) => return Ok(()),
                Err(problem) => {
                    self.out.truncate(before);
                    if !matches!(self.types.get(*branch), Type::Null) {
                        problems.push(problem);
                    }
                }
            }
        }
        match <[Problem; 1]>::try_from(problems) {
            Ok([only]) => Err(only),
            Err(problems) => {
                let reasons: Vec<String> = problems.iter().map(ToString::to_string).collect();
                Err(Problem::new(format!("no branch of the union takes it: {}", reasons.join("; "))))
            }
        }
    }

    /// The count of a block. An empty list has none.
    fn count(&mut self, count: usize) {
        if count > 0 {
            self.long(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    fn long(&mut self, value: i64) {
        let mut bits = ((value << 1) ^ (value >> 63)).cast_unsigned();
        while bits >= 0x80 {
            self.out.push(u8::try_from(bits & 0x7f).unwrap_or_default() | 0x80);
            bits >>= 7;
        }
        self.out.push(u8::try_from(bits).unwrap_or_default());
    }

    fn sized(&mut self, bytes: &[u8]) {
        self.long(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        self.out.extend(bytes);
    }
}

/// Whether an object with one member can be anything but a branch with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certainty {
    Sure,
    /// A record has a field of this name, or a map may have such a key.
    IfItFits,
}

/// The branch of a union that an object with this only member names: by its full name, by its short name if no other branch has
/// it, or, for a type without a name, by the type (specification 1.12, "JSON Encoding").
fn branch(types: &TypeGraph, branches: &[TypeId], name: &str, inner: &Json) -> Option<(usize, Certainty)> {
    let full = |id: &TypeId| full_name(types, *id).map(ToString::to_string);
    if let Some(index) = branches.iter().position(|id| full(id).is_some_and(|known| known == name)) {
        return Some((index, Certainty::Sure));
    }
    let takes_objects = |id: &TypeId| matches!(types.get(*id), Type::Map(_)) || has_field(types, *id, name);
    let is_object = branches.iter().any(takes_objects);
    let is_short = |id: &TypeId| full(id).is_some_and(|known| known.rsplit('.').next() == Some(name));
    let mut short = branches.iter().enumerate().filter(|(_, id)| is_short(id));
    match (short.next(), short.next()) {
        (Some((index, _)), None) if !is_object => Some((index, Certainty::Sure)),
        (Some(_), _) => None,
        _ if inner.is_null() => None,
        _ => {
            let index = branches.iter().position(|id| type_word(types, *id) == Some(name))?;
            Some((index, if is_object { Certainty::IfItFits } else { Certainty::Sure }))
        }
    }
}

fn has_field(types: &TypeGraph, id: TypeId, name: &str) -> bool {
    matches!(types.get(id), Type::Record(record) if record.fields.iter().any(|field| field.name == name))
}

/// Members of objects that are no fields.
fn check_names(types: &TypeGraph, id: TypeId, value: &Json) -> Result<(), Problem> {
    let (Type::Record(record), Json::Object(members)) = (types.get(present(types, id)), value) else {
        return Ok(());
    };
    unknown(record, members)?;
    let fields = record.fields.iter().filter_map(|field| Some((field, members.get(&field.name)?)));
    fields.into_iter().try_for_each(|(field, value)| {
        check_names(types, field.type_id, value).map_err(|problem| problem.inside(&field.name))
    })
}

fn unknown(record: &Record, members: &Map<String, Json>) -> Result<(), Problem> {
    let names = || record.fields.iter().map(|field| field.name.as_str());
    match members.keys().find(|member| !names().any(|name| name == member.as_str())) {
        None => Ok(()),
        Some(member) => {
            let near = did_you_mean(member, names()).map(|near| format!(": did you mean `{near}`?"));
            let near = near.unwrap_or_default();
            Err(Problem::new(format!("`{}` has no field `{member}`{near}", record.name)))
        }
    }
}

fn bytes(value: &Json) -> Result<Vec<u8>, Problem> {
    let bytes = value.as_str().and_then(from_hexadecimal);
    bytes.ok_or_else(|| expected("bytes, such as \"0x00ff\",", value))
}

#[cfg(test)]
mod tests;

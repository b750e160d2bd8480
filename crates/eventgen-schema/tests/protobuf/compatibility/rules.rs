//! The published rules a second time, written from their text alone. It works on tables of plain data, one row for each
//! field, and knows neither descriptors nor the parser.

use std::collections::{BTreeMap, BTreeSet};

use super::versions::{Type, Version};

/// A row for each field: the message's file and names, and the tag.
type Rows = BTreeMap<(usize, String, u32), Row>;

#[derive(Debug, Clone)]
struct Row {
    label: String,
    oneof: String,
    /// `int32`, `enum`, `message a.b M.N`, or two of them for a map.
    types: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Number(u8),
    Text,
    Message { file: usize, local: String },
}

struct Tables {
    rows: Rows,
    /// All messages: the file and the names.
    messages: BTreeSet<(usize, String)>,
    packages: [String; 3],
}

/// The kinds of incompatibilities for which the rules refuse `new` after `old`.
pub(super) fn refused(old: &Version, new: &Version) -> BTreeSet<&'static str> {
    let (old, new) = (tables(old), tables(new));
    let mut refused = BTreeSet::new();
    if old.packages[0] != new.packages[0] {
        refused.insert("PACKAGE_CHANGED");
    }
    // Which old message is compared with which new one. The list grows while it is read.
    let mut pairs: Vec<[(usize, String); 2]> = Vec::new();
    for (_, local) in old.messages.iter().filter(|(file, _)| *file == 0) {
        if new.messages.contains(&(0, local.clone())) {
            pairs.push([(0, local.clone()), (0, local.clone())]);
        } else {
            refused.insert("MESSAGE_REMOVED");
        }
    }
    let mut at = 0;
    while at < pairs.len() {
        let [was, is] = pairs[at].clone();
        for pair in compare(&old, &was, &new, &is, &mut refused) {
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        at += 1;
    }
    refused
}

/// Compares two messages; the result are the messages that their fields refer to.
fn compare(
    old: &Tables,
    was: &(usize, String),
    new: &Tables,
    is: &(usize, String),
    refused: &mut BTreeSet<&'static str>,
) -> Vec<[(usize, String); 2]> {
    let mut referred = Vec::new();
    // What is declared inside. In the file itself the caller does that.
    if was.0 != 0 || is.0 != 0 {
        for (_, inner) in old.messages.iter().filter(|(file, local)| *file == was.0 && inside(local, &was.1))
        {
            let counterpart = (is.0, format!("{}{}", is.1, &inner[was.1.len()..]));
            if new.messages.contains(&counterpart) {
                referred.push([(was.0, inner.clone()), counterpart]);
            } else {
                refused.insert("MESSAGE_REMOVED");
            }
        }
    }
    let (before, after) = (old.fields(was), new.fields(is));
    for oneof in
        after.values().map(|row| &row.oneof).filter(|oneof| !oneof.is_empty()).collect::<BTreeSet<_>>()
    {
        let members = after.iter().filter(|(_, row)| row.oneof == *oneof);
        let origins: Vec<String> = members
            .filter_map(|(tag, _)| before.get(tag).map(|row| (tag, row)))
            .map(|(tag, row)| if row.oneof.is_empty() { format!("={tag}") } else { row.oneof.clone() })
            .collect();
        let alone = origins.iter().filter(|origin| origin.starts_with('=')).count();
        match origins.iter().collect::<BTreeSet<_>>().len() {
            0 | 1 => {}
            _ if alone > 1 => drop(refused.insert("MULTIPLE_FIELDS_MOVED_TO_ONEOF")),
            _ => drop(refused.insert("FIELD_MOVED_TO_EXISTING_ONEOF")),
        }
    }
    for (tag, row) in &before {
        if after.contains_key(tag) {
            continue;
        }
        if row.oneof.is_empty() {
            if row.label == "required" {
                refused.insert("REQUIRED_FIELD_REMOVED");
            }
        } else {
            let name_is_kept = after.values().any(|other| other.oneof == row.oneof);
            let one_is_kept =
                before.iter().any(|(tag, other)| other.oneof == row.oneof && after.contains_key(tag));
            if name_is_kept || one_is_kept {
                refused.insert("ONEOF_FIELD_REMOVED");
            }
        }
    }
    for (tag, row) in &after {
        let Some(earlier) = before.get(tag) else {
            if row.label == "required" {
                refused.insert("REQUIRED_FIELD_ADDED");
            }
            continue;
        };
        if earlier.types.len() != row.types.len() {
            refused.insert("FIELD_KIND_CHANGED");
            continue;
        }
        for (was, is) in earlier.types.iter().zip(&row.types) {
            match (was, is) {
                (Cell::Message { file: 0, local: was }, Cell::Message { file: 0, local: is })
                    if was == is => {}
                (Cell::Message { file: from, local: was }, Cell::Message { file: to, local: is }) => {
                    if was == is {
                        referred.push([(*from, was.clone()), (*to, is.clone())]);
                    } else {
                        refused.insert("FIELD_NAMED_TYPE_CHANGED");
                    }
                }
                (Cell::Message { .. }, _) | (_, Cell::Message { .. }) => {
                    refused.insert("FIELD_KIND_CHANGED");
                }
                _ if was != is => drop(refused.insert("FIELD_SCALAR_KIND_CHANGED")),
                (Cell::Number(_), _) if row.types.len() == 1 => {
                    let labels = [&earlier.label, &row.label];
                    if labels.iter().all(|label| !label.is_empty()) && labels[0] != labels[1] {
                        refused.insert("FIELD_NUMERIC_LABEL_CHANGED");
                    }
                }
                _ => {}
            }
        }
    }
    referred
}

fn inside(local: &str, message: &str) -> bool {
    local.strip_prefix(message).is_some_and(|rest| rest.starts_with('.'))
}

impl Tables {
    fn fields(&self, (file, local): &(usize, String)) -> BTreeMap<u32, Row> {
        let own = self.rows.iter().filter(|((at, name, _), _)| at == file && name == local);
        own.map(|((_, _, tag), row)| (*tag, row.clone())).collect()
    }
}

fn tables(version: &Version) -> Tables {
    let mut tables =
        Tables { rows: Rows::new(), messages: BTreeSet::new(), packages: version.packages.clone() };
    for message in &version.messages {
        let (file, names) = version.location(message.id).expect("a message of the version");
        let local = names.join(".");
        tables.messages.insert((file, local.clone()));
        for field in &message.fields {
            let ty = match &field.ty {
                Type::Scalar(scalar) => cell(scalar),
                Type::Enum(_) => Cell::Number(b'n'),
                Type::Message(id) => {
                    let (file, names) = version.location(*id).expect("a message of the version");
                    Cell::Message { file, local: names.join(".") }
                }
            };
            let row = Row {
                label: field.label.to_owned(),
                oneof: field.oneof.clone().unwrap_or_default(),
                types: field.key.map(cell).into_iter().chain([ty]).collect(),
            };
            tables.rows.insert((file, local.clone(), field.tag), row);
        }
    }
    tables
}

/// The groups of scalars that may replace each other.
fn cell(scalar: &str) -> Cell {
    match scalar {
        "string" | "bytes" => Cell::Text,
        "int32" | "int64" | "uint32" | "uint64" | "bool" => Cell::Number(b'n'),
        "sint32" | "sint64" => Cell::Number(b'z'),
        "fixed32" | "sfixed32" => Cell::Number(b'4'),
        "fixed64" | "sfixed64" => Cell::Number(b'8'),
        "float" => Cell::Number(b'f'),
        "double" => Cell::Number(b'd'),
        other => panic!("{other} is no scalar"),
    }
}

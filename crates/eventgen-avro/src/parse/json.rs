//! Parses JSON into the [tree](super::Node). Comments are accepted, as they are by Avro's Java implementation.

use std::collections::HashMap;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Member, Node, Problem, ProblemKind, SourceId, Span, Value};

/// The maximum nesting of lists and objects: far above that of real schemas, far below what a stack can hold.
pub const MAX_DEPTH: usize = 200;

/// JSON (RFC 8259), with comments.
const DIALECT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses JSON; `None` if it is unreadable. Problems that leave it readable, such as a property that is there twice, are
/// reported and do not end the parsing.
pub fn parse_json(text: &str, source: SourceId, problems: &mut Vec<Problem>) -> Option<Node> {
    let at = |start: usize, end: usize| Span { source, range: start..end };
    if let Some(position) = too_deep(text) {
        problems.push(nested_too_deeply(&at(position, position + 1)));
        return None;
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &DIALECT).map_err(|error| {
        let range = error.range();
        let span = Span::clamped(text, source, &(range.start..range.end));
        Problem::new(ProblemKind::NotJson, &span, lower_first(&error.kind().to_string()))
            .help("schemas are JSON: double quotes, a comma between values and none after the last")
    });
    match parsed {
        Ok(parsed) => match parsed.value {
            Some(value) => return Some(convert(&value, source, problems)),
            None => problems.push(
                Problem::new(ProblemKind::Empty, &at(0, 0), "the file is blank")
                    .help("write a schema, or delete the file"),
            ),
        },
        Err(problem) => problems.push(problem),
    }
    None
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// The problem of a value that is nested too deeply.
pub fn nested_too_deeply(span: &Span) -> Problem {
    Problem::new(ProblemKind::NestedTooDeeply, span, "one level too many")
        .help("define inner records in files of their own and refer to them by name")
}

/// The position at which brackets are nested too deeply for a recursive parser.
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut position) = (0_usize, 0);
    while let Some(byte) = bytes.get(position) {
        match (byte, bytes.get(position + 1)) {
            (b'"', _) => position = end_of_string(bytes, position),
            (b'/', Some(b'/')) => position = end_of_comment(bytes, position, b"\n"),
            (b'/', Some(b'*')) => position = end_of_comment(bytes, position, b"*/"),
            (b'{' | b'[', _) => depth += 1,
            (b'}' | b']', _) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(position);
        }
        position += 1;
    }
    None
}

/// The closing quote of a string that begins at `start`, or the end of the text.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while let Some(byte) = bytes.get(position) {
        match byte {
            b'"' => return position,
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    bytes.len()
}

/// The last byte of a comment that begins at `start`, or the end of the text.
fn end_of_comment(bytes: &[u8], start: usize, end: &[u8]) -> usize {
    let inside = bytes.get(start + 2..).unwrap_or_default();
    let found = inside.windows(end.len()).position(|window| window == end);
    found.map_or(bytes.len(), |found| start + 2 + found + end.len() - 1)
}

fn convert(value: &ast::Value<'_>, source: SourceId, problems: &mut Vec<Problem>) -> Node {
    let range = value.range();
    let span = Span { source, range: range.start..range.end };
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Boolean(literal.value),
        ast::Value::NumberLit(literal) => {
            if serde_json::from_str::<serde_json::Number>(literal.value).is_err() {
                problems.push(
                    Problem::new(ProblemKind::InvalidNumber, &span, "this number")
                        .help("write a number that a double can hold"),
                );
            }
            Value::Number(literal.value.to_owned())
        }
        ast::Value::StringLit(literal) => Value::String(literal.value.to_string()),
        ast::Value::Array(array) => {
            Value::Array(array.elements.iter().map(|element| convert(element, source, problems)).collect())
        }
        ast::Value::Object(object) => {
            let mut members = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let range = property.name.range();
                let name_span = Span { source, range: range.start..range.end };
                let name = property.name.as_str().to_owned();
                members.push(Member { name, name_span, value: convert(&property.value, source, problems) });
            }
            check_duplicates(&members, problems);
            Value::Object(members)
        }
    };
    Node { value, span }
}

/// Reports properties that an object has twice.
pub fn check_duplicates(members: &[Member], problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, &Span> = HashMap::with_capacity(members.len());
    for Member { name, name_span, .. } in members {
        if let Some(first) = seen.get(name.as_str()) {
            problems.push(
                Problem::new(ProblemKind::DuplicateProperty { name: name.clone() }, name_span, "again here")
                    .at(first, "first here")
                    .help("keep one of the two"),
            );
        } else {
            seen.insert(name, name_span);
        }
    }
}

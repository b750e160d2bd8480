//! Parses JSON into the tree of nodes. Comments are let through, as Avro's own parser in Java does.

use std::collections::HashMap;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::node::{Member, Node, Value};
use crate::source::{SourceId, Sources, Span};

/// The deepest nesting of a schema file: far above any real one, far below what a stack holds.
pub(crate) const MAX_DEPTH: usize = 200;

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

/// Parses a JSON file.
pub(crate) fn parse_json(sources: &Sources, source: SourceId) -> Result<Node, Vec<Diagnostic>> {
    let text = sources.text(source);
    let at = |start: usize, end: usize| Span { source, range: start..end };
    if let Some(position) = too_deep(text) {
        return Err(vec![nested_too_deeply(&at(position, position + 1))]);
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &DIALECT).map_err(|error| {
        let range = error.range();
        vec![
            Diagnostic::error(code::NOT_JSON, "this is not JSON")
                .at(&sources.span(source, &(range.start..range.end)), lower_first(&error.kind().to_string()))
                .help("schemas are JSON: double quotes, a comma between values and none behind the last"),
        ]
    })?;
    let Some(value) = parsed.value else {
        return Err(vec![
            Diagnostic::error(code::NOT_JSON, "the file holds no schema")
                .at(&at(0, 0), "nothing but blanks")
                .help("write a schema, or take the file away"),
        ]);
    };
    let mut mistakes = Vec::new();
    let node = convert(&value, source, &mut mistakes);
    if mistakes.is_empty() { Ok(node) } else { Err(mistakes) }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// What is wrong with a file that a recursive parser could not hold.
pub(crate) fn nested_too_deeply(span: &Span) -> Diagnostic {
    let message = format!("the schema is nested more than {MAX_DEPTH} levels deep");
    Diagnostic::error(code::TOO_DEEP, message)
        .at(span, "one level too many")
        .help("define inner records in files of their own and refer to them by name")
}

/// Where brackets are nested too deeply for a recursive parser, if they are.
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

fn convert(value: &ast::Value<'_>, source: SourceId, mistakes: &mut Vec<Diagnostic>) -> Node {
    let range = value.range();
    let span = Span { source, range: range.start..range.end };
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Boolean(literal.value),
        ast::Value::NumberLit(literal) => {
            if serde_json::from_str::<serde_json::Number>(literal.value).is_err() {
                mistakes.push(
                    Diagnostic::error(code::NOT_JSON, "this number is too large or not written as in JSON")
                        .at(&span, "this number")
                        .help("write a number that a double can hold"),
                );
            }
            Value::Number(literal.value.to_owned())
        }
        ast::Value::StringLit(literal) => Value::String(literal.value.to_string()),
        ast::Value::Array(array) => {
            Value::Array(array.elements.iter().map(|element| convert(element, source, mistakes)).collect())
        }
        ast::Value::Object(object) => {
            let mut members = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let range = property.name.range();
                let name_span = Span { source, range: range.start..range.end };
                let name = property.name.as_str().to_owned();
                members.push(Member { name, name_span, value: convert(&property.value, source, mistakes) });
            }
            once_each(&members, mistakes);
            Value::Object(members)
        }
    };
    Node { value, span }
}

/// Reports properties that an object has twice.
pub(crate) fn once_each(members: &[Member], mistakes: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, &Span> = HashMap::with_capacity(members.len());
    for Member { name, name_span, .. } in members {
        if let Some(first) = seen.get(name.as_str()) {
            mistakes.push(
                Diagnostic::error(code::DUPLICATE_PROPERTY, format!("`{name}` is here twice"))
                    .at(name_span, "again here")
                    .at(first, "first here")
                    .help("keep one of the two"),
            );
        } else {
            seen.insert(name, name_span);
        }
    }
}

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

/// Parses JSON; `None` if it is unreadable. Problems that leave it readable, such as a property that is there twice,
/// are reported and do not end the parsing.
pub fn parse_json(text: &str, source: SourceId, problems: &mut Vec<Problem>) -> Option<Node> {
    let at = |start: usize, end: usize| Span { source, range: start..end };
    match scan(text) {
        Scanned::Fine => {}
        Scanned::TooDeep(position) => {
            problems.push(nested_too_deeply(&at(position, position + 1)));
            return None;
        }
        Scanned::ForeignSpace(position) => {
            let span = Span::clamped(text, source, &(position..position + 1));
            problems.push(
                Problem::new(ProblemKind::NotJson, &span, "this space is not one of JSON")
                    .help("between values write spaces, tabs and ends of lines only"),
            );
            return None;
        }
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &DIALECT).map_err(|error| {
        let range = error.range();
        let span = Span::clamped(text, source, &(range.start..range.end));
        Problem::new(ProblemKind::NotJson, &span, lower_first(&error.kind().to_string()))
            .help("schemas are JSON: double quotes, a comma between values and none after the last")
    });
    match parsed {
        Ok(parsed) => match parsed.value {
            Some(value) => return Some(Converter { text, source, problems }.convert(&value)),
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

/// What a scan of a text finds that the parser takes.
enum Scanned {
    Fine,
    /// Brackets are nested too deeply for a recursive parser here.
    TooDeep(usize),
    /// White space that JSON does not have, outside of strings and comments.
    ForeignSpace(usize),
}

fn scan(text: &str) -> Scanned {
    let bytes = text.as_bytes();
    let (mut depth, mut position) = (0_usize, 0);
    while let Some(byte) = bytes.get(position) {
        match (byte, bytes.get(position + 1)) {
            (b'"', _) => position = end_of_string(bytes, position),
            (b'/', Some(b'/')) => position = end_of_comment(bytes, position, b"\n"),
            (b'/', Some(b'*')) => position = end_of_comment(bytes, position, b"*/"),
            (0x0b | 0x0c, _) => return Scanned::ForeignSpace(position),
            (0x80.., _) if starts_with_space(text, position) => return Scanned::ForeignSpace(position),
            (b'{' | b'[', _) => depth += 1,
            (b'}' | b']', _) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Scanned::TooDeep(position);
        }
        position += 1;
    }
    Scanned::Fine
}

fn starts_with_space(text: &str, position: usize) -> bool {
    text.get(position..).and_then(|text| text.chars().next()).is_some_and(char::is_whitespace)
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

/// Converts what was parsed.
struct Converter<'a> {
    text: &'a str,
    source: SourceId,
    problems: &'a mut Vec<Problem>,
}

impl Converter<'_> {
    fn convert(&mut self, value: &ast::Value<'_>) -> Node {
        let span = self.span(value);
        let value = match value {
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::BooleanLit(literal) => Value::Boolean(literal.value),
            ast::Value::NumberLit(literal) => {
                if serde_json::from_str::<serde_json::Number>(literal.value).is_err() {
                    self.problems.push(
                        Problem::new(ProblemKind::InvalidNumber, &span, "this number")
                            .help("write a number that a double can hold"),
                    );
                }
                Value::Number(literal.value.to_owned())
            }
            ast::Value::StringLit(literal) => {
                self.check_string(&span);
                Value::String(literal.value.to_string())
            }
            ast::Value::Array(array) => {
                Value::Array(array.elements.iter().map(|element| self.convert(element)).collect())
            }
            ast::Value::Object(object) => {
                let mut members = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    let name_span = self.span(&property.name);
                    self.check_string(&name_span);
                    let name = property.name.as_str().to_owned();
                    members.push(Member { name, name_span, value: self.convert(&property.value) });
                }
                check_duplicates(&members, self.problems);
                Value::Object(members)
            }
        };
        Node { value, span }
    }

    fn span(&self, part: &impl Ranged) -> Span {
        let range = part.range();
        Span { source: self.source, range: range.start..range.end }
    }

    /// Reports a control character that is not escaped. The parser takes it; Java's does not.
    fn check_string(&mut self, span: &Span) {
        let text = self.text.get(span.range.clone()).unwrap_or_default();
        if let Some(offset) = text.bytes().position(|byte| byte < b' ') {
            let at = span.range.start + offset;
            let span = Span { source: self.source, range: at..at + 1 };
            self.problems.push(
                Problem::new(ProblemKind::ControlCharacter, &span, "this is not escaped")
                    .help("write \\t for a tab, \\n for the end of a line, \\u0000 for others"),
            );
        }
    }
}

/// Reports properties that an object has twice.
pub fn check_duplicates(members: &[Member], problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, &Span> = HashMap::with_capacity(members.len());
    for Member { name, name_span, .. } in members {
        if let Some(first) = seen.get(name.as_str()) {
            problems.push(
                Problem::new(ProblemKind::DuplicateProperty { name: name.clone() }, name_span, "again here")
                    .at(first, "first here")
                    .help("remove one of the two"),
            );
        } else {
            seen.insert(name, name_span);
        }
    }
}

//! JSON and TOML as one tree with a place for every value, so that whatever is wrong can be pointed at.

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources, Span};

/// The deepest nesting of a schema file: far above any real one, far below what a stack holds.
const MAX_DEPTH: usize = 200;
/// The largest schema file, in bytes.
pub(crate) const MAX_SIZE: usize = 16 * 1024 * 1024;

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// What a value is. Numbers are kept as written: a schema's defaults must not be rounded.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    Number(String),
    String(String),
    Array(Vec<Node>),
    Object(Vec<Member>),
}

/// A property of an object.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) value: Node,
}

impl Node {
    /// The property of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.members().iter().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The properties of an object; none of anything else.
    pub(crate) fn members(&self) -> &[Member] {
        if let Value::Object(members) = &self.value { members } else { &[] }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    pub(crate) fn as_number<T: std::str::FromStr>(&self) -> Option<T> {
        if let Value::Number(text) = &self.value { text.parse().ok() } else { None }
    }

    /// What it is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// The same value without places. Floating-point numbers that JSON cannot hold become null.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Boolean(value) => (*value).into(),
            Value::Number(text) => serde_json::from_str(text).unwrap_or_default(),
            Value::String(text) => text.clone().into(),
            Value::Array(items) => items.iter().map(Node::to_json).collect(),
            Value::Object(members) => {
                members.iter().map(|member| (member.name.clone(), member.value.to_json())).collect()
            }
        }
    }
}

/// Strict JSON (RFC 8259).
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
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
    if text.len() > MAX_SIZE {
        return Err(vec![too_large(text, source)]);
    }
    if let Some(position) = too_deep(text) {
        return Err(vec![
            Diagnostic::error(
                code::TOO_DEEP,
                format!("the schema is nested more than {MAX_DEPTH} levels deep"),
            )
            .at(&at(position, position + 1), "one level too many")
            .help("define inner records in files of their own and refer to them by name"),
        ]);
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let range = error.range();
        vec![
            Diagnostic::error(code::NOT_JSON, "this is not JSON")
                .at(&sources.span(source, &(range.start..range.end)), lower_first(&error.kind().to_string()))
                .help("schemas are strict JSON: double quotes, a comma between values and none behind the last, no comments"),
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

/// Refuses a file of more than [`MAX_SIZE`] bytes.
pub(crate) fn too_large(text: &str, source: SourceId) -> Diagnostic {
    let message = format!("the file has {} bytes, more than {} MiB", text.len(), MAX_SIZE / (1024 * 1024));
    Diagnostic::error(code::TOO_LARGE, message)
        .at(&Span { source, range: 0..0 }, "this file")
        .help("split it: schemas of several files may refer to each other")
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// Where brackets are nested too deeply for a recursive parser, if they are.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(position);
        }
    }
    None
}

fn convert(value: &ast::Value<'_>, source: SourceId, mistakes: &mut Vec<Diagnostic>) -> Node {
    let range = value.range();
    let span = Span { source, range: range.start..range.end };
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Boolean(literal.value),
        ast::Value::NumberLit(literal) => Value::Number(literal.value.to_owned()),
        ast::Value::StringLit(literal) => Value::String(literal.value.to_string()),
        ast::Value::Array(array) => {
            Value::Array(array.elements.iter().map(|element| convert(element, source, mistakes)).collect())
        }
        ast::Value::Object(object) => {
            let mut members: Vec<Member> = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let range = property.name.range();
                let name_span = Span { source, range: range.start..range.end };
                let name = property.name.as_str().to_owned();
                if let Some(first) = members.iter().find(|member| member.name == name) {
                    mistakes.push(
                        Diagnostic::error(code::DUPLICATE_PROPERTY, format!("`{name}` is here twice"))
                            .at(&name_span, "again here")
                            .at(&first.name_span, "first here")
                            .help("keep one of the two"),
                    );
                }
                members.push(Member { name, name_span, value: convert(&property.value, source, mistakes) });
            }
            Value::Object(members)
        }
    };
    Node { value, span }
}

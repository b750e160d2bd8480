//! Types: primitive and logical ones, references, arrays, maps, unions, and `T?`.

use super::annotations::misplaced;
use super::parser::Parser;
use super::syntax::Parsed;
use super::tokens::{Word, member, wrong};
use crate::node::{Member, Node, Value};
use crate::reader::once_each;
use crate::source::Span;

/// The largest precision that Java reads.
const MAX_PRECISION: u32 = 2_147_483_647;

/// A type. The order of the branches of `T?` depends on the default of its field.
pub(super) struct Typed {
    node: Node,
    optional: bool,
}

impl Typed {
    /// The type as JSON writes it. Null is the first branch of an optional type, or the last if the default is a value.
    pub(super) fn with_default(&self, default: Option<&Node>) -> Node {
        if !self.optional {
            return self.node.clone();
        }
        let span = self.node.span.clone();
        let mut branches = vec![Node::text("null", span.clone()), self.node.clone()];
        if default.is_some_and(|default| !matches!(default.value, Value::Null)) {
            branches.reverse();
        }
        Node { value: Value::Array(branches), span }
    }
}

impl Parser {
    /// Parses a type inside of another one or of a message.
    pub(super) fn inner_type(&mut self) -> Parsed<Node> {
        Ok(self.full_type()?.with_default(None))
    }

    /// Parses a type with its annotations.
    pub(super) fn full_type(&mut self) -> Parsed<Typed> {
        self.deeper(|parser| {
            let start = parser.tokens.span();
            let annotations = parser.annotations()?;
            once_each(&annotations, &mut parser.diagnostics);
            let word = parser.tokens.word("a type")?;
            let node = match word.text.as_str() {
                "array" if word.is("array") => parser.container("array", "items", &word)?,
                "map" if word.is("map") => parser.container("map", "values", &word)?,
                "union" if word.is("union") => {
                    misplaced(&annotations, "a union has no properties")?;
                    parser.tokens.sign('{')?;
                    let branches = parser.list('}', Self::inner_type)?;
                    Node { value: Value::Array(branches), span: parser.tokens.since(&start) }
                }
                "decimal" if word.is("decimal") && parser.tokens.is_sign('(') => parser.decimal(&word)?,
                _ => match primitive(&word) {
                    Some(node) => node,
                    None => {
                        misplaced(&annotations, "the use of a named type has no properties")?;
                        word.node()
                    }
                },
            };
            let optional = parser.tokens.is_sign('?');
            let kind = word.text.as_str();
            if optional && word.is(kind) && matches!(kind, "array" | "map" | "union") {
                let span = parser.tokens.span();
                let help = match kind {
                    "union" => "make null one of its branches".to_owned(),
                    _ => format!("write `union {{ null, {kind}<…> }}`"),
                };
                let article = if kind == "array" { "an" } else { "a" };
                return Err(Box::new(wrong(format!("{article} {kind} cannot be optional"), &span, help)));
            }
            parser.tokens.take_sign('?');
            let node = with_properties(node, annotations, parser.tokens.since(&start));
            Ok(Typed { node, optional })
        })
    }

    fn container(&mut self, kind: &str, property: &str, word: &Word) -> Parsed<Node> {
        self.tokens.sign('<')?;
        let inner = self.inner_type()?;
        self.tokens.sign('>')?;
        let kind = Node::text(kind, word.span.clone());
        let members = vec![member("type", kind), member(property, inner)];
        Ok(Node { value: Value::Object(members), span: self.tokens.since(&word.span) })
    }

    fn decimal(&mut self, word: &Word) -> Parsed<Node> {
        self.tokens.sign('(')?;
        let precision = self.tokens.whole_number()?;
        let scale = if self.tokens.take_sign(',') {
            self.tokens.whole_number()?
        } else {
            Node { value: Value::Number("0".to_owned()), span: precision.span.clone() }
        };
        self.tokens.sign(')')?;
        let (digits, decimals) = (precision.as_number::<u32>(), scale.as_number::<u32>());
        if !digits.is_some_and(|digits| (1..=MAX_PRECISION).contains(&digits) && decimals <= Some(digits)) {
            let span = self.tokens.since(&word.span);
            let help =
                "write decimal(precision, scale) with a precision of 1 or more and a scale of at most that";
            return Err(Box::new(wrong("this is not a valid decimal type", &span, help)));
        }
        let mut node = logical("bytes", "decimal", &word.span);
        if let Value::Object(members) = &mut node.value {
            members.extend([member("precision", precision), member("scale", scale)]);
        }
        Ok(node)
    }
}

fn primitive(word: &Word) -> Option<Node> {
    let (base, meaning) = match word.text.as_str() {
        _ if !word.is(&word.text) => return None,
        "boolean" | "int" | "long" | "float" | "double" | "bytes" | "string" | "null" => {
            return Some(word.node());
        }
        "date" => ("int", "date"),
        "time_ms" => ("int", "time-millis"),
        "timestamp_ms" => ("long", "timestamp-millis"),
        "local_timestamp_ms" => ("long", "local-timestamp-millis"),
        "uuid" => ("string", "uuid"),
        _ => return None,
    };
    Some(logical(base, meaning, &word.span))
}

fn logical(base: &str, meaning: &str, span: &Span) -> Node {
    let text = |text: &str| Node::text(text, span.clone());
    let members = vec![member("type", text(base)), member("logicalType", text(meaning))];
    Node { value: Value::Object(members), span: span.clone() }
}

/// Adds the properties of annotations to a type.
fn with_properties(node: Node, annotations: Vec<Member>, span: Span) -> Node {
    if annotations.is_empty() {
        return node;
    }
    let mut members = match node.value {
        Value::Object(members) => members,
        _ => vec![member("type", node)],
    };
    // An annotation replaces a property of the type, such as its logical type.
    members.retain(|member| !annotations.iter().any(|annotation| annotation.name == member.name));
    members.extend(annotations);
    Node { value: Value::Object(members), span }
}

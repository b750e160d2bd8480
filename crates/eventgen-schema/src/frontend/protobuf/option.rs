//! Parses the statements of our option into a tree with spans.
//!
//! An option is set as a whole, `option (eventgen.kafka) = { … }`, or in parts, `option (eventgen.kafka).topic = "…"`.
//! Both become one object. `vocabulary` converts lists, maps and messages afterwards.

use std::ops::Range;

use super::lexer::{Token, tokens};
use crate::node::{Member, Node, Value};
use crate::reader::MAX_DEPTH;
use crate::source::{SourceId, Span};

/// The option's full name.
const OPTION: [&str; 2] = ["eventgen", "kafka"];

/// One statement of our option.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    /// The span of `(eventgen.kafka)`.
    pub(super) name: Span,
    /// The values: objects with a member for each property, repeated as written.
    pub(super) members: Vec<Member>,
}

/// Reads a statement; `None` if it sets another option.
pub(super) fn statement(text: &str, range: Range<usize>, source: SourceId) -> Option<Statement> {
    let mut reader = Reader { tokens: tokens(text, range).collect(), source, end: 0 };
    if matches!(reader.peek(), Some(Token::Ident(word)) if word == "option") {
        reader.bump();
    }
    let start = reader.symbol('(')?.start;
    reader.symbol('.');
    for (index, part) in OPTION.iter().enumerate() {
        if index > 0 {
            reader.symbol('.')?;
        }
        reader.ident().filter(|(word, _)| word == part)?;
    }
    let end = reader.symbol(')')?.end;
    let name = reader.span(start..end);
    let mut path = Vec::new();
    while reader.symbol('.').is_some() {
        path.push(reader.ident()?);
    }
    reader.symbol('=')?;
    let value = reader.value(0)?;
    let Some((first, rest)) = path.split_first() else {
        let Value::Object(members) = value.value else { return Some(Statement { name, members: vec![] }) };
        return Some(Statement { name, members });
    };
    let value = rest.iter().rev().fold(value, |value, (word, range)| {
        let span = Span { source, range: range.start..value.span.range.end };
        let member = Member { name: word.clone(), name_span: reader.span(range.clone()), value };
        Node { value: Value::Object(vec![member]), span }
    });
    let member = Member { name: first.0.clone(), name_span: reader.span(first.1.clone()), value };
    Some(Statement { name, members: vec![member] })
}

struct Reader {
    tokens: std::collections::VecDeque<(Token, Range<usize>)>,
    source: SourceId,
    /// The end of the last token.
    end: usize,
}

impl Reader {
    fn span(&self, range: Range<usize>) -> Span {
        Span { source: self.source, range }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.front().map(|(token, _)| token)
    }

    fn bump(&mut self) -> Option<(Token, Range<usize>)> {
        let next = self.tokens.pop_front();
        self.end = next.as_ref().map_or(self.end, |(_, range)| range.end);
        next
    }

    fn symbol(&mut self, wanted: char) -> Option<Range<usize>> {
        if self.peek() == Some(&Token::Symbol(wanted)) { self.bump().map(|(_, range)| range) } else { None }
    }

    fn ident(&mut self) -> Option<(String, Range<usize>)> {
        match self.bump()? {
            (Token::Ident(word), range) => Some((word, range)),
            _ => None,
        }
    }

    /// Nesting deeper than `MAX_DEPTH` has been reported before.
    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        let (token, range) = self.bump()?;
        let start = range.start;
        let value = match token {
            Token::Symbol('{') => Value::Object(self.fields('}', depth)?),
            Token::Symbol('<') => Value::Object(self.fields('>', depth)?),
            Token::Symbol('[') => Value::Array(self.items(depth)?),
            Token::Symbol('-') => match self.bump()? {
                (Token::Number(text), _) => Value::Number(format!("-{}", decimal(text))),
                (Token::Ident(text), _) => Value::Number(format!("-{text}")),
                _ => return None,
            },
            Token::Symbol(_) => return None,
            Token::Number(text) => Value::Number(decimal(text)),
            Token::Ident(word) if word == "true" => Value::Boolean(true),
            Token::Ident(word) if word == "false" => Value::Boolean(false),
            Token::Ident(word) => Value::String(word),
            Token::String(mut text) => {
                // Adjacent literals are one string.
                while let Some(Token::String(more)) = self.peek() {
                    text.push_str(more);
                    self.bump();
                }
                Value::String(text)
            }
        };
        Some(Node { value, span: self.span(start..self.end) })
    }

    fn fields(&mut self, close: char, depth: usize) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        while self.symbol(close).is_none() {
            let (name, range) = match self.bump()? {
                (Token::Ident(name), range) => (name, range),
                // The name of an extension or of an `Any`, which is not a property of the annotation.
                (Token::Symbol('['), range) => {
                    let mut name = String::from("[");
                    while self.symbol(']').is_none() {
                        match self.bump()? {
                            (Token::Ident(part), _) => name.push_str(&part),
                            (Token::Symbol(symbol), _) => name.push(symbol),
                            _ => return None,
                        }
                    }
                    (name + "]", range.start..self.end)
                }
                _ => return None,
            };
            self.symbol(':');
            let value = self.value(depth + 1)?;
            members.push(Member { name, name_span: self.span(range), value });
            let _ = self.symbol(',').or_else(|| self.symbol(';'));
        }
        Some(members)
    }

    fn items(&mut self, depth: usize) -> Option<Vec<Node>> {
        let mut items = Vec::new();
        while self.symbol(']').is_none() {
            items.push(self.value(depth + 1)?);
            self.symbol(',');
        }
        Some(items)
    }
}

/// A number in the notation of JSON. Protobuf also has integers in base 16 and 8.
fn decimal(text: String) -> String {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let number = match hex {
        Some(digits) => u64::from_str_radix(digits, 16),
        None if text.len() > 1 && text.starts_with('0') => u64::from_str_radix(&text[1..], 8),
        None => return text,
    };
    number.map_or(text, |number| number.to_string())
}

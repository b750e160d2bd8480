//! A cursor over the tokens of one file.

use super::lexer::{Lexed, Token, lex};
use super::syntax::Parsed;
use crate::diagnostics::{Diagnostic, code};
use crate::node::{Member, Node, Value};
use crate::source::{SourceId, Span};

/// The position of the parser.
pub(super) struct Tokens {
    all: Vec<Lexed>,
    position: usize,
    source: SourceId,
}

/// A word with its location.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Span,
    keyword: bool,
}

impl Word {
    /// Whether this is the keyword, not an identifier of the same text.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.keyword && self.text == keyword
    }

    /// The word as text.
    pub(super) fn node(&self) -> Node {
        Node::text(self.text.as_str(), self.span.clone())
    }
}

impl Tokens {
    pub(super) fn new(text: &str, source: SourceId) -> Result<Self, Diagnostic> {
        let all = lex(text).map_err(|(message, range)| {
            wrong(message, &Span { source, range }, "strings, numbers and names are written as in Java")
        })?;
        Ok(Self { all, position: 0, source })
    }

    /// Takes the next token. The end of the file is never taken.
    fn next(&self) -> &Lexed {
        &self.all[self.position.min(self.all.len() - 1)]
    }

    /// The location of the next token.
    pub(super) fn span(&self) -> Span {
        Span { source: self.source, range: self.next().range.clone() }
    }

    /// The location from the start of `start` to the end of the last token that was taken.
    pub(super) fn since(&self, start: &Span) -> Span {
        let end = self.all[..self.position].last().map_or(start.range.end, |last| last.range.end);
        Span { source: self.source, range: start.range.start..end.max(start.range.start) }
    }

    /// The documentation comment right before the next token, as a property.
    pub(super) fn doc(&self) -> Option<Member> {
        let (text, range) = self.next().doc.clone()?;
        let span = Span { source: self.source, range };
        Some(Member { name: "doc".to_owned(), name_span: span.clone(), value: Node::text(text, span) })
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.next().token == Token::End
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        self.next().token == Token::Sign(sign)
    }

    /// Takes a sign if it comes next.
    pub(super) fn take_sign(&mut self, sign: char) -> bool {
        let is_next = self.is_sign(sign);
        self.position += usize::from(is_next);
        is_next
    }

    pub(super) fn sign(&mut self, sign: char) -> Parsed<()> {
        if self.take_sign(sign) { Ok(()) } else { self.unexpected(&format!("`{sign}`")) }
    }

    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(&self.next().token, Token::Word { text, may_be_keyword: true } if text == keyword)
    }

    /// Takes a keyword if it comes next.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let is_next = self.is_keyword(keyword);
        self.position += usize::from(is_next);
        is_next
    }

    /// Takes an identifier; every keyword may be one.
    pub(super) fn word(&mut self, expected: &str) -> Parsed<Word> {
        if let Token::Word { text, may_be_keyword } = &self.next().token {
            let word = Word { text: text.clone(), span: self.span(), keyword: *may_be_keyword };
            self.position += 1;
            return Ok(word);
        }
        self.unexpected(expected)
    }

    pub(super) fn string(&mut self) -> Parsed<Node> {
        match self.literal() {
            Some(node) if node.as_str().is_some() => Ok(node),
            _ => self.unexpected("a string in double quotes"),
        }
    }

    pub(super) fn whole_number(&mut self) -> Parsed<Node> {
        match self.literal() {
            Some(node) if node.as_number::<i64>().is_some() => Ok(node),
            _ => self.unexpected("a whole number"),
        }
    }

    /// Takes a string, a number, `true`, `false` or `null`. A number that JSON cannot represent becomes a string, as
    /// Java writes it.
    pub(super) fn literal(&mut self) -> Option<Node> {
        let value = match &self.next().token {
            Token::String(text) => Value::String(text.clone()),
            Token::Number(text) => Value::Number(text.clone()),
            Token::NotFinite(text) => Value::String((*text).to_owned()),
            Token::Word { text, may_be_keyword: true } => match text.as_str() {
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                "null" => Value::Null,
                _ => return None,
            },
            _ => return None,
        };
        let span = self.span();
        self.position += 1;
        Some(Node { value, span })
    }

    /// Fails with a description of what was expected.
    pub(super) fn unexpected<T>(&self, expected: &str) -> Parsed<T> {
        let found = match &self.next().token {
            Token::Word { text, .. } => format!("`{text}`"),
            Token::String(_) => "a string".to_owned(),
            Token::Number(_) | Token::NotFinite(_) => "a number".to_owned(),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::End => "the end of the file".to_owned(),
        };
        let help = format!("write {expected} here, or correct the text before it");
        Err(Box::new(wrong(format!("expected {expected}, found {found}"), &self.span(), help)))
    }
}

/// A syntax error.
pub(super) fn wrong(message: impl Into<String>, span: &Span, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code::NOT_IDL, message).at(span, "reading stopped here").help(help)
}

/// A property that the syntax implies. Its name has the location of what implies it.
pub(super) fn member(name: &str, value: Node) -> Member {
    Member { name: name.to_owned(), name_span: value.span.clone(), value }
}

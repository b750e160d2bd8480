//! JSON inside IDL: defaults and the values of annotations.

use super::parser::Parser;
use super::syntax::Parsed;
use crate::node::{Member, Node, Value};
use crate::reader::{MAX_DEPTH, nested_too_deeply, once_each};

impl Parser {
    /// Runs `inside` one level deeper.
    pub(super) fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(Box::new(nested_too_deeply(&self.tokens.span())));
        }
        self.depth += 1;
        let parsed = inside(self);
        self.depth -= 1;
        parsed
    }

    pub(super) fn json(&mut self) -> Parsed<Node> {
        let start = self.tokens.span();
        if let Some(literal) = self.tokens.literal() {
            return Ok(literal);
        }
        let value = if self.tokens.take_sign('[') {
            Value::Array(self.deeper(|parser| parser.list(']', Self::json))?)
        } else if self.tokens.take_sign('{') {
            let members = self.deeper(|parser| parser.list('}', Self::pair))?;
            once_each(&members, &mut self.diagnostics);
            Value::Object(members)
        } else {
            return self.tokens.unexpected("a JSON value");
        };
        Ok(Node { value, span: self.tokens.since(&start) })
    }

    fn pair(&mut self) -> Parsed<Member> {
        let name = self.tokens.string()?;
        self.tokens.sign(':')?;
        let value = self.json()?;
        let text = name.as_str().unwrap_or_default().to_owned();
        Ok(Member { name: text, name_span: name.span, value })
    }

    /// Parses items that are separated by commas, up to a closing sign.
    pub(super) fn list<T>(
        &mut self,
        end: char,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        if self.tokens.take_sign(end) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.tokens.take_sign(end) {
                return Ok(items);
            }
            self.tokens.sign(',')?;
        }
    }
}

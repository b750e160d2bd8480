//! Annotations: `@name(value)`, each a property of what follows it.

use super::super::parse::{ANNOTATION, misplaced_annotation};
use super::parser::Parser;
use super::syntax::Parsed;
use super::tokens::wrong;
use crate::diagnostics::{Diagnostic, code};
use crate::node::Member;
use crate::reader::once_each;
use crate::source::Span;

/// Properties that the syntax sets. No annotation can set them.
const RESERVED: [&str; 8] = ["doc", "fields", "items", "name", "size", "symbols", "type", "values"];

impl Parser {
    /// Parses the next annotations.
    pub(super) fn annotations(&mut self) -> Parsed<Vec<Member>> {
        let mut annotations: Vec<Member> = Vec::new();
        while self.tokens.take_sign('@') {
            let name = self.tokens.word("the name of an annotation")?;
            self.tokens.sign('(')?;
            let value = self.json()?;
            self.tokens.sign(')')?;
            if RESERVED.contains(&name.text.as_str()) {
                let message = format!("`{}` cannot be set by an annotation", name.text);
                let help = format!("`{}` is set by the declaration that follows", name.text);
                return Err(Box::new(wrong(message, &name.span, help)));
            }
            annotations.push(Member { name: name.text, name_span: name.span, value });
        }
        Ok(annotations)
    }

    /// Reports annotations that are there twice, and one of events where there is no record.
    pub(super) fn not_of_record(&mut self, annotations: &[Member]) {
        once_each(annotations, &mut self.diagnostics);
        let misplaced = annotations.iter().filter(|annotation| annotation.name == ANNOTATION);
        self.diagnostics.extend(misplaced.map(|annotation| misplaced_annotation(&annotation.name_span)));
    }
}

/// The values of `order`. IDL allows them in any case, JSON in lower case only.
pub(super) fn lower_order(annotations: &mut [Member]) {
    for annotation in annotations.iter_mut().filter(|annotation| annotation.name == "order") {
        if let crate::node::Value::String(order) = &mut annotation.value.value {
            *order = order.to_ascii_lowercase();
        }
    }
}

/// Fails if there are annotations where the grammar allows none.
pub(super) fn misplaced(annotations: &[Member], why: &str) -> Parsed<()> {
    match annotations.first() {
        None => Ok(()),
        Some(Member { name_span, .. }) => Err(Box::new(unwanted(name_span, why))),
    }
}

fn unwanted(span: &Span, why: &str) -> Diagnostic {
    Diagnostic::error(code::NOT_IDL, why)
        .at(span, "this annotation")
        .help("remove it, or move it before the definition or the name of the field")
}

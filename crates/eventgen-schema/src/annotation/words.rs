//! Reads objects whose properties are words of a vocabulary: each word known, each value of its kind, each mistake told.

use std::str::FromStr;

use crate::code::{self, Code};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::node::{Member, Node, Value};
use crate::source::Spanned;

/// How words are written: `replicationFactor` in a schema, `replication-factor` in `eventgen.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Casing {
    Camel,
    Kebab,
}

impl Casing {
    /// A camel-case word as it is written here.
    pub(crate) fn of(self, word: &str) -> String {
        match self {
            Self::Camel => word.to_owned(),
            Self::Kebab => word.chars().fold(String::new(), |mut out, char| {
                if char.is_ascii_uppercase() {
                    out.push('-');
                }
                out.push(char.to_ascii_lowercase());
                out
            }),
        }
    }
}

/// An object of words. `vocabulary` is in camel case; unknown words are reported when it is made.
pub(crate) struct Words<'a, 'm> {
    members: &'a [Member],
    casing: Casing,
    pub(crate) mistakes: &'m mut Vec<Diagnostic>,
}

impl<'a, 'm> Words<'a, 'm> {
    pub(crate) fn read(
        node: &'a Node,
        what: &str,
        vocabulary: &[&str],
        casing: Casing,
        mistakes: &'m mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let Value::Object(members) = &node.value else {
            mistakes.push(wrong_kind(what, "an object", node));
            return None;
        };
        let known: Vec<String> = vocabulary.iter().map(|word| casing.of(word)).collect();
        for member in members.iter().filter(|member| !known.contains(&member.name)) {
            let remark = did_you_mean(&member.name, known.iter().map(String::as_str)).map_or_else(
                || "not a word of the vocabulary".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            mistakes.push(
                Diagnostic::error(code::UNKNOWN_WORD, format!("unknown word `{}` in {what}", member.name))
                    .at(&member.name_span, remark)
                    .help(format!("the words are {}", known.join(", "))),
            );
        }
        Some(Self { members, casing, mistakes })
    }

    /// The value of a word, if it is there.
    pub(crate) fn get(&self, word: &str) -> Option<&'a Node> {
        let name = self.casing.of(word);
        self.members.iter().find(|member| member.name == name).map(|member| &member.value)
    }

    fn fail<T>(&mut self, mistake: Diagnostic) -> Option<T> {
        self.mistakes.push(mistake);
        None
    }

    pub(crate) fn string(&mut self, word: &str) -> Option<Spanned<String>> {
        let node = self.get(word)?;
        match node.as_str() {
            Some(text) if !text.is_empty() => {
                Some(Spanned { value: text.to_owned(), span: node.span.clone() })
            }
            _ => self.fail(wrong_kind(
                &format!("`{}`", self.casing.of(word)),
                "a string that is not empty",
                node,
            )),
        }
    }

    pub(crate) fn strings(&mut self, word: &str) -> Option<Spanned<Vec<String>>> {
        let node = self.get(word)?;
        let strings = match &node.value {
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        match strings {
            Some(value) => Some(Spanned { value, span: node.span.clone() }),
            None => self.fail(wrong_kind(&format!("`{}`", self.casing.of(word)), "a list of strings", node)),
        }
    }

    /// A whole number from `least`.
    pub(crate) fn number<T: FromStr + PartialOrd + std::fmt::Display + Copy>(
        &mut self,
        word: &str,
        least: T,
    ) -> Option<Spanned<T>> {
        let node = self.get(word)?;
        match node.as_number::<T>().filter(|number| *number >= least) {
            Some(value) => Some(Spanned { value, span: node.span.clone() }),
            None => {
                let expected = format!("a whole number from {least}");
                self.fail(wrong_kind(&format!("`{}`", self.casing.of(word)), &expected, node))
            }
        }
    }

    pub(crate) fn boolean(&mut self, word: &str) -> Option<bool> {
        let node = self.get(word)?;
        match node.value {
            Value::Boolean(value) => Some(value),
            _ => self.fail(wrong_kind(&format!("`{}`", self.casing.of(word)), "true or false", node)),
        }
    }

    /// One of several values by name.
    pub(crate) fn one_of<T: Copy>(&mut self, word: &str, choices: &[(&str, T)]) -> Option<Spanned<T>> {
        let text = self.string(word)?;
        match choices.iter().find(|(name, _)| *name == text.value) {
            Some(&(_, value)) => Some(Spanned { value, span: text.span }),
            None => {
                let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                let near = did_you_mean(&text.value, names.iter().copied());
                let message = format!("`{}` cannot be `{}`", self.casing.of(word), text.value);
                self.fail(
                    Diagnostic::error(code::WRONG_VALUE, message)
                        .at(
                            &text.span,
                            near.map_or_else(String::new, |near| format!("did you mean `{near}`?")),
                        )
                        .help(format!("it is one of {}", names.join(", "))),
                )
            }
        }
    }

    /// Text that `parse` understands.
    pub(crate) fn quantity<T>(
        &mut self,
        word: &str,
        parse: impl Fn(&str) -> Option<T>,
        example: &str,
    ) -> Option<Spanned<T>> {
        let text = self.string(word)?;
        match parse(&text.value) {
            Some(value) => Some(Spanned { value, span: text.span }),
            None => {
                let message = format!("`{}` is not understood", text.value);
                self.fail(mistake_at(code::INVALID_QUANTITY, message, &text.span, example))
            }
        }
    }
}

/// A value of the wrong kind.
pub(crate) fn wrong_kind(what: &str, expected: &str, node: &Node) -> Diagnostic {
    Diagnostic::error(code::WRONG_VALUE, format!("{what} is {expected}"))
        .at(&node.span, format!("this is {}", node.kind()))
}

fn mistake_at(code: Code, message: String, span: &crate::source::Span, example: &str) -> Diagnostic {
    Diagnostic::error(code, message).at(span, "").help(format!("write it like {example}"))
}

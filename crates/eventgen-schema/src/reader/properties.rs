//! Reads objects with known properties: reports each unknown property and each value of the wrong kind.

use std::ops::RangeInclusive;
use std::str::FromStr;

use super::casing::Casing;
use crate::diagnostics::{Diagnostic, code, did_you_mean};
use crate::node::{Member, Node, Value};
use crate::source::Spanned;

/// The most properties that a help lists; longer lists are on the page of the code.
const LISTED: usize = 7;

/// An object with known properties. `vocabulary` is in camel case; unknown properties are reported when it is made.
pub(crate) struct Properties<'a, 'm> {
    members: &'a [Member],
    pub(crate) casing: Casing,
    pub(crate) diagnostics: &'m mut Vec<Diagnostic>,
}

impl<'a, 'm> Properties<'a, 'm> {
    pub(crate) fn read(
        node: &'a Node,
        what: &str,
        vocabulary: &[&str],
        casing: Casing,
        diagnostics: &'m mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let known: Vec<String> = vocabulary.iter().map(|property| casing.of(property)).collect();
        let Value::Object(members) = &node.value else {
            let example = known.first().map(|property| casing.example(property, "…")).unwrap_or_default();
            diagnostics.push(wrong_kind(
                what,
                "an object",
                &format!("an object such as {{ {example} }}"),
                node,
            ));
            return None;
        };
        let help = if known.len() > LISTED {
            "`eventgen explain EG0107` lists the properties and their defaults".to_owned()
        } else if let [only] = &known[..] {
            format!("the only property here is {only}")
        } else {
            format!("the properties here are {}", known.join(", "))
        };
        for member in members.iter().filter(|member| !known.contains(&member.name)) {
            let remark = did_you_mean(&member.name, known.iter().map(String::as_str)).map_or_else(
                || "no property has this name or one like it".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            diagnostics.push(
                Diagnostic::error(
                    code::UNKNOWN_PROPERTY,
                    format!("unknown property `{}` in {what}", member.name),
                )
                .at(&member.name_span, remark)
                .help(&help),
            );
        }
        Some(Self { members, casing, diagnostics })
    }

    /// The value of a property, if it is there.
    pub(crate) fn get(&self, property: &str) -> Option<&'a Node> {
        let name = self.casing.of(property);
        self.members.iter().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The members of a table of tables; none if the property is not there or is something else, which is reported.
    pub(crate) fn table(&mut self, property: &str) -> &'a [Member] {
        let Some(node) = self.get(property) else { return &[] };
        if !matches!(node.value, Value::Object(_)) {
            self.wrong::<()>(property, "a table of tables", "{ … }", node);
        }
        node.members()
    }

    fn fail<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.diagnostics.push(diagnostic);
        None
    }

    pub(crate) fn string(&mut self, property: &str) -> Option<Spanned<String>> {
        let node = self.get(property)?;
        match node.as_str() {
            Some(text) if !text.is_empty() => {
                Some(Spanned { value: text.to_owned(), span: node.span.clone() })
            }
            _ => self.wrong(property, "a string that is not empty", "\"…\"", node),
        }
    }

    /// A value that is not what it must be; `example` is one that is.
    fn wrong<T>(&mut self, property: &str, expected: &str, example: &str, node: &Node) -> Option<T> {
        let what = format!("`{}`", self.casing.of(property));
        let example = self.casing.example(property, example);
        self.fail(wrong_kind(&what, expected, &example, node))
    }

    pub(crate) fn strings(&mut self, property: &str) -> Option<Spanned<Vec<String>>> {
        let node = self.get(property)?;
        let strings = match &node.value {
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        match strings {
            Some(value) => Some(Spanned { value, span: node.span.clone() }),
            None => self.wrong(property, "a list of strings", "[\"…\"]", node),
        }
    }

    /// A whole number in a range.
    pub(crate) fn number<T: FromStr + PartialOrd + std::fmt::Display + Copy>(
        &mut self,
        property: &str,
        range: RangeInclusive<T>,
    ) -> Option<Spanned<T>> {
        let node = self.get(property)?;
        match node.as_number::<T>().filter(|number| range.contains(number)) {
            Some(value) => Some(Spanned { value, span: node.span.clone() }),
            None => {
                // The largest one is of interest to who has gone beyond it only.
                let beyond = node.as_number::<u128>().filter(|number| *number > 0);
                let most = beyond.map(|_| format!(" to {}", range.end())).unwrap_or_default();
                let expected = format!("a whole number from {}{most}", range.start());
                // A number in quotes is most likely the one that is meant.
                let meant =
                    node.as_str().filter(|text| text.parse().is_ok_and(|number: T| range.contains(&number)));
                self.wrong(property, &expected, meant.unwrap_or("3"), node)
            }
        }
    }

    pub(crate) fn boolean(&mut self, property: &str) -> Option<Spanned<bool>> {
        let node = self.get(property)?;
        match node.value {
            Value::Boolean(value) => Some(Spanned { value, span: node.span.clone() }),
            _ => self.wrong(property, "true or false", "true", node),
        }
    }

    /// One of several values by name.
    pub(crate) fn one_of<T: Copy>(&mut self, property: &str, choices: &[(&str, T)]) -> Option<Spanned<T>> {
        let text = self.string(property)?;
        match choices.iter().find(|(name, _)| *name == text.value) {
            Some(&(_, value)) => Some(Spanned { value, span: text.span }),
            None => {
                let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                let near = did_you_mean(&text.value, names.iter().copied());
                let message = format!("`{}` cannot be `{}`", self.casing.of(property), text.value);
                self.fail(
                    Diagnostic::error(code::WRONG_VALUE, message)
                        .at(
                            &text.span,
                            near.map_or_else(
                                || "not one of its values".to_owned(),
                                |near| format!("did you mean `{near}`?"),
                            ),
                        )
                        .help(format!("it is one of {}", names.join(", "))),
                )
            }
        }
    }

    /// Text that `parse` understands; `form` says how it is written.
    pub(crate) fn quantity<T>(
        &mut self,
        property: &str,
        parse: impl Fn(&str) -> Option<T>,
        form: &str,
    ) -> Option<Spanned<T>> {
        let text = self.string(property)?;
        match parse(&text.value) {
            Some(value) => Some(Spanned { value, span: text.span }),
            None => {
                let message = format!("`{}` is not understood as `{}`", text.value, self.casing.of(property));
                self.fail(
                    Diagnostic::error(code::INVALID_QUANTITY, message)
                        .at(&text.span, "not a duration")
                        .help(format!("write {form}")),
                )
            }
        }
    }
}

/// A value of the wrong kind; `example` says what to write.
pub(crate) fn wrong_kind(what: &str, expected: &str, example: &str, node: &Node) -> Diagnostic {
    let is = match &node.value {
        Value::Number(number) => format!("this is {number}"),
        Value::String(text) if text.is_empty() => "this is empty".to_owned(),
        Value::Array(items) if items.is_empty() => "this list is empty".to_owned(),
        _ => format!("this is {}", node.kind()),
    };
    Diagnostic::error(code::WRONG_VALUE, format!("{what} must be {expected}"))
        .at(&node.span, is)
        .help(format!("write {example}"))
}

//! What is wrong with a value.

use std::fmt;

/// What is wrong with a field of a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The fields and indexes to the value, innermost first.
    path: Vec<String>,
    reason: String,
}

impl Problem {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { path: Vec::new(), reason: reason.into() }
    }

    /// The problem of a value in a field.
    pub(super) fn inside(mut self, field: &str) -> Self {
        self.path.push(field.to_owned());
        self
    }

    /// The problem of an item of a list.
    pub(super) fn at(mut self, index: usize) -> Self {
        self.path.push(format!("[{index}]"));
        self
    }

    /// The path to the field, such as `lines[2].price`; empty for the value itself.
    pub fn field(&self) -> String {
        let mut out = String::new();
        for part in self.path.iter().rev() {
            if !out.is_empty() && !part.starts_with('[') {
                out.push('.');
            }
            out.push_str(part);
        }
        out
    }

    /// What is wrong.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field() {
            field if field.is_empty() => f.write_str(&self.reason),
            field => write!(f, "{field}: {}", self.reason),
        }
    }
}

impl std::error::Error for Problem {}

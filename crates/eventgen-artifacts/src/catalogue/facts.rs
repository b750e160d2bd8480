//! Short statements about a topic, an event or a service: a label and what is true.

use super::rich::{Rich, text};

/// A label and what is true.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: Rich,
}

/// A list of facts.
#[derive(Debug, Default)]
pub(super) struct Facts(pub(super) Vec<Fact>);

impl Facts {
    /// Adds a fact.
    pub(super) fn add(&mut self, label: &'static str, value: Rich) {
        self.0.push(Fact { label, value });
    }

    /// Adds a fact in plain words.
    pub(super) fn say(&mut self, label: &'static str, words: impl Into<String>) {
        self.add(label, vec![text(words)]);
    }

    /// Adds a fact if there is something to say.
    pub(super) fn add_some(&mut self, label: &'static str, value: Rich) {
        if !value.is_empty() {
            self.add(label, value);
        }
    }
}

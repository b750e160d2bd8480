//! The levels of lints.

use std::collections::BTreeMap;

use crate::diagnostics::code::{ALL, Lint};
use crate::diagnostics::{Diagnostic, Level};
use crate::node::Node;
use crate::reader::{Casing, Properties};

/// The levels that `[lint]` of `eventgen.toml` sets. Other lints have their default level.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    set: BTreeMap<&'static str, Level>,
}

impl Levels {
    /// Reads the table `[lint]`.
    pub(crate) fn read(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let names: Vec<&'static str> =
            ALL.iter().filter_map(|code| code.lint).map(|lint| lint.name).collect();
        let Some(mut properties) = Properties::read(node, "[lint]", &names, Casing::Kebab, diagnostics)
        else {
            return Self::default();
        };
        let choices = Level::ALL.map(|level| (level.as_str(), level));
        let set = names.into_iter().filter_map(|name| Some((name, properties.one_of(name, &choices)?.value)));
        Self { set: set.collect() }
    }

    /// Allows a lint.
    #[must_use]
    pub fn allow(mut self, lint: &Lint) -> Self {
        self.set.insert(lint.name, Level::Allow);
        self
    }

    /// These levels, and for lints without one those of `base`.
    #[must_use]
    pub fn over(self, base: Option<&Self>) -> Self {
        let mut levels = base.cloned().unwrap_or_default();
        levels.set.extend(self.set);
        levels
    }

    /// The level of a lint.
    pub fn of(&self, lint: &Lint) -> Level {
        self.set.get(lint.name).copied().unwrap_or(lint.default)
    }

    /// Applies the levels: every lint gets the severity of the level that is set for it, and allowed lints are removed. A
    /// lint without a level that is set keeps its severity, which a rule may have raised.
    pub fn apply(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let levelled = |mut diagnostic: Diagnostic| {
            if let Some(lint) = diagnostic.code.lint {
                let severity = self.of(lint).severity()?;
                if self.set.contains_key(lint.name) {
                    diagnostic.severity = severity;
                }
            }
            Some(diagnostic)
        };
        diagnostics.into_iter().filter_map(levelled).collect()
    }
}

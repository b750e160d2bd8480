//! Levels: how much a team minds each lint.

use std::collections::BTreeMap;

use crate::annotation::{Casing, Words};
use crate::code::{ALL, Lint};
use crate::diagnostic::{Diagnostic, Severity};
use crate::node::Node;

/// How much a lint matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is not reported.
    Allow,
    /// It is reported as a warning.
    Warn,
    /// It is reported as an error.
    Deny,
}

impl Level {
    const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    /// Its word in `[lint]` of `eventgen.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// How bad a diagnostic of this level is; `None` where it is not reported.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Warn => Some(Severity::Warning),
            Self::Deny => Some(Severity::Error),
        }
    }
}

/// The levels that `[lint]` of `eventgen.toml` sets; the others are as each lint has them.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    set: BTreeMap<&'static str, Level>,
}

impl Levels {
    /// Reads the table `[lint]`.
    pub(crate) fn read(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Self {
        let names: Vec<&'static str> =
            ALL.iter().filter_map(|code| code.lint).map(|lint| lint.name).collect();
        let Some(mut words) = Words::read(node, "[lint]", &names, Casing::Kebab, mistakes) else {
            return Self::default();
        };
        let choices = Level::ALL.map(|level| (level.as_str(), level));
        let set = names.into_iter().filter_map(|name| Some((name, words.one_of(name, &choices)?.value)));
        Self { set: set.collect() }
    }

    /// The level of a lint.
    pub fn of(&self, lint: &Lint) -> Level {
        self.set.get(lint.name).copied().unwrap_or(lint.default)
    }

    /// Gives every lint among the diagnostics the severity of its level, and drops those that are allowed.
    pub fn apply(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let levelled = |mut diagnostic: Diagnostic| {
            if let Some(lint) = diagnostic.code.lint {
                diagnostic.severity = self.of(lint).severity()?;
            }
            Some(diagnostic)
        };
        diagnostics.into_iter().filter_map(levelled).collect()
    }
}

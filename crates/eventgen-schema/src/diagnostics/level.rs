//! The severity of a diagnostic, and the levels of lints.

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The contract cannot be used.
    Error,
    /// The contract can be used, but is probably not what its author wants.
    Warning,
}

/// The level of a lint.
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
    pub(crate) const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    /// The name in `eventgen.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// The severity of a diagnostic with this level. `None` if it is not reported.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Warn => Some(Severity::Warning),
            Self::Deny => Some(Severity::Error),
        }
    }
}

//! The error of a setting.

use std::fmt;

/// A setting that cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadSetting {
    /// The call that makes the setting, as Rust source.
    pub call: String,
    /// Why it cannot be applied.
    pub reason: String,
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.call, self.reason)
    }
}

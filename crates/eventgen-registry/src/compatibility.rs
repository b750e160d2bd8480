//! Compatibility levels.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The compatibility level of a subject: what a new version of its schema must be able to read, or be read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compatibility {
    /// Every change is allowed.
    None,
    /// The new schema reads what the latest wrote. This is the level of a new registry.
    #[default]
    Backward,
    /// The new schema reads what every version wrote.
    BackwardTransitive,
    /// The latest schema reads what the new one writes.
    Forward,
    /// Every version reads what the new one writes.
    ForwardTransitive,
    /// Backward and forward, with the latest version.
    Full,
    /// Backward and forward, with every version.
    FullTransitive,
}

impl Compatibility {
    /// Every level.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Backward,
        Self::BackwardTransitive,
        Self::Forward,
        Self::ForwardTransitive,
        Self::Full,
        Self::FullTransitive,
    ];

    /// Whether a new schema is compared with every version, not with the latest only.
    pub const fn is_transitive(self) -> bool {
        matches!(self, Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive)
    }

    /// Whether this level guarantees less than another one and nothing more: `BACKWARD` is weaker than `FULL`. Neither
    /// of `BACKWARD` and `FORWARD` is weaker than the other.
    pub const fn is_weaker_than(self, other: Self) -> bool {
        let ((backward, forward), (other_backward, other_forward)) = (self.reach(), other.reach());
        backward <= other_backward
            && forward <= other_forward
            && (backward < other_backward || forward < other_forward)
    }

    /// Whether a schema that this level allows is one that `other` allows, too.
    pub const fn covers(self, other: Self) -> bool {
        let ((backward, forward), (other_backward, other_forward)) = (self.reach(), other.reach());
        backward >= other_backward && forward >= other_forward
    }

    /// How many old versions a new one reads, and is read by: 0 none, 1 the latest, 2 all.
    const fn reach(self) -> (u8, u8) {
        match self {
            Self::None => (0, 0),
            Self::Backward => (1, 0),
            Self::BackwardTransitive => (2, 0),
            Self::Forward => (0, 1),
            Self::ForwardTransitive => (0, 2),
            Self::Full => (1, 1),
            Self::FullTransitive => (2, 2),
        }
    }

    /// The registry's name, such as `BACKWARD_TRANSITIVE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Backward => "BACKWARD",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::Forward => "FORWARD",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::Full => "FULL",
            Self::FullTransitive => "FULL_TRANSITIVE",
        }
    }
}

impl fmt::Display for Compatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is not the name of a compatibility level.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a compatibility level")]
pub struct UnknownCompatibility(pub String);

impl FromStr for Compatibility {
    type Err = UnknownCompatibility;

    fn from_str(name: &str) -> Result<Self, UnknownCompatibility> {
        let level = Self::ALL.into_iter().find(|level| level.as_str() == name);
        level.ok_or_else(|| UnknownCompatibility(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Compatibility::*;
    use super::*;

    #[test]
    fn a_weaker_level_guarantees_less_and_nothing_more() {
        for (weaker, stronger) in [
            (None, Backward),
            (None, Forward),
            (Backward, BackwardTransitive),
            (Backward, Full),
            (Forward, Full),
            (Full, FullTransitive),
            (BackwardTransitive, FullTransitive),
        ] {
            assert!(weaker.is_weaker_than(stronger), "{weaker} {stronger}");
            assert!(!stronger.is_weaker_than(weaker), "{stronger} {weaker}");
        }
        for (one, other) in [(Backward, Forward), (BackwardTransitive, Full)] {
            assert!(!one.is_weaker_than(other) && !other.is_weaker_than(one), "{one} {other}");
        }
        assert!(Compatibility::ALL.iter().all(|level| !level.is_weaker_than(*level)));
    }
}

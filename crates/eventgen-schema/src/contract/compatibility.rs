//! Compatibility levels of registry subjects.

/// A registry compatibility level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compatibility {
    /// Anything goes.
    None,
    /// The new schema reads what the latest wrote.
    #[default]
    Backward,
    /// The new schema reads what any version wrote.
    BackwardTransitive,
    /// The latest schema reads what the new one writes.
    Forward,
    /// Every version reads what the new one writes.
    ForwardTransitive,
    /// Both ways, with the latest.
    Full,
    /// Both ways, with every version.
    FullTransitive,
}

impl Compatibility {
    /// Whether a new version must read what old ones wrote, and whether old ones must read what it writes.
    pub const fn directions(self) -> (bool, bool) {
        match self {
            Self::None => (false, false),
            Self::Backward | Self::BackwardTransitive => (true, false),
            Self::Forward | Self::ForwardTransitive => (false, true),
            Self::Full | Self::FullTransitive => (true, true),
        }
    }

    /// Whether a new version is compared with every version, not with the latest only.
    pub const fn is_transitive(self) -> bool {
        matches!(self, Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive)
    }

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

    /// The registry's name for it, such as `BACKWARD_TRANSITIVE`.
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

/// A text that is not a compatibility level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a compatibility level")]
pub struct UnknownCompatibility(pub String);

impl std::str::FromStr for Compatibility {
    type Err = UnknownCompatibility;

    fn from_str(text: &str) -> Result<Self, UnknownCompatibility> {
        let level = Self::ALL.into_iter().find(|level| level.as_str() == text);
        level.ok_or_else(|| UnknownCompatibility(text.to_owned()))
    }
}

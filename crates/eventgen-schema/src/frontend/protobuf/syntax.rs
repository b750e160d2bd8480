//! The syntax of a file, and the rules that depend on it.

use super::edition::Lowered;

/// The syntax of a file.
#[derive(Debug, Clone)]
pub(super) enum Syntax {
    Proto2,
    Proto3,
    Edition(Lowered),
}

/// The syntax that a file is written in, without its details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Proto2,
    Proto3,
    Edition,
}

impl Syntax {
    pub(super) fn written(&self) -> Written {
        match self {
            Self::Proto2 => Written::Proto2,
            Self::Proto3 => Written::Proto3,
            Self::Edition(_) => Written::Edition,
        }
    }

    /// Whether a field of the descriptor that is not marked as optional has no presence.
    pub(super) fn is_implicit(&self) -> bool {
        match self {
            Self::Proto2 => false,
            Self::Proto3 => true,
            Self::Edition(lowered) => lowered.has_implicit(),
        }
    }

    /// Whether the message at a path may have conflicts of JSON names that are not given.
    pub(super) fn allows_json_conflicts(&self, message: &[i32]) -> bool {
        match self {
            Self::Proto2 => true,
            Self::Proto3 => false,
            Self::Edition(lowered) => lowered.legacy_json.contains(message),
        }
    }

    /// Whether the enum at a path is closed.
    pub(super) fn is_closed(&self, definition: &[i32]) -> bool {
        match self {
            Self::Proto2 => true,
            Self::Proto3 => false,
            Self::Edition(lowered) => lowered.closed.contains(definition),
        }
    }
}

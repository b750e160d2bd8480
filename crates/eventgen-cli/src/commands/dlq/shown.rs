//! A letter that is shown.

use eventgen_admin::dead_letters::{DeadLetter, LetterState};
use eventgen_admin::values::DecodedValue;

/// A letter, and what was found out about it.
pub(super) struct Shown {
    pub(super) letter: DeadLetter,
    pub(super) state: LetterState,
    /// Why, by whom and when it was discarded.
    pub(super) discarded: Option<(String, Option<String>, i64)>,
    /// The key, if it has a schema of the registry.
    pub(super) key: Option<DecodedValue>,
    pub(super) value: Content,
}

/// The value of a record.
pub(super) enum Content {
    /// The record has none.
    Nothing,
    Decoded(DecodedValue),
    /// Bytes, and why they are not decoded.
    Bytes(Vec<u8>, String),
    /// The letter has none, and the record cannot be read.
    Missing(String),
}

//! A letter that is shown.

use eventgen_admin::dead_letters::{DeadLetter, LetterState};
use eventgen_admin::values::DecodedValue;
use eventgen_registry::SchemaKey;

/// A letter, and what was found out about it.
pub(super) struct Shown {
    pub(super) letter: DeadLetter,
    pub(super) state: LetterState,
    /// Why, by whom and when it was discarded.
    pub(super) discarded: Option<(String, Option<String>, i64)>,
    pub(super) key: Key,
    pub(super) value: Content,
}

/// The key of a record.
pub(super) enum Key {
    /// None, or one without a schema.
    Plain,
    Decoded(DecodedValue),
    /// Its schema, as far as it names one, and why it is not decoded.
    Bytes(Option<SchemaKey>, String),
}

/// The value of a record.
pub(super) enum Content {
    /// The record has none.
    Nothing,
    Decoded(DecodedValue),
    /// Bytes, their schema, as far as they name one, and why they are not decoded.
    Bytes(Vec<u8>, Option<SchemaKey>, String),
    /// The letter has none, and the record cannot be read.
    Missing(String),
}

//! What breaks the rules of the structure today, with the reason. Entries that are not needed fail.

/// An import that closes a circle.
pub(super) struct Arrow {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    /// Why it is allowed.
    pub(super) reason: &'static str,
}

/// A file outside of the languages' folders that decides by the language.
pub(super) struct Decider {
    pub(super) file: &'static str,
    /// On how many lines.
    pub(super) lines: usize,
    /// Why it is allowed.
    pub(super) reason: &'static str,
}

pub(super) const ARROWS: &[Arrow] = &[];

pub(super) const DECIDERS: &[Decider] = &[];

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

pub(super) const ARROWS: &[Arrow] = &[
    Arrow {
        from: "crates/eventgen-avro/src/codec/traits.rs",
        to: "crates/eventgen-avro/src/describe/adapted.rs",
        reason: "a sink writes options of types that describe their schema, whose methods take a sink",
    },
    Arrow {
        from: "crates/eventgen-avro/src/describe/branch.rs",
        to: "crates/eventgen-avro/src/describe/mod.rs",
        reason: "`AvroType` reads itself by a `Branch`, which reads options of an `AvroType`",
    },
];

pub(super) const DECIDERS: &[Decider] = &[];

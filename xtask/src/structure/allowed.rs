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
    Arrow {
        from: "crates/eventgen-schema/src/avro/idl/mod.rs",
        to: "crates/eventgen-schema/src/files.rs",
        reason: "an import of IDL names its file format",
    },
    Arrow {
        from: "crates/eventgen-schema/src/avro/idl/tokens.rs",
        to: "crates/eventgen-schema/src/avro/idl/mod.rs",
        reason: "the error type of the parser is beside its entry point",
    },
    Arrow {
        from: "crates/eventgen/src/consumer/run.rs",
        to: "crates/eventgen/src/consumer/mod.rs",
        reason: "runs a consumer, which is configured and started in its parent",
    },
    Arrow {
        from: "crates/eventgen/src/consumer/stats.rs",
        to: "crates/eventgen/src/observe/mod.rs",
        reason: "the report counts the events of an observer, and the last event has the report",
    },
];

pub(super) const DECIDERS: &[Decider] = &[
    Decider {
        file: "crates/eventgen-cli/src/language.rs",
        lines: 4,
        reason: "the one file of the command that knows the languages",
    },
    Decider {
        file: "crates/eventgen-schema/src/contract/mod.rs",
        lines: 2,
        reason: "a contract has a type graph for each language",
    },
    Decider {
        file: "crates/eventgen-schema/src/derived.rs",
        lines: 3,
        reason: "a derived schema states its language",
    },
    Decider {
        file: "crates/eventgen-schema/src/files.rs",
        lines: 2,
        reason: "imports of Protobuf are resolved by its front end",
    },
    Decider {
        file: "crates/eventgen-testkit/src/registry/schema.rs",
        lines: 7,
        reason: "the embedded registry checks schemas of both languages",
    },
    Decider {
        file: "crates/eventgen/src/consumer/decode/mod.rs",
        lines: 1,
        reason: "a payload is decoded by the language of its writer",
    },
];

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
        from: "crates/eventgen/src/consumer/decode/avro.rs",
        to: "crates/eventgen/src/consumer/decode/mod.rs",
        reason: "the errors of decoding are declared beside the decoder",
    },
    Arrow {
        from: "crates/eventgen/src/consumer/decode/avro.rs",
        to: "crates/eventgen/src/consumer/decode/writer_schema.rs",
        reason: "states why a schema is unusable, and a writer's schema holds the readers",
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
        file: "crates/eventgen-testkit/src/registry/schema.rs",
        lines: 5,
        reason: "the embedded registry checks schemas of both languages",
    },
    Decider {
        file: "crates/eventgen/src/consumer/decode/mod.rs",
        lines: 2,
        reason: "a payload is decoded by the language of its writer",
    },
];

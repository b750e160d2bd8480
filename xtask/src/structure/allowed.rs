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
        from: "crates/eventgen-avro/src/big_decimal.rs",
        to: "crates/eventgen-avro/src/lib.rs",
        reason: "needs `Encode`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/big_decimal.rs",
        to: "crates/eventgen-avro/src/sink.rs",
        reason: "needs `Sink`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/decimal.rs",
        to: "crates/eventgen-avro/src/unchecked/parts.rs",
        reason: "needs `Digits`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/limits.rs",
        to: "crates/eventgen-avro/src/nesting.rs",
        reason: "needs `MAX_DEPTH`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/logical.rs",
        to: "crates/eventgen-avro/src/sink.rs",
        reason: "needs `Sink`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/model/named.rs",
        to: "crates/eventgen-avro/src/model/mod.rs",
        reason: "needs `TypeId`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/own/adapted.rs",
        to: "crates/eventgen-avro/src/lib.rs",
        reason: "needs `Decode`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/own/adapted.rs",
        to: "crates/eventgen-avro/src/own/mod.rs",
        reason: "needs `AvroType`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/own/adapted.rs",
        to: "crates/eventgen-avro/src/sink.rs",
        reason: "needs `Sink`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/own/branch.rs",
        to: "crates/eventgen-avro/src/own/mod.rs",
        reason: "needs `AvroType`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/parse/declare.rs",
        to: "crates/eventgen-avro/src/parse/equivalence.rs",
        reason: "needs `Compared`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/part.rs",
        to: "crates/eventgen-avro/src/own/adapted.rs",
        reason: "needs `IntegerValue`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/part.rs",
        to: "crates/eventgen-avro/src/unchecked/parts.rs",
        reason: "needs `Bytes`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/plan/compile.rs",
        to: "crates/eventgen-avro/src/plan/mod.rs",
        reason: "needs `Pick`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/plan/order.rs",
        to: "crates/eventgen-avro/src/plan/mod.rs",
        reason: "needs `Move`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/plan/run.rs",
        to: "crates/eventgen-avro/src/plan/mod.rs",
        reason: "needs `Move`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/schema.rs",
        to: "crates/eventgen-avro/src/shape.rs",
        reason: "needs `Shapes`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/shape.rs",
        to: "crates/eventgen-avro/src/skim.rs",
        reason: "needs `Skims`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/sink.rs",
        to: "crates/eventgen-avro/src/lib.rs",
        reason: "needs `Encode`",
    },
    Arrow {
        from: "crates/eventgen-avro/src/sink.rs",
        to: "crates/eventgen-avro/src/values.rs",
        reason: "needs `ValueSink`",
    },
    Arrow {
        from: "crates/eventgen-derive/src/code_first.rs",
        to: "crates/eventgen-derive/src/lib.rs",
        reason: "needs `package`",
    },
    Arrow {
        from: "crates/eventgen-derive/src/emit.rs",
        to: "crates/eventgen-derive/src/lib.rs",
        reason: "needs `ident`",
    },
    Arrow {
        from: "crates/eventgen-derive/src/emit.rs",
        to: "crates/eventgen-derive/src/pieces.rs",
        reason: "needs `Piece`",
    },
    Arrow {
        from: "crates/eventgen-derive/src/protobuf/mod.rs",
        to: "crates/eventgen-derive/src/lib.rs",
        reason: "needs `package`",
    },
    Arrow {
        from: "crates/eventgen-derive/src/said.rs",
        to: "crates/eventgen-derive/src/lib.rs",
        reason: "needs `package`",
    },
    Arrow {
        from: "crates/eventgen-derive/src/schema_first.rs",
        to: "crates/eventgen-derive/src/lib.rs",
        reason: "needs `package`",
    },
    Arrow {
        from: "crates/eventgen-schema/src/avro/idl/mod.rs",
        to: "crates/eventgen-schema/src/files.rs",
        reason: "needs `Format`",
    },
    Arrow {
        from: "crates/eventgen-schema/src/avro/idl/tokens.rs",
        to: "crates/eventgen-schema/src/avro/idl/mod.rs",
        reason: "needs `Parsed`",
    },
    Arrow {
        from: "crates/eventgen/src/consumer/run.rs",
        to: "crates/eventgen/src/consumer/mod.rs",
        reason: "needs `Consumer`",
    },
    Arrow {
        from: "crates/eventgen/src/consumer/stats.rs",
        to: "crates/eventgen/src/observe/mod.rs",
        reason: "needs `ConsumerEvent`",
    },
];

pub(super) const DECIDERS: &[Decider] = &[
    Decider { file: "crates/eventgen-cli/src/language.rs", lines: 4, reason: "not moved yet" },
    Decider {
        file: "crates/eventgen-codegen/src/emit/languages.rs",
        lines: 3,
        reason: "lists the languages of generated code and chooses between them",
    },
    Decider { file: "crates/eventgen-schema/src/contract/mod.rs", lines: 2, reason: "not moved yet" },
    Decider { file: "crates/eventgen-schema/src/derived.rs", lines: 3, reason: "not moved yet" },
    Decider { file: "crates/eventgen-schema/src/files.rs", lines: 2, reason: "not moved yet" },
    Decider { file: "crates/eventgen-testkit/src/registry/schema.rs", lines: 7, reason: "not moved yet" },
    Decider { file: "crates/eventgen/src/consumer/decode/mod.rs", lines: 1, reason: "not moved yet" },
];

//! The codes of all diagnostics. A code never changes its meaning.
//!
//! Every code has a page, which `eventgen explain` prints, and a failing example under `tests/diagnostics`. Codes up to
//! 0299 are errors; from 0300 they are lints of one contract, from 0400 of a contract against the one before it. Codes from
//! 0600 are of two versions of a schema. A lint has a level, which `[lint]` of `eventgen.toml` sets by the lint's name.

use super::level::Level;

/// Names a kind of diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Code {
    /// The code, such as `EG0107`.
    pub id: &'static str,
    /// A summary in one line.
    pub title: &'static str,
    /// The lint that sets the level. `None` for an error that has no level.
    pub lint: Option<&'static Lint>,
}

/// A rule with a level that users set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Lint {
    /// The name in `[lint]` of `eventgen.toml`, such as `unknown-config`.
    pub name: &'static str,
    /// The default level.
    pub default: Level,
}

impl Code {
    /// The page in Markdown: what the diagnostic is, why it matters, a wrong and a right example.
    pub fn page(self) -> &'static str {
        PAGES.iter().find(|(id, _)| *id == self.id).map_or("", |(_, page)| page)
    }

    /// Finds a code by its id, such as `EG0107`, or by the name of its lint, such as `unknown-config`. Case does not
    /// matter.
    pub fn find(text: &str) -> Option<Self> {
        let named = |code: &Self| code.lint.is_some_and(|lint| lint.name.eq_ignore_ascii_case(text));
        ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(text) || named(code))
    }
}

macro_rules! codes {
    ($($name:ident = $id:literal, $title:literal $(, $level:ident $lint:literal)?;)*) => {
        $(#[doc = $title] pub const $name: Code = Code {
            id: $id,
            title: $title,
            lint: [$(Some(&Lint { name: $lint, default: Level::$level }),)? None][0],
        };)*
        /// Every code that a command can report, in order.
        pub const ALL: &[Code] = &[$($name),*];
        /// The page of each code, in the same order.
        const PAGES: &[(&str, &str)] = &[$(($id, include_str!(concat!("../explain/", $id, ".md")))),*];
    };
}

codes! {
    UNREADABLE = "EG0001", "a file or folder cannot be read";
    NO_SCHEMAS = "EG0002", "there are no schemas to read";
    NOT_JSON = "EG0003", "a schema is not valid JSON";
    TOO_DEEP = "EG0004", "a schema is nested too deeply";
    TOO_LARGE = "EG0005", "a schema file is too large, or there are too many";
    DUPLICATE_PROPERTY = "EG0006", "an object has one property twice";
    NOT_IDL = "EG0007", "a file is not valid Avro IDL";
    LONG_NAME = "EG0008", "a name has too many parts or is too long";
    MALFORMED = "EG0101", "a schema lacks a property or has a wrong one";
    UNKNOWN_TYPE = "EG0102", "a type is not defined";
    INVALID_NAME = "EG0103", "a name breaks Avro's rules";
    DEFINED_TWICE = "EG0104", "one name is defined in two ways";
    INVALID_DEFAULT = "EG0105", "a default is not a value of its type";
    IGNORED_LOGICAL_TYPE = "EG0106", "a logical type does not fit its base and is ignored",
        Warn "ignored-logical-type";
    UNKNOWN_PROPERTY = "EG0107", "a property is unknown";
    WRONG_VALUE = "EG0108", "a property has a value of the wrong kind";
    MISSING_PROPERTY = "EG0109", "a required property is missing";
    UNKNOWN_FIELD = "EG0110", "a path names no field";
    NULLABLE_KEY = "EG0111", "a key may be null";
    KEY_TYPE = "EG0112", "a field cannot be part of a key or a header";
    MISSING_KEY = "EG0113", "an event has no key";
    CONFLICT = "EG0114", "two places disagree about one topic";
    NOT_SUPPORTED = "EG0115", "something is not supported yet";
    INVALID_TOPIC_NAME = "EG0116", "Kafka does not allow a topic of this name";
    TOO_MANY_IN_SYNC = "EG0117", "more in-sync replicas are required than there are replicas";
    TOTAL_ORDER = "EG0118", "a total order needs exactly one partition";
    INVALID_QUANTITY = "EG0119", "a duration or size is not understood";
    INVALID_UNION = "EG0120", "a union has branches that cannot be told apart";
    INVALID_ENUM = "EG0121", "an enum has wrong symbols";
    MISPLACED_ANNOTATION = "EG0122", "the kafka annotation is in a place where it has no meaning";
    MISPLACED_LOGICAL_TYPE = "EG0123", "a logical type is next to the type object, where Avro ignores it",
        Warn "misplaced-logical-type";
    FLOAT_KEY = "EG0124", "a floating-point number is part of a key or a header";
    LONG_TOPIC_NAME = "EG0125", "a topic's name is longer than Kafka allows";
    DEAD_LETTER_LOOP = "EG0126", "dead letters come back to their own topic";
    RETRY_DELAYS = "EG0127", "the delays of retry topics are missing or wrong";
    RETRY_WITHOUT_GROUPS = "EG0128", "a topic has retry topics and names no group";
    RETRY_TOTAL_ORDER = "EG0129", "retry topics do not keep a total order";
    RETRY_TOPIC_TAKEN = "EG0130", "a retry topic is another topic of the contract";
    TYPED_KEY = "EG0131", "a key cannot have a schema";
    KEY_SCHEMAS_DIFFER = "EG0132", "the keys of the events of one topic have different schemas";
    NOT_TOML = "EG0201", "eventgen.toml is not valid TOML";
    UNKNOWN_ENVIRONMENT = "EG0202", "an environment is not in eventgen.toml";
    MISSING_VARIABLE = "EG0203", "an environment variable is not set";
    INVALID_PATTERN = "EG0204", "a pattern is not a valid regular expression";
    ALL_IN_SYNC = "EG0301", "every replica must be in sync, so no broker may be down", Warn "in-sync-replicas";
    FEW_REPLICAS = "EG0302", "a topic has fewer than three replicas in production", Deny "production-replicas";
    TOPIC_PATTERN = "EG0303", "a topic's name does not match the pattern of the team", Deny "topic-name";
    TOPIC_COLLISION = "EG0304", "two topics' names differ in `.` and `_` only", Deny "topic-collision";
    COMPACTION_WITHOUT_KEY = "EG0305", "a compacted topic carries records without a key",
        Deny "compaction-without-key";
    DEAD_LETTER_RETENTION = "EG0307", "dead letters are kept shorter than the records of their source",
        Warn "dead-letter-retention";
    UNKNOWN_CONFIG = "EG0308", "Kafka has no topic configuration of this name", Warn "unknown-config";
    DEEP_TYPES = "EG0309", "types are nested deeper than the Rust compiler accepts by default", Warn "deep-types";
    UNUSED_SETTINGS = "EG0310", "eventgen.toml has settings of a topic that no event is on", Warn "unused-settings";
    MISSPELT_PROPERTY = "EG0311", "a property of a schema has no effect and is probably misspelt",
        Warn "misspelt-property";
    LATER_BRANCH_DEFAULT = "EG0312", "a default is of a later branch of a union", Warn "later-branch-default";
    UNREADABLE_DEFAULT = "EG0313", "a default is not a value of the logical type of its field",
        Warn "unreadable-default";
    DEAD_LETTERS_AMONG_EVENTS = "EG0314", "a dead-letter topic carries events", Deny "dead-letters-among-events";
    RETRY_PAST_RETENTION = "EG0315", "records wait in retry topics for longer than their source keeps them",
        Warn "retry-past-retention";
    RETRY_PAST_LAG = "EG0316", "records wait in retry topics for longer than a group may be behind",
        Warn "retry-past-lag";
    KEY_ORDER = "EG0317", "two events of a topic have the same fields in their keys in another order",
        Deny "key-order";
    SHARED_SUBJECT = "EG0318", "two events with different schemas are registered under one subject",
        Warn "shared-subject";
    KEY_CHANGED = "EG0401", "the key of an event changed", Deny "key-changed";
    PARTITION_INCREASE = "EG0402", "a keyed topic gets more partitions", Deny "partition-increase";
    RETENTION_CUT = "EG0403", "records are kept for a shorter time or in a smaller size", Deny "retention-cut";
    DECIMAL_SCALE = "EG0404", "the scale of a decimal changed", Deny "decimal-scale";
    RETRY_TOPIC_REMOVED = "EG0405", "records in a retry topic are no longer handled", Deny "retry-topic-removed";
    EVENT_MOVED = "EG0406", "an event is on another topic", Deny "event-moved";
    DEAD_LETTER_CHANGED = "EG0407", "dead letters go to another topic or nowhere", Deny "dead-letter-changed";
    RETRY_REDUCED = "EG0408", "records that fail are retried less", Warn "retry-reduced";
    LAG_LIMIT_RAISED = "EG0409", "a group may be further behind, or is not watched", Warn "lag-limit-raised";
    SCHEMA_REMOVED = "EG0410", "an event or a schema is gone", Warn "schema-removed";
    LOCK_OUTDATED = "EG0411", "a schema is not the one in eventgen.lock", Deny "lock-outdated";
    SUBJECT_CHANGED = "EG0412", "the schema of an event moves to another subject", Deny "subject-changed";
    ORDER_DROPPED = "EG0413", "records of a topic lose their order", Deny "order-dropped";
    INVALID_PROTOBUF = "EG0501", "a file is not valid Protobuf";
    UNKNOWN_IMPORT = "EG0502", "an import is not found";
    AMBIGUOUS_INDEXES = "EG0503", "clients disagree about which message of its file an event is",
        Warn "ambiguous-message-indexes";
    NEW_READERS_BREAK = "EG0601", "the new version of a schema does not read records of the old one";
    OLD_READERS_BREAK = "EG0602", "the old version of a schema does not read records of the new one";
    SOURCES_BREAK = "EG0603", "a change of a schema breaks JSON or code";
    SUBJECT_REFUSED = "EG0604", "a registry does not take a schema";
}

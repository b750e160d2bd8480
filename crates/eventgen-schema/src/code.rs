//! The codes of all mistakes that eventgen points at. A code never changes its meaning.

/// Names a kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// Such as `EG0107`.
    pub id: &'static str,
    /// What it is about, in one line.
    pub title: &'static str,
}

macro_rules! codes {
    ($($name:ident = $id:literal, $title:literal;)*) => {
        $(#[doc = $title] pub const $name: Code = Code { id: $id, title: $title };)*
        /// Every code, in order.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    UNREADABLE = "EG0001", "a file or folder cannot be read";
    NO_SCHEMAS = "EG0002", "there are no schemas to read";
    NOT_JSON = "EG0003", "a schema is not valid JSON";
    TOO_DEEP = "EG0004", "a schema is nested too deeply";
    TOO_LARGE = "EG0005", "a schema file is too large";
    DUPLICATE_PROPERTY = "EG0006", "an object has one property twice";
    MALFORMED = "EG0101", "a schema lacks a property or has a wrong one";
    UNKNOWN_TYPE = "EG0102", "a type is not defined";
    INVALID_NAME = "EG0103", "a name breaks Avro's rules";
    DEFINED_TWICE = "EG0104", "one name is defined in two ways";
    INVALID_DEFAULT = "EG0105", "a default is no value of its type";
    IGNORED_LOGICAL_TYPE = "EG0106", "a logical type does not fit its base and is ignored";
    UNKNOWN_WORD = "EG0107", "a word is not in the vocabulary";
    WRONG_VALUE = "EG0108", "a word has a value of the wrong kind";
    MISSING_WORD = "EG0109", "a required word is missing";
    UNKNOWN_FIELD = "EG0110", "a path names no field";
    NULLABLE_KEY = "EG0111", "a key may be null";
    KEY_TYPE = "EG0112", "a field cannot be part of a key or a header";
    CONFLICT = "EG0114", "two places disagree about one topic";
    NOT_SUPPORTED = "EG0115", "something is not supported yet";
    INVALID_TOPIC_NAME = "EG0116", "Kafka does not allow a topic of this name";
    TOO_MANY_IN_SYNC = "EG0117", "more in-sync replicas are required than there are replicas";
    TOTAL_ORDER = "EG0118", "a total order needs exactly one partition";
    INVALID_QUANTITY = "EG0119", "a duration or size is not understood";
    INVALID_UNION = "EG0120", "a union has branches that cannot be told apart";
    INVALID_ENUM = "EG0121", "an enum has wrong symbols";
    MISPLACED_ANNOTATION = "EG0122", "the kafka annotation stands where it means nothing";
    MISPLACED_LOGICAL_TYPE = "EG0123", "a logical type stands beside the type and is ignored by Avro";
    NOT_TOML = "EG0201", "eventgen.toml is not valid TOML";
    UNKNOWN_ENVIRONMENT = "EG0202", "an environment is not in eventgen.toml";
    MISSING_VARIABLE = "EG0203", "an environment variable is not set";
}

//! Problems: what is wrong with a schema, where, and what to do about it.

use std::fmt;

use thiserror::Error;

use super::Span;

/// One problem of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// What is wrong. Its `Display` is the message.
    pub kind: ProblemKind,
    /// Where, the main location first, each with a remark.
    pub labels: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, span: &Span, remark: impl Into<String>) -> Self {
        Self { kind, labels: vec![(span.clone(), remark.into())], help: None }
    }

    pub(super) fn at(mut self, span: &Span, remark: impl Into<String>) -> Self {
        self.labels.push((span.clone(), remark.into()));
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

/// The cause of a [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The text is not JSON.
    #[error("this is not JSON")]
    NotJson,
    /// The text is blank.
    #[error("the file holds no schema")]
    Empty,
    /// A number that JSON or a double cannot represent.
    #[error("this number is too large or not written as in JSON")]
    InvalidNumber,
    /// A string has a control character that is not escaped.
    #[error("a string has a control character")]
    ControlCharacter,
    /// Lists and objects are nested more than [`MAX_DEPTH`](super::MAX_DEPTH) levels deep.
    #[error("the schema is nested more than {max} levels deep", max = super::MAX_DEPTH)]
    NestedTooDeeply,
    /// An object has one property twice.
    #[error("`{name}` is set twice")]
    DuplicateProperty {
        /// The property.
        name: String,
    },
    /// A value that cannot be a schema, such as a number.
    #[error("a schema is a name, an object or a list, not {found}")]
    NotASchema {
        /// The kind of the value.
        found: &'static str,
    },
    /// A schema object without `type`.
    #[error("a schema needs a type")]
    MissingType,
    /// A schema object whose `type` is another schema, not the name of a type.
    #[error("the type of a schema object is a name, not {found}")]
    TypeNotAName {
        /// The kind of the value.
        found: &'static str,
    },
    /// A property that is not the string that it should be.
    #[error("`{property}` is a string")]
    NotAString {
        /// The property.
        property: &'static str,
    },
    /// A required property is missing.
    #[error("a property `{property}` is missing")]
    MissingProperty {
        /// The property.
        property: &'static str,
    },
    /// A fixed without a valid size.
    #[error("a fixed needs a size in bytes")]
    InvalidSize,
    /// A fixed with more bytes than [`MAX_FIXED_SIZE`](super::MAX_FIXED_SIZE).
    #[error("a fixed of {size} bytes is too large: it may have {max}", max = super::MAX_FIXED_SIZE)]
    FixedTooLarge {
        /// The size in bytes.
        size: u32,
    },
    /// A record without a list of fields.
    #[error("a record needs a list of fields")]
    MissingFields,
    /// A field without a name.
    #[error("a field is an object with a `name`")]
    UnnamedField,
    /// Two fields of one record have the same name.
    #[error("field `{name}` is defined twice")]
    DuplicateField {
        /// The name.
        name: String,
    },
    /// A field with an unknown sort order.
    #[error("a field cannot have this order")]
    InvalidOrder,
    /// A definition without a name.
    #[error("a record, enum or fixed needs a name")]
    MissingName,
    /// A name that is not a string.
    #[error("a name is a string")]
    NameNotString,
    /// A property that is not the list of strings that it should be.
    #[error("`{property}` is a list of strings")]
    NotStrings {
        /// The property.
        property: &'static str,
    },
    /// A name that breaks the rules of the specification.
    #[error("`{name}` is not a name in Avro")]
    InvalidName {
        /// The name.
        name: String,
    },
    /// A name with letters or digits beyond ASCII, which Java's implementation accepts.
    #[error("`{name}` is not a name in Avro: it has characters beyond ASCII")]
    NonAsciiName {
        /// The name.
        name: String,
    },
    /// A definition with the name of a primitive type.
    #[error("`{name}` is a primitive type and cannot be defined")]
    PrimitiveName {
        /// The name.
        name: String,
    },
    /// A name with more than [`MAX_NAME_PARTS`](super::MAX_NAME_PARTS) parts.
    #[error("this name has {parts} parts, more than {max}", max = super::MAX_NAME_PARTS)]
    TooManyNameParts {
        /// The number of parts.
        parts: usize,
    },
    /// A name longer than [`MAX_NAME_BYTES`](super::MAX_NAME_BYTES).
    #[error("this name has {bytes} bytes, more than {max}", max = super::MAX_NAME_BYTES)]
    NameTooLong {
        /// The length in bytes.
        bytes: usize,
    },
    /// One name with two definitions that are not equivalent.
    #[error("`{name}` has two definitions that differ")]
    DefinedTwice {
        /// The name.
        name: String,
        /// Whether both encode values in the same way.
        same_encoding: bool,
    },
    /// A definition without content that no other problem explains.
    #[error("the definition of `{name}` is incomplete")]
    IncompleteDefinition {
        /// The name.
        name: String,
    },
    /// A reference to a type that nothing defines.
    #[error("type `{name}` is not defined")]
    UnresolvedType {
        /// The name as it is written.
        name: String,
    },
    /// A reference inside of a namespace to a definition in the null namespace: to an enclosing one, or to any in Avro IDL.
    /// Its name has no dot, so readers take it for one of that namespace.
    #[error("`{name}` is not in this namespace, and cannot be referred to from here")]
    UnreferableType {
        /// The name.
        name: String,
    },
    /// A property of a record, an array or a map has a whole number of more than 64 bits, which Java's implementation cannot
    /// parse.
    #[error("property `{property}` has a whole number of more than 64 bits")]
    WholeNumberTooLarge {
        /// The property.
        property: String,
    },
    /// A type such as `array` without the object that completes it.
    #[error("`{name}` needs an object")]
    IncompleteType {
        /// The type.
        name: String,
    },
    /// A union without branches.
    #[error("a union needs a branch")]
    EmptyUnion,
    /// A union that is a branch of a union.
    #[error("a union cannot be a branch of a union")]
    NestedUnion,
    /// Two branches of a union that cannot be told apart.
    #[error("a union has one branch of each type at most")]
    DuplicateBranch,
    /// An enum without symbols.
    #[error("an enum needs a list of symbols")]
    NoSymbols,
    /// A symbol that is not a string.
    #[error("a symbol is a string, not {found}")]
    SymbolNotString {
        /// The kind of the value.
        found: &'static str,
    },
    /// A symbol that breaks the rules for names.
    #[error("`{symbol}` is not a valid symbol")]
    InvalidSymbol {
        /// The symbol.
        symbol: String,
    },
    /// An enum has one symbol twice.
    #[error("symbol `{symbol}` is defined twice")]
    DuplicateSymbol {
        /// The symbol.
        symbol: String,
    },
    /// An enum whose default is not one of its symbols.
    #[error("the default of an enum is one of its symbols")]
    InvalidEnumDefault,
    /// A default that is not a value of its field's type.
    #[error("the default is {found}, expected {expected}")]
    InvalidDefault {
        /// The kind of the default.
        found: &'static str,
        /// A description of what the type takes.
        expected: String,
    },
    /// A default that takes too many values, or has no end, with the defaults of the fields that it leaves out.
    #[error("the default is too large")]
    DefaultTooLarge,
    /// A default that is a value of a later branch of a union, which readers older than Avro 1.12 refuse.
    #[error("the default of a union is not of its first branch")]
    LaterBranchDefault,
    /// A default that the logical type of its field cannot represent.
    #[error("the default is not a value of the logical type `{logical}`")]
    UnreadableDefault {
        /// The logical type.
        logical: &'static str,
    },
    /// A logical type that does not fit its base type and is ignored, as the specification demands.
    #[error("logical type `{name}` is ignored")]
    IgnoredLogicalType {
        /// The logical type.
        name: String,
    },
    /// A logical type written next to `type` in a field, where Avro ignores it.
    #[error("this logical type is ignored by Avro")]
    MisplacedLogicalType,
    /// Types hold each other more than [`MAX_LEVELS`](crate::model::MAX_LEVELS) levels deep.
    #[error("in `{name}`, types are nested more than {max} levels deep", max = crate::model::MAX_LEVELS)]
    TypesTooDeep {
        /// The record.
        name: String,
    },
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Avro ignores it.
    Warning,
    /// The specification forbids it, but values can be read.
    Error,
    /// Values cannot be read.
    Fatal,
}

impl ProblemKind {
    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::IgnoredLogicalType { .. }
            | Self::MisplacedLogicalType
            | Self::LaterBranchDefault
            | Self::UnreadableDefault { .. } => Severity::Warning,
            // Names, defaults and unions that cannot be told apart by type: the encoding does not depend on them.
            Self::InvalidNumber
            | Self::WholeNumberTooLarge { .. }
            | Self::ControlCharacter
            | Self::DuplicateProperty { .. }
            | Self::InvalidOrder
            | Self::TypeNotAName { .. }
            | Self::NotAString { .. }
            | Self::NotStrings { .. }
            | Self::FixedTooLarge { .. }
            | Self::InvalidName { .. }
            | Self::NonAsciiName { .. }
            | Self::UnreferableType { .. }
            | Self::PrimitiveName { .. }
            | Self::DefinedTwice { same_encoding: true, .. }
            | Self::EmptyUnion
            | Self::NestedUnion
            | Self::DuplicateBranch
            | Self::NoSymbols
            | Self::InvalidSymbol { .. }
            | Self::DuplicateSymbol { .. }
            | Self::InvalidEnumDefault
            | Self::InvalidDefault { .. }
            | Self::DefaultTooLarge => Severity::Error,
            _ => Severity::Fatal,
        }
    }
}

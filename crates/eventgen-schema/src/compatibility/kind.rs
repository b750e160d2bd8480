//! The kinds of incompatibilities.

/// The kinds of difference: Avro's by Apache's names, Protobuf's by those of Confluent's registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IncompatibilityKind {
    /// The short names differ and no alias of the reader is the writer's full name.
    NameMismatch,
    /// A fixed of another size.
    FixedSizeMismatch,
    /// The writer has symbols that the reader lacks, and the reader has no default.
    MissingEnumSymbols,
    /// The reader has a field without a default that the writer lacks.
    ReaderFieldMissingDefaultValue,
    /// The types differ and the writer's is not promoted to the reader's.
    TypeMismatch,
    /// A branch of the writer's union, or the writer's type, is in no branch of the reader's union.
    MissingUnionBranch,
    /// Avro: logical types between which values lose information or change their meaning. Apache's rules do not see it.
    LogicalTypeMismatch,
    /// Protobuf: the file is in another package.
    PackageChanged,
    /// Protobuf: a message is gone.
    MessageRemoved,
    /// Protobuf: a field was a scalar, a message or a map, and is another of these.
    FieldKindChanged,
    /// Protobuf: a scalar of another form on the wire.
    FieldScalarKindChanged,
    /// Protobuf: another message or enum.
    FieldNamedTypeChanged,
    /// Protobuf: a number that was repeated and is not, or the other way round.
    FieldNumericLabelChanged,
    /// Protobuf: a new field that old data lacks and that must be there.
    RequiredFieldAdded,
    /// Protobuf: a field that old readers need is gone.
    RequiredFieldRemoved,
    /// Protobuf: a choice of a oneof is gone.
    OneofFieldRemoved,
    /// Protobuf: fields that could be set together exclude each other.
    MultipleFieldsMovedToOneof,
    /// Protobuf: a field excludes others that it could be set with.
    FieldMovedToExistingOneof,
    /// `bytes` became a `string`. Registries accept it; payloads that are not UTF-8 are not read.
    FieldBytesToString,
    /// Protobuf: a field that old data may lack became `required`.
    FieldBecameRequired,
    /// Protobuf: a repeated number became a single one. Registries accept it where the label is not written (proto3);
    /// packed values are not read.
    FieldPackedToSingle,
    /// Protobuf: not one value but many were written, and the last one is read, or a mixture of them.
    FieldRepeatedToSingle,
    /// Protobuf: a number or an enum whose values are not all among those of the new type: they are read as other values.
    FieldNarrowed,
    /// A field has another name in code. Data does not change.
    FieldRenamed,
    /// A field has another name or another form in JSON.
    FieldJsonChanged,
    /// A field has another type in code.
    FieldTypeChanged,
    /// Protobuf: code can tell whether the field is set, and could not before, or the other way round.
    FieldPresenceChanged,
    /// Protobuf: a field is in another oneof, or in none.
    FieldOneofChanged,
    /// Protobuf: a field is removed, and its number or its name is not `reserved`.
    FieldRemoved,
    /// Protobuf: a number or a name that was `reserved` is used.
    ReservedUsed,
    /// Protobuf: a number or a name is no longer `reserved`.
    ReservedRemoved,
    /// An enum is removed.
    EnumRemoved,
    /// A value of an enum is removed, and in Protobuf its number is not `reserved`.
    EnumValueRemoved,
    /// A value of an enum has another name.
    EnumValueRenamed,
    /// Avro: a record, an enum or a fixed has another name or namespace.
    TypeRenamed,
    /// Avro: a logical type is added, removed or exchanged, without loss.
    LogicalTypeChanged,
    /// The default of a field changed, or the first value of a closed enum. Data without the field has another value.
    DefaultChanged,
    /// Another schema language.
    FormatChanged,
    /// The comparison failed: a limit of eventgen.
    NotComparable,
}

impl IncompatibilityKind {
    /// Apache's or Confluent's name, such as `NAME_MISMATCH`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NameMismatch => "NAME_MISMATCH",
            Self::FixedSizeMismatch => "FIXED_SIZE_MISMATCH",
            Self::MissingEnumSymbols => "MISSING_ENUM_SYMBOLS",
            Self::ReaderFieldMissingDefaultValue => "READER_FIELD_MISSING_DEFAULT_VALUE",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::MissingUnionBranch => "MISSING_UNION_BRANCH",
            Self::LogicalTypeMismatch => "LOGICAL_TYPE_MISMATCH",
            Self::PackageChanged => "PACKAGE_CHANGED",
            Self::MessageRemoved => "MESSAGE_REMOVED",
            Self::FieldKindChanged => "FIELD_KIND_CHANGED",
            Self::FieldScalarKindChanged => "FIELD_SCALAR_KIND_CHANGED",
            Self::FieldNamedTypeChanged => "FIELD_NAMED_TYPE_CHANGED",
            Self::FieldNumericLabelChanged => "FIELD_NUMERIC_LABEL_CHANGED",
            Self::RequiredFieldAdded => "REQUIRED_FIELD_ADDED",
            Self::RequiredFieldRemoved => "REQUIRED_FIELD_REMOVED",
            Self::OneofFieldRemoved => "ONEOF_FIELD_REMOVED",
            Self::MultipleFieldsMovedToOneof => "MULTIPLE_FIELDS_MOVED_TO_ONEOF",
            Self::FieldMovedToExistingOneof => "FIELD_MOVED_TO_EXISTING_ONEOF",
            Self::FieldBytesToString => "FIELD_BYTES_TO_STRING",
            Self::FieldBecameRequired => "FIELD_BECAME_REQUIRED",
            Self::FieldPackedToSingle => "FIELD_PACKED_TO_SINGLE",
            Self::FieldRepeatedToSingle => "FIELD_REPEATED_TO_SINGLE",
            Self::FieldNarrowed => "FIELD_NARROWED",
            Self::FieldRenamed => "FIELD_RENAMED",
            Self::FieldJsonChanged => "FIELD_JSON_CHANGED",
            Self::FieldTypeChanged => "FIELD_TYPE_CHANGED",
            Self::FieldPresenceChanged => "FIELD_PRESENCE_CHANGED",
            Self::FieldOneofChanged => "FIELD_ONEOF_CHANGED",
            Self::FieldRemoved => "FIELD_REMOVED",
            Self::ReservedUsed => "RESERVED_USED",
            Self::ReservedRemoved => "RESERVED_REMOVED",
            Self::EnumRemoved => "ENUM_REMOVED",
            Self::EnumValueRemoved => "ENUM_VALUE_REMOVED",
            Self::EnumValueRenamed => "ENUM_VALUE_RENAMED",
            Self::TypeRenamed => "TYPE_RENAMED",
            Self::LogicalTypeChanged => "LOGICAL_TYPE_CHANGED",
            Self::DefaultChanged => "DEFAULT_CHANGED",
            Self::FormatChanged => "FORMAT_CHANGED",
            Self::NotComparable => "NOT_COMPARABLE",
        }
    }
}

//! How to make a change that a rule set forbids in a way that it allows.

use super::IncompatibilityKind;

impl IncompatibilityKind {
    /// What to do instead of the change.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::NameMismatch => {
                "keep the name, or list the old full name in the `aliases` of the reader's type; a field must not match two"
            }
            Self::FixedSizeMismatch => "keep the size, and add a field of a fixed with another name and size",
            Self::MissingEnumSymbols => {
                "give the enum a `default` in a version that all readers have before the symbols differ"
            }
            Self::ReaderFieldMissingDefaultValue => {
                "give the field a `default`, or the old name in `aliases` if it is renamed; a field that is to go needs a `default` in a version before"
            }
            Self::TypeMismatch => {
                "keep the type, and add a field with another name for the new one; a field that may be null stays so"
            }
            Self::FieldKindChanged | Self::FieldScalarKindChanged => {
                "keep the type, and add a field with a name and a number of its own for the new one"
            }
            Self::MissingUnionBranch => {
                "keep the branches; add a new one in a version that all readers have before it is written"
            }
            Self::LogicalTypeMismatch => {
                "keep the logical type, and add a field with another name for the new one"
            }
            Self::PackageChanged => "keep the package, or move the events to a new topic and subject",
            Self::MessageRemoved => {
                "keep the message in this file; mark it `option deprecated = true;` and add a new one where others import it"
            }
            Self::FieldNamedTypeChanged => {
                "keep the type, or give the field of the new type a number of its own"
            }
            Self::FieldNumericLabelChanged | Self::FieldPackedToSingle | Self::FieldRepeatedToSingle => {
                "keep the label, and add a field with a number of its own for the new one"
            }
            Self::RequiredFieldAdded | Self::FieldBecameRequired => {
                "make the field `optional`, and check in the service that it is set"
            }
            Self::RequiredFieldRemoved => {
                "make the field `optional` in a version that all readers have before it goes"
            }
            Self::OneofFieldRemoved => "keep the member of the oneof; mark it `[deprecated = true]`",
            Self::MultipleFieldsMovedToOneof | Self::FieldMovedToExistingOneof => {
                "leave the fields where they are; give new members of the oneof numbers of their own"
            }
            Self::FieldBytesToString => "keep `bytes`, and add a `string` field beside it",
            Self::FieldNarrowed => {
                "keep the type, or take one that has all values of the old one; old readers need it before new values are written"
            }
            Self::ReservedUsed => "take a number and a name that no version had",
            Self::ReservedRemoved => {
                "keep `reserved`: old records and old readers still have what it stands for"
            }
            Self::FieldRenamed => "keep the name; in Avro an alias lets readers of the data find the old one",
            Self::FieldJsonChanged => "keep the label and the name in JSON, such as by `[json_name = \"…\"]`",
            Self::FieldTypeChanged | Self::LogicalTypeChanged => {
                "keep the type, or change code that uses the field together with the schema"
            }
            Self::FieldPresenceChanged => "keep the label of the field, `optional` or none",
            Self::FieldOneofChanged => "leave the field where it is",
            Self::FieldRemoved => "reserve the number and the name, so that neither is used again",
            Self::EnumRemoved => "keep the enum as long as code uses it",
            Self::EnumValueRemoved => {
                "keep the value; in Protobuf reserve its number and its name when nothing uses it any more"
            }
            Self::EnumValueRenamed => {
                "keep the name; in Protobuf add the new one beside it with `option allow_alias = true;`"
            }
            Self::TypeRenamed => "keep the name and the namespace",
            Self::DefaultChanged => "keep the default: old records without the field would get another value",
            Self::FormatChanged => {
                "keep the language of the schema, or move the event to a new topic and subject"
            }
            Self::NotComparable => "report the two versions; until then keep the old one",
        }
    }
}

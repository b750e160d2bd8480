//! The well-known types of Google, under their types in prost.

use prost_types::{Any, Duration, FieldMask, ListValue, NullValue, Struct, Timestamp, Value};

use super::definition::{Definition, Kind};
use super::protobuf_type::ProtobufType;
use crate::protobuf::limits::{NestedFields, NestedMessages};

macro_rules! well_known {
    ($($ty:ty = $name:literal in $file:literal $(, $nested:expr)?;)*) => {$(
        impl ProtobufType for $ty {
            fn definition() -> &'static Definition {
                static DEFINITION: Definition = Definition {
                    name: concat!("google.protobuf.", $name),
                    package: None,
                    kind: Kind::WellKnown(concat!("google/protobuf/", $file, ".proto")),
                    doc: "",
                    option: None,
                    body: &[],
                };
                &DEFINITION
            }

            $(fn nested() -> &'static NestedFields {
                $nested
            })?
        }
    )*};
}
well_known! {
    Timestamp = "Timestamp" in "timestamp";
    Duration = "Duration" in "duration";
    Any = "Any" in "any";
    Struct = "Struct" in "struct", <Struct as NestedMessages>::nested();
    Value = "Value" in "struct", <Value as NestedMessages>::nested();
    ListValue = "ListValue" in "struct", <ListValue as NestedMessages>::nested();
    NullValue = "NullValue" in "struct";
    FieldMask = "FieldMask" in "field_mask";
    () = "Empty" in "empty";
    f64 = "DoubleValue" in "wrappers";
    f32 = "FloatValue" in "wrappers";
    i64 = "Int64Value" in "wrappers";
    u64 = "UInt64Value" in "wrappers";
    i32 = "Int32Value" in "wrappers";
    u32 = "UInt32Value" in "wrappers";
    bool = "BoolValue" in "wrappers";
    String = "StringValue" in "wrappers";
    Vec<u8> = "BytesValue" in "wrappers";
}

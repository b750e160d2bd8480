//! The schema languages. No other file of this folder chooses between them.

use super::conversion::Conversion;
use crate::EventKind;
#[cfg(any(feature = "avro", feature = "protobuf"))]
use crate::SchemaType;

/// How events are written in a version of their schema; `None` if as in the schema of this build. `referenced` are the texts of
/// the schemas that the version refers to.
///
/// # Errors
/// Why they cannot be written.
pub(super) fn conversion(
    kind: &EventKind,
    text: &str,
    referenced: &[String],
) -> Result<Option<Box<dyn Conversion>>, String> {
    let language = kind.schema().schema_type();
    #[cfg(feature = "avro")]
    if language == SchemaType::AVRO {
        return super::avro::conversion(kind, text, referenced);
    }
    #[cfg(feature = "protobuf")]
    if language == SchemaType::PROTOBUF {
        return super::protobuf::conversion(kind, text);
    }
    let _ = (text, referenced);
    Err(format!("this build does not write {language}"))
}

//! Avro: values are resolved from the schema of this build to the version, as a consumer would read them.

use super::conversion::Conversion;
use crate::avro::{Plan, Schema};
use crate::{DecodeOptions, EncodeError, EventKind};

/// No limits: the payload is one of our own.
const LIMITS: DecodeOptions =
    DecodeOptions { max_depth: 1_024, memory_per_byte: 1_024, memory: usize::MAX / 2 };

pub(super) fn conversion(
    kind: &EventKind,
    text: &str,
    referenced: &[String],
) -> Result<Option<Box<dyn Conversion>>, String> {
    let own = Schema::parse(kind.schema().text()).map_err(|error| error.to_string())?;
    let latest = Schema::parse_with_references(text, referenced)
        .map_err(|error| format!("it does not parse: {error}"))?;
    let plan = Plan::between(&own, &latest)
        .map_err(|error| format!("it does not read what this build writes: {error}"))?;
    Ok(if plan.is_identity() { None } else { Some(Box::new(Resolved(plan))) })
}

#[derive(Debug)]
struct Resolved(Plan);

impl Conversion for Resolved {
    fn message_indexes(&self) -> Option<&[u32]> {
        None
    }

    fn convert(
        &self,
        payload: &[u8],
        scratch: &mut Vec<u8>,
        converted: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        self.0.resolve(payload, LIMITS.into(), scratch).map_err(EncodeError::Conversion)?;
        converted.extend_from_slice(scratch);
        Ok(())
    }
}

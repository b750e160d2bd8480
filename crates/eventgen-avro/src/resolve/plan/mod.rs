//! Plans: payloads that were written with another version of a schema (specification 1.12, "Schema Resolution").
//!
//! A plan is compiled once for a writer's and a reader's schema. It rewrites a payload into the encoding of the reader's
//! schema: what both have in common is copied in ranges as long as possible, the rest is left out, converted or inserted.
//! The decoder of the reader's schema then reads the result, so that generated code does not depend on resolution.

mod compile;
mod error;
mod names;
mod order;
#[cfg(feature = "codec")]
mod rescale;
#[cfg(feature = "codec")]
mod run;
mod sameness;
mod step;

pub use error::{PlanError, Unresolvable};
pub use step::Plan;

use step::Step;

use super::schema::Schema;
use super::structure::Structure;
#[cfg(feature = "codec")]
use super::walk::path;
#[cfg(feature = "codec")]
use crate::codec::finish;
use crate::parse::ParsedSchema;
#[cfg(feature = "codec")]
use crate::{Decode, DecodeError, Limits, Reader};

/// Checks that every value of a writer's schema can be read with a reader's.
///
/// [`Plan`] also accepts schemas of which some values cannot be read: an error of these values. Here they are refused.
///
/// # Errors
/// Two schemas that do not resolve, or of which some values do not.
pub fn check_resolution(writer: &ParsedSchema, reader: &ParsedSchema) -> Result<(), PlanError> {
    let [writer, reader] = [writer, reader].map(|schema| Structure::of(schema.types.clone(), schema.root));
    let (steps, _) = compile::steps(&writer, &reader)?;
    let refused = steps.iter().find_map(|step| match step {
        Step::Branches(branches) => branches.iter().find_map(|branch| branch.clone().err()),
        Step::Symbols(symbols) => symbols
            .iter()
            .find_map(|symbol| symbol.as_ref().err())
            .map(|symbol| format!("the reader's enum lacks `{symbol}` and has no default")),
        _ => None,
    });
    refused.map_or(Ok(()), |reason| Err(PlanError::Partial { reason }))
}

impl Plan {
    /// Compiles a plan.
    ///
    /// # Errors
    /// A schema that does not parse, or two that do not resolve: with the paths in both where they differ.
    pub fn new(writer: &str, reader: &str) -> Result<Self, PlanError> {
        let writer =
            Schema::parse(writer).map_err(|error| PlanError::WriterSchema { reason: error.to_string() })?;
        let reader =
            Schema::parse(reader).map_err(|error| PlanError::ReaderSchema { reason: error.to_string() })?;
        Self::between(&writer, &reader)
    }

    /// Compiles a plan for parsed schemas.
    ///
    /// # Errors
    /// Two schemas that do not resolve: with the paths in both where they differ.
    pub fn between(writer: &Schema, reader: &Schema) -> Result<Self, PlanError> {
        let (steps, root) = compile::steps(&writer.structure, &reader.structure)?;
        Ok(Self { writer: writer.structure.clone(), reader: reader.structure.clone(), steps, root })
    }

    /// Whether both schemas have the same encoding, so that payloads can be read unchanged.
    pub fn is_identity(&self) -> bool {
        matches!(self.steps[self.root], Step::Copy(_))
    }
}

#[cfg(feature = "codec")]
impl Plan {
    /// Rewrites a payload of the writer into one of the reader. Returns the limits for reading it: those of the original
    /// payload, less what has been used.
    ///
    /// # Errors
    /// Bytes that are not a value of the writer's schema; a symbol or a branch that does not resolve.
    pub fn resolve(&self, payload: &[u8], limits: Limits, out: &mut Vec<u8>) -> Result<Limits, DecodeError> {
        out.clear();
        match run::run(self, payload, limits, out) {
            Ok(memory) => Ok(Limits { memory, memory_per_byte: 0, ..limits }),
            Err(mut error) => {
                error.set_path(path(&self.writer, payload, error.position(), limits));
                Err(error)
            }
        }
    }

    /// Reads one value from all of a payload of the writer. `scratch` holds the rewritten payload; keep it to reuse its
    /// memory.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve), or bytes that are not a value of the reader's schema, such as a string that is not
    /// UTF-8.
    pub fn read<'s, T: Decode<'s>>(
        &self,
        payload: &[u8],
        limits: Limits,
        scratch: &'s mut Vec<u8>,
    ) -> Result<T, DecodeError> {
        let limits = self.resolve(payload, limits, scratch)?;
        let mut reader = Reader::with_limits(scratch, limits);
        let value = T::decode(&mut reader);
        let mut value = finish(reader, value);
        if let Err(error) = &mut value {
            error.set_path(path(&self.reader, scratch, error.position(), limits));
        }
        value
    }
}

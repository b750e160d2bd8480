//! Plans: payloads that were written with another version of a schema (specification 1.12, "Schema Resolution").
//!
//! A plan is compiled once for a writer's and a reader's schema. It rewrites a payload into the encoding of the reader's
//! schema: what both have in common is copied in ranges as long as possible, the rest is left out, converted or inserted.
//! The decoder of the reader's schema then reads the result, so that generated code does not depend on resolution.

mod compile;
mod default;
mod error;
mod order;
mod run;
mod step;

pub use error::{PlanError, Unresolvable};
pub use step::Plan;

use step::Step;

use super::schema::Schema;
use super::walk::path;
use crate::codec::finish;
use crate::{Decode, DecodeError, Limits, Reader};

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

//! Reading what was written with another version of a schema (specification 1.12, "Schema Resolution").
//!
//! A plan is compiled once for a writer's and a reader's schema. It rewrites a payload into the bytes that the reader's
//! schema would have given: what both have in common is copied in stretches as long as possible, the rest is left out,
//! converted or put in. The exact decoder then reads the outcome, so that every form of a type can be read so, and
//! generated code knows nothing of it.

mod compile;
mod default;
mod error;
mod order;
mod run;

pub use error::{PlanError, Unresolvable};

use super::graph::NodeId;
use super::schema::Schema;
use super::skip::Skip;
use super::structure::Structure;
use super::walk::path;
use crate::codec::finish;
use crate::{Decode, DecodeError, Limits, Reader};

/// How to read what was written with another schema.
#[derive(Debug, Clone)]
pub struct Plan {
    writer: Structure,
    reader: Structure,
    steps: Vec<Step>,
    root: StepId,
}

/// Index of a step.
type StepId = usize;

/// What to do with a value of the writer.
#[derive(Debug, Clone)]
enum Step {
    /// Copy it: it is the same for both, or differs only in what it stands for.
    Copy(Row),
    /// A string that becomes bytes: copy it if it is one.
    Text,
    /// An int or a long that becomes a float.
    ToFloat,
    /// An int or a long that becomes a double.
    ToDouble { int: bool },
    /// A float that becomes a double.
    Widen,
    /// The reader's index for each symbol of the writer.
    Symbols(Vec<Result<u32, String>>),
    /// A step for each item.
    Items { node: NodeId, step: StepId },
    /// A step for each value of a map.
    Values { node: NodeId, step: StepId },
    /// A step for each branch of the writer's union.
    Branches(Vec<Result<StepId, String>>),
    /// The value becomes a branch of the reader's union.
    Branch { index: i64, step: StepId },
    /// A record.
    Fields { moves: Vec<Move>, recursive: bool },
}

/// A part of a record, in the order of the reader.
#[derive(Debug, Clone)]
enum Move {
    /// Fields that only the writer has.
    Skip(Row),
    /// Fields that are the same for both, one behind the other.
    Copy(Row),
    /// A field that both have.
    Field(StepId),
    /// Defaults of fields that only the reader has.
    Insert(Vec<u8>),
    /// Fields of the writer that the reader has in another order.
    Reordered { fields: Row, moves: Vec<Pick> },
}

/// Values of the writer, one behind the other, that are gone over.
#[derive(Debug, Clone, Default)]
struct Row {
    nodes: Vec<NodeId>,
    skips: Vec<Skip>,
}

impl Row {
    fn of(structure: &Structure, ids: impl IntoIterator<Item = NodeId>) -> Self {
        let mut row = Self::default();
        for id in ids {
            row.nodes.push(id);
            row.skips.push(structure.skips().of_node(id));
        }
        row
    }

    fn append(&mut self, mut behind: Self) {
        self.nodes.append(&mut behind.nodes);
        self.skips.append(&mut behind.skips);
    }
}

/// A part of reordered fields; the index counts within them.
#[derive(Debug, Clone)]
enum Pick {
    /// A field that is the same for both.
    Copy(usize),
    /// A field that both have.
    Field(usize, StepId),
    /// Defaults of fields that only the reader has.
    Insert(Vec<u8>),
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

    /// Whether both schemas are the same on the wire, so that payloads can be read as they are.
    pub fn is_identity(&self) -> bool {
        matches!(self.steps[self.root], Step::Copy(_))
    }

    /// Rewrites a payload of the writer into one of the reader. Returns the limits for reading that: what the payload
    /// as it was written may use up, less what is used up already.
    ///
    /// # Errors
    /// Bytes that are no value of the writer's schema; a symbol or a branch that does not resolve.
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

    /// Reads one value from all of a payload of the writer. `scratch` holds the payload as the reader has it; keep it, so
    /// that its memory is used again.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve), or bytes that are no value of the reader's schema, such as a string that is not
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

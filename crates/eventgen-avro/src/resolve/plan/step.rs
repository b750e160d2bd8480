//! The steps of a plan.

use crate::resolve::graph::NodeId;
use crate::resolve::skip::Skip;
use crate::resolve::structure::Structure;

/// How to read payloads that were written with another version of a schema.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) writer: Structure,
    pub(super) reader: Structure,
    pub(super) steps: Vec<Step>,
    pub(super) root: StepId,
}

/// Index of a step.
pub(super) type StepId = usize;

/// What to do with a value of the writer.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Copy it: the encodings are the same.
    Copy(Row),
    /// A string that becomes bytes: copy it if it is valid UTF-8.
    Text,
    /// An int or a long that becomes a float.
    ToFloat,
    /// An int or a long that becomes a double.
    ToDouble { int: bool },
    /// A number in a larger unit than the reader's.
    Multiply { factor: i64, int: bool },
    /// A decimal that gets more digits; of a fixed size if it is a fixed.
    Rescale { digits: u32, size: Option<usize> },
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
pub(super) enum Move {
    /// Fields that only the writer has.
    Skip(Row),
    /// Consecutive fields that are the same for both.
    Copy(Row),
    /// A field that both have.
    Field(StepId),
    /// Defaults of fields that only the reader has.
    Insert(Vec<u8>),
    /// Fields of the writer that the reader has in another order.
    Reordered { fields: Row, moves: Vec<Pick> },
}

/// Consecutive values of the writer that are skipped or copied.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) nodes: Vec<NodeId>,
    pub(super) skips: Vec<Skip>,
}

impl Row {
    pub(super) fn of(structure: &Structure, ids: impl IntoIterator<Item = NodeId>) -> Self {
        let mut row = Self::default();
        for id in ids {
            row.nodes.push(id);
            row.skips.push(structure.skips().of_node(id));
        }
        row
    }

    pub(super) fn append(&mut self, mut behind: Self) {
        self.nodes.append(&mut behind.nodes);
        self.skips.append(&mut behind.skips);
    }
}

/// A part of reordered fields; the index counts within them.
#[derive(Debug, Clone)]
pub(super) enum Pick {
    /// A field that is the same for both.
    Copy(usize),
    /// A field that both have.
    Field(usize, StepId),
    /// Defaults of fields that only the reader has.
    Insert(Vec<u8>),
}

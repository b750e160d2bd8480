//! Compiles two schemas into the steps between them.

use std::collections::HashMap;

use super::error::{PlanError, Unresolvable};
use super::names::{are_names_equal, short};
use super::order::moves;
use super::sameness::Sameness;
use super::step::{Pick, Row, Step, StepId};
use crate::model::{EncodedDefault, Logical, LogicalChange, encode_default, logical_change};
use crate::resolve::graph::{Field, Kind, Names, NodeId};
use crate::resolve::structure::Structure;

/// The most pairs of types within pairs that are resolved on the caller's stack, and on one of its own.
const DEPTHS: [usize; 2] = [128, 8192];

/// The stack for the larger of the two, which is used for schemas of hundreds of records that refer to each other.
const STACK: usize = 128 * 1024 * 1024;

/// The most pairs of types that are tried. Branches of unions are tried all with all.
const MAX_PAIRS: usize = 1_000_000;

/// The steps, and the first one.
pub(super) fn steps(writer: &Structure, reader: &Structure) -> Compiled {
    let [shallow, deep] = DEPTHS.map(|depth| move || Compiler::new(writer, reader, depth).compile());
    let large = || {
        let thread = std::thread::Builder::new().name("eventgen plan".to_owned()).stack_size(STACK);
        std::thread::scope(|scope| thread.spawn_scoped(scope, deep).ok()?.join().ok())
    };
    let too_complex = || {
        let (writer, reader) = (root(writer), root(reader));
        PlanError::Unresolvable { writer, reader, reason: Unresolvable::TooComplex }
    };
    let compiled = match shallow() {
        Err(Exhausted::Depth) => large().unwrap_or(Err(Exhausted::Depth)),
        compiled => compiled,
    };
    compiled.unwrap_or_else(|_| Err(too_complex()))
}

fn root(structure: &Structure) -> String {
    match &structure.get(structure.root()).kind {
        Kind::Record { names, .. } => short(&names.full).to_owned(),
        other => other.name().to_owned(),
    }
}

struct Compiler<'a> {
    writer: &'a Structure,
    reader: &'a Structure,
    steps: Vec<Step>,
    sameness: Sameness<'a>,
    /// Pairs that have been started, so that recursive types end.
    known: HashMap<(NodeId, NodeId), StepId>,
    /// The same pairs, in order.
    started: Vec<(NodeId, NodeId)>,
    /// Steps that have been started and not finished.
    open: Vec<StepId>,
    /// The paths of the pair in the writer's and in the reader's schema.
    paths: (String, String),
    /// The number of levels and of pairs that are left.
    depth: usize,
    pairs: usize,
    /// Which of them did not suffice.
    exhausted: Option<Exhausted>,
}

/// What schemas have too much of.
#[derive(Debug, Clone, Copy)]
enum Exhausted {
    Depth,
    Pairs,
}

type Compiled = Result<(Vec<Step>, StepId)>;

type Result<T> = std::result::Result<T, PlanError>;

impl<'a> Compiler<'a> {
    fn new(writer: &'a Structure, reader: &'a Structure, depth: usize) -> Self {
        Self {
            writer,
            reader,
            steps: Vec::new(),
            sameness: Sameness::new(writer, reader),
            known: HashMap::new(),
            started: Vec::new(),
            open: Vec::new(),
            paths: (root(writer), root(reader)),
            depth,
            pairs: MAX_PAIRS,
            exhausted: None,
        }
    }

    fn compile(mut self) -> std::result::Result<Compiled, Exhausted> {
        let root = self.resolve(self.writer.root(), self.reader.root());
        self.exhausted.map_or_else(|| Ok(root.map(|root| (self.steps, root))), Err)
    }

    fn fail<T>(&self, reason: Unresolvable) -> Result<T> {
        let (writer, reader) = self.paths.clone();
        Err(PlanError::Unresolvable { writer, reader, reason })
    }

    fn copy(&self, writer: NodeId) -> Step {
        Step::Copy(Row::of(self.writer, [writer]))
    }

    fn add(&mut self, step: Step) -> StepId {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// Resolves a pair further down.
    fn below(&mut self, pair: (NodeId, NodeId), writer: &str, reader: &str) -> Result<StepId> {
        let lengths = (self.paths.0.len(), self.paths.1.len());
        self.paths.0.push_str(writer);
        self.paths.1.push_str(reader);
        let resolved = self.resolve(pair.0, pair.1);
        self.paths.0.truncate(lengths.0);
        self.paths.1.truncate(lengths.1);
        resolved
    }

    fn resolve(&mut self, writer: NodeId, reader: NodeId) -> Result<StepId> {
        if let Some(&step) = self.known.get(&(writer, reader)) {
            return Ok(step);
        }
        if self.depth == 0 || self.pairs == 0 {
            let exhausted = if self.depth == 0 { Exhausted::Depth } else { Exhausted::Pairs };
            self.exhausted.get_or_insert(exhausted);
            // Nothing is tried any more.
            self.pairs = 0;
            return self.fail(Unresolvable::TooComplex);
        }
        self.pairs -= 1;
        let (steps, started) = (self.steps.len(), self.started.len());
        let step = self.add(self.copy(writer));
        self.known.insert((writer, reader), step);
        self.started.push((writer, reader));
        if self.sameness.is_same((writer, reader)) {
            return Ok(step);
        }
        self.open.push(step);
        self.depth -= 1;
        let found = self.step(writer, reader);
        self.depth += 1;
        self.open.pop();
        match found {
            Ok(found) => {
                self.steps[step] = found;
                Ok(step)
            }
            Err(error) => {
                // Steps that were compiled under an assumption that does not hold must not be reused.
                for pair in self.started.drain(started..) {
                    self.known.remove(&pair);
                }
                self.steps.truncate(steps);
                Err(error)
            }
        }
    }

    fn step(&mut self, writer: NodeId, reader: NodeId) -> Result<Step> {
        let (from, to) = (self.writer.get(writer), self.reader.get(reader));
        match (&from.kind, &to.kind) {
            (Kind::Union(branches), _) => return self.branches(branches, reader),
            (_, Kind::Union(branches)) => return self.one_branch(writer, branches),
            _ => {}
        }
        match self.logical_change(from.logical, to.logical)? {
            LogicalChange::Multiply(factor) => {
                return Ok(Step::Multiply { factor, int: matches!(from.kind, Kind::Int) });
            }
            LogicalChange::Rescale(digits) => return self.rescale(&from.kind, &to.kind, digits),
            LogicalChange::None => {}
        }
        match (&from.kind, &to.kind) {
            (Kind::Null, Kind::Null)
            | (Kind::Boolean, Kind::Boolean)
            | (Kind::Int, Kind::Int | Kind::Long)
            | (Kind::Long, Kind::Long)
            | (Kind::Float, Kind::Float)
            | (Kind::Double, Kind::Double)
            | (Kind::Bytes, Kind::Bytes | Kind::String)
            | (Kind::String, Kind::String) => Ok(self.copy(writer)),
            (Kind::String, Kind::Bytes) => Ok(Step::Text),
            (Kind::Int | Kind::Long, Kind::Float) => Ok(Step::ToFloat),
            (from @ (Kind::Int | Kind::Long), Kind::Double) => {
                Ok(Step::ToDouble { int: matches!(from, Kind::Int) })
            }
            (Kind::Float, Kind::Double) => Ok(Step::Widen),
            (Kind::Fixed { names: theirs, size: from }, Kind::Fixed { names: ours, size: to }) => {
                self.check_fixed((theirs, *from), (ours, *to))?;
                Ok(self.copy(writer))
            }
            (
                Kind::Enum { names: theirs, symbols: from, .. },
                Kind::Enum { names: ours, symbols: to, default },
            ) => {
                self.check_names(theirs, ours)?;
                self.symbols(from, to, default.as_deref())
            }
            (Kind::Array(from), Kind::Array(to)) => {
                let step = self.below((*from, *to), "[]", "[]")?;
                Ok(Step::Items { node: *from, step })
            }
            (Kind::Map(from), Kind::Map(to)) => {
                let step = self.below((*from, *to), "{}", "{}")?;
                Ok(Step::Values { node: *from, step })
            }
            (Kind::Record { names: theirs, fields: from }, Kind::Record { names: ours, fields: to }) => {
                self.check_names(theirs, ours)?;
                self.record(from, to, self.writer.get(writer).recursive)
            }
            (from, to) => self.fail(Unresolvable::Types { writer: from.name(), reader: to.name() }),
        }
    }

    fn rescale(&self, from: &Kind, to: &Kind, digits: u32) -> Result<Step> {
        match (from, to) {
            (Kind::Bytes, Kind::Bytes) => Ok(Step::Rescale { digits, size: None }),
            (Kind::Fixed { names: theirs, size: from }, Kind::Fixed { names: ours, size: to }) => {
                self.check_fixed((theirs, *from), (ours, *to))?;
                Ok(Step::Rescale { digits, size: Some(*from) })
            }
            (from, to) => self.fail(Unresolvable::Types { writer: from.name(), reader: to.name() }),
        }
    }

    fn check_names(&self, writer: &Names, reader: &Names) -> Result<()> {
        if are_names_equal(writer, reader) {
            return Ok(());
        }
        self.fail(Unresolvable::Names { writer: writer.full.clone(), reader: reader.full.clone() })
    }

    fn check_fixed(&self, writer: (&Names, usize), reader: (&Names, usize)) -> Result<()> {
        self.check_names(writer.0, reader.0)?;
        if writer.1 == reader.1 {
            return Ok(());
        }
        self.fail(Unresolvable::Sizes { writer: writer.1, reader: reader.1 })
    }

    fn logical_change(&self, writer: Option<Logical>, reader: Option<Logical>) -> Result<LogicalChange> {
        match (logical_change(writer, reader), writer, reader) {
            (Some(change), ..) => Ok(change),
            (None, Some(writer), Some(reader)) => self
                .fail(Unresolvable::LogicalTypes { writer: writer.to_string(), reader: reader.to_string() }),
            (None, ..) => Ok(LogicalChange::None),
        }
    }

    fn symbols(&self, from: &[String], to: &[String], default: Option<&str>) -> Result<Step> {
        let indexes = indexes(to.iter().map(String::as_str));
        let index = |symbol: &str| indexes.get(symbol).copied();
        let default = default.and_then(index);
        let symbols: Vec<_> = from
            .iter()
            .map(|symbol| {
                let index = index(symbol).or(default).and_then(|index| u32::try_from(index).ok());
                index.ok_or_else(|| symbol.clone())
            })
            .collect();
        if symbols.iter().all(std::result::Result::is_err) {
            return self.fail(Unresolvable::Symbols);
        }
        Ok(Step::Symbols(symbols))
    }

    /// Resolves each branch of the writer by itself. Branches that do not resolve are errors when they occur.
    fn branches(&mut self, branches: &[NodeId], reader: NodeId) -> Result<Step> {
        let steps: Vec<_> = branches
            .iter()
            .map(|&branch| {
                let name = format!("<{}>", self.writer.get(branch).kind.name());
                self.below((branch, reader), &name, "").map_err(|error| error.to_string())
            })
            .collect();
        if steps.iter().all(std::result::Result::is_err) {
            return self.fail(Unresolvable::Branches);
        }
        Ok(Step::Branches(steps))
    }

    /// The first branch of the same type; if there is none, the first that the value can be promoted to. This is the order
    /// of the reference implementation in Java.
    fn one_branch(&mut self, writer: NodeId, branches: &[NodeId]) -> Result<Step> {
        let same = |&(_, branch): &(i64, NodeId)| {
            self.reader.get(branch).kind.name() == self.writer.get(writer).kind.name()
        };
        let (first, second): (Vec<_>, Vec<_>) = (0..).zip(branches.iter().copied()).partition(same);
        for (index, branch) in first.into_iter().chain(second) {
            let name = format!("<{}>", self.reader.get(branch).kind.name());
            if let Ok(step) = self.below((writer, branch), "", &name) {
                return Ok(Step::Branch { index, step });
            }
        }
        self.fail(Unresolvable::Branches)
    }

    fn record(&mut self, from: &[Field], to: &[Field], recursive: bool) -> Result<Step> {
        let mut picks = Vec::new();
        let indexes = indexes(from.iter().map(|field| field.name.as_str()));
        let index = |name: &String| indexes.get(name.as_str()).copied();
        for field in to {
            // The name itself comes before any alias.
            match index(&field.name).or_else(|| field.aliases.iter().find_map(index)) {
                Some(index) => {
                    let (writer, reader) = (format!(".{}", from[index].name), format!(".{}", field.name));
                    let step = self.below((from[index].node, field.node), &writer, &reader)?;
                    picks.push(if self.is_copy(step) { Pick::Copy(index) } else { Pick::Field(index, step) });
                }
                None => self.insert(field, &mut picks)?,
            }
        }
        Ok(Step::Fields { moves: moves(self.writer, from, picks), recursive })
    }

    /// Whether a step is known to be a copy. For a recursive type, this is not known before it is finished.
    fn is_copy(&self, step: StepId) -> bool {
        matches!(self.steps[step], Step::Copy(_)) && !self.open.contains(&step)
    }

    /// Merges adjacent defaults.
    fn insert(&self, field: &Field, picks: &mut Vec<Pick>) -> Result<()> {
        let Some(value) = &field.default else {
            return self.fail(Unresolvable::Missing { field: field.name.clone() });
        };
        let Ok(EncodedDefault { bytes, .. }) = encode_default(self.reader.types(), field.type_id, value)
        else {
            return self.fail(Unresolvable::Default { field: field.name.clone() });
        };
        match picks.last_mut() {
            Some(Pick::Insert(before)) => before.extend(bytes),
            _ => picks.push(Pick::Insert(bytes)),
        }
        Ok(())
    }
}

/// The index of each name; of a name that is there twice the first.
fn indexes<'n>(
    names: impl DoubleEndedIterator<Item = &'n str> + ExactSizeIterator,
) -> HashMap<&'n str, usize> {
    names.enumerate().rev().map(|(index, name)| (name, index)).collect()
}

//! Compiles two schemas into the steps between them.

use std::collections::HashMap;

use super::default::default;
use super::error::{PlanError, Unresolvable};
use super::order::moves;
use super::step::{Pick, Row, Step, StepId};
use crate::model::Logical;
use crate::resolve::graph::{Field, Kind, Names, NodeId};
use crate::resolve::structure::Structure;

/// The steps, and the first one.
pub(super) fn steps(writer: &Structure, reader: &Structure) -> Result<(Vec<Step>, StepId)> {
    let mut compiler = Compiler {
        writer,
        reader,
        steps: Vec::new(),
        known: HashMap::new(),
        open: Vec::new(),
        paths: (root(writer), root(reader)),
    };
    let root = compiler.resolve(Structure::ROOT, Structure::ROOT)?;
    Ok((compiler.steps, root))
}

fn root(structure: &Structure) -> String {
    match &structure.get(Structure::ROOT).kind {
        Kind::Record { names, .. } => short(&names.full).to_owned(),
        other => other.name().to_owned(),
    }
}

fn short(full: &str) -> &str {
    full.rsplit_once('.').map_or(full, |(_, name)| name)
}

struct Compiler<'a> {
    writer: &'a Structure,
    reader: &'a Structure,
    steps: Vec<Step>,
    /// Pairs that have been started, so that recursive types end.
    known: HashMap<(NodeId, NodeId), StepId>,
    /// Steps that have been started and not finished.
    open: Vec<StepId>,
    /// The paths of the pair in the writer's and in the reader's schema.
    paths: (String, String),
}

type Result<T> = std::result::Result<T, PlanError>;

impl Compiler<'_> {
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
        if self.is_same(writer, reader, &mut Vec::new()) {
            let step = self.add(self.copy(writer));
            self.known.insert((writer, reader), step);
            return Ok(step);
        }
        let before = self.steps.len();
        let step = self.add(self.copy(writer));
        self.known.insert((writer, reader), step);
        self.open.push(step);
        let found = self.step(writer, reader);
        self.open.pop();
        match found {
            Ok(found) => {
                self.steps[step] = found;
                Ok(step)
            }
            Err(error) => {
                // Steps that were compiled under an assumption that does not hold must not be reused.
                self.known.retain(|_, known| *known < before);
                self.steps.truncate(before);
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
        self.check_logical_types(from.logical, to.logical)?;
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
                self.check_names(theirs, ours)?;
                if from != to {
                    return self.fail(Unresolvable::Sizes { writer: *from, reader: *to });
                }
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

    /// Names match without their namespaces, or if an alias of the reader is the writer's full name.
    fn check_names(&self, writer: &Names, reader: &Names) -> Result<()> {
        if short(&writer.full) == short(&reader.full) || reader.aliases.contains(&writer.full) {
            return Ok(());
        }
        self.fail(Unresolvable::Names { writer: writer.full.clone(), reader: reader.full.clone() })
    }

    /// Logical types on both sides must be the same: a decimal of another scale would be another number.
    fn check_logical_types(&self, writer: Option<Logical>, reader: Option<Logical>) -> Result<()> {
        let (Some(writer), Some(reader)) = (writer, reader) else { return Ok(()) };
        let matches = match (writer, reader) {
            (
                Logical::Decimal { precision, scale },
                Logical::Decimal { precision: max_precision, scale: reader_scale },
            ) => scale == reader_scale && precision <= max_precision,
            (writer, reader) => writer == reader,
        };
        if matches {
            return Ok(());
        }
        self.fail(Unresolvable::LogicalTypes { writer: writer.to_string(), reader: reader.to_string() })
    }

    fn symbols(&self, from: &[String], to: &[String], default: Option<&str>) -> Result<Step> {
        let index = |symbol: &str| to.iter().position(|known| known == symbol);
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
        for field in to {
            // The name itself comes before any alias.
            let theirs = from.iter().position(|theirs| theirs.name == field.name).or_else(|| {
                field.aliases.iter().find_map(|alias| from.iter().position(|theirs| theirs.name == *alias))
            });
            match theirs {
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
        let Some(bytes) = default(self.reader, field.node, value) else {
            return self.fail(Unresolvable::Default { field: field.name.clone() });
        };
        match picks.last_mut() {
            Some(Pick::Insert(before)) => before.extend(bytes),
            _ => picks.push(Pick::Insert(bytes)),
        }
        Ok(())
    }

    /// Whether a pair has the same encoding and the same logical types. `assumed` holds the pairs that are being compared:
    /// recursive types are the same if nothing else differs.
    fn is_same(&self, writer: NodeId, reader: NodeId, assumed: &mut Vec<(NodeId, NodeId)>) -> bool {
        if assumed.contains(&(writer, reader)) {
            return true;
        }
        assumed.push((writer, reader));
        let (from, to) = (self.writer.get(writer), self.reader.get(reader));
        let names = |theirs, ours| self.check_names(theirs, ours).is_ok();
        let mut all = |from: &[NodeId], to: &[NodeId]| {
            from.len() == to.len() && from.iter().zip(to).all(|(&from, &to)| self.is_same(from, to, assumed))
        };
        self.check_logical_types(from.logical, to.logical).is_ok()
            && match (&from.kind, &to.kind) {
                (Kind::Fixed { names: theirs, size: from }, Kind::Fixed { names: ours, size: to }) => {
                    names(theirs, ours) && from == to
                }
                (
                    Kind::Enum { names: theirs, symbols: from, .. },
                    Kind::Enum { names: ours, symbols: to, .. },
                ) => names(theirs, ours) && from == to,
                (Kind::Array(from), Kind::Array(to)) | (Kind::Map(from), Kind::Map(to)) => {
                    all(&[*from], &[*to])
                }
                (Kind::Union(from), Kind::Union(to)) => all(from, to),
                (Kind::Record { names: theirs, fields: from }, Kind::Record { names: ours, fields: to }) => {
                    let nodes = |fields: &[Field]| fields.iter().map(|field| field.node).collect::<Vec<_>>();
                    let alike = |(from, to): (&Field, &Field)| from.name == to.name;
                    names(theirs, ours) && from.iter().zip(to).all(alike) && all(&nodes(from), &nodes(to))
                }
                (from, to) => from.name() == to.name(),
            }
    }
}

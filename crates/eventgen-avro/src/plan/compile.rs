//! From two schemas to the steps between them.

use std::collections::HashMap;

use super::default::default;
use super::order::moves;
use super::{Pick, PlanError, Row, Step, StepId, Unresolvable};
use crate::shape::{Field, Meaning, Names, Shape, ShapeId, Shapes};

/// The steps, and the one to begin with.
pub(super) fn steps(writer: &Shapes, reader: &Shapes) -> Result<(Vec<Step>, StepId)> {
    let mut compiler = Compiler {
        writer,
        reader,
        steps: Vec::new(),
        known: HashMap::new(),
        open: Vec::new(),
        paths: (root(writer), root(reader)),
    };
    let root = compiler.resolve(Shapes::ROOT, Shapes::ROOT)?;
    Ok((compiler.steps, root))
}

fn root(shapes: &Shapes) -> String {
    match &shapes.get(Shapes::ROOT).shape {
        Shape::Record { names, .. } => short(&names.full).to_owned(),
        other => kind(other).to_owned(),
    }
}

fn short(full: &str) -> &str {
    full.rsplit_once('.').map_or(full, |(_, name)| name)
}

struct Compiler<'a> {
    writer: &'a Shapes,
    reader: &'a Shapes,
    steps: Vec<Step>,
    /// Pairs that were begun, so that types that contain themselves end.
    known: HashMap<(ShapeId, ShapeId), StepId>,
    /// Steps that were begun and have not ended.
    open: Vec<StepId>,
    /// Where the pair is, in the writer's and in the reader's schema.
    paths: (String, String),
}

type Result<T> = std::result::Result<T, PlanError>;

impl Compiler<'_> {
    fn fail<T>(&self, reason: Unresolvable) -> Result<T> {
        let (writer, reader) = self.paths.clone();
        Err(PlanError::Unresolvable { writer, reader, reason })
    }

    fn copy(&self, writer: ShapeId) -> Step {
        Step::Copy(Row::of(self.writer, [writer]))
    }

    fn add(&mut self, step: Step) -> StepId {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// Resolves a pair further down.
    fn below(&mut self, pair: (ShapeId, ShapeId), writer: &str, reader: &str) -> Result<StepId> {
        let lengths = (self.paths.0.len(), self.paths.1.len());
        self.paths.0.push_str(writer);
        self.paths.1.push_str(reader);
        let resolved = self.resolve(pair.0, pair.1);
        self.paths.0.truncate(lengths.0);
        self.paths.1.truncate(lengths.1);
        resolved
    }

    fn resolve(&mut self, writer: ShapeId, reader: ShapeId) -> Result<StepId> {
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
                // What was begun under an assumption that does not hold must not be found again.
                self.known.retain(|_, known| *known < before);
                self.steps.truncate(before);
                Err(error)
            }
        }
    }

    fn step(&mut self, writer: ShapeId, reader: ShapeId) -> Result<Step> {
        let (from, to) = (self.writer.get(writer), self.reader.get(reader));
        match (&from.shape, &to.shape) {
            (Shape::Union(branches), _) => return self.branches(branches, reader),
            (_, Shape::Union(branches)) => return self.one_branch(writer, branches),
            _ => {}
        }
        self.check_meanings(from.meaning, to.meaning)?;
        match (&from.shape, &to.shape) {
            (Shape::Null, Shape::Null)
            | (Shape::Boolean, Shape::Boolean)
            | (Shape::Int, Shape::Int | Shape::Long)
            | (Shape::Long, Shape::Long)
            | (Shape::Float, Shape::Float)
            | (Shape::Double, Shape::Double)
            | (Shape::Bytes, Shape::Bytes | Shape::String)
            | (Shape::String, Shape::String) => Ok(self.copy(writer)),
            (Shape::String, Shape::Bytes) => Ok(Step::Text),
            (Shape::Int | Shape::Long, Shape::Float) => Ok(Step::ToFloat),
            (from @ (Shape::Int | Shape::Long), Shape::Double) => {
                Ok(Step::ToDouble { int: matches!(from, Shape::Int) })
            }
            (Shape::Float, Shape::Double) => Ok(Step::Widen),
            (Shape::Fixed { names: theirs, size: from }, Shape::Fixed { names: ours, size: to }) => {
                self.check_names(theirs, ours)?;
                if from != to {
                    return self.fail(Unresolvable::Sizes { writer: *from, reader: *to });
                }
                Ok(self.copy(writer))
            }
            (
                Shape::Enum { names: theirs, symbols: from, .. },
                Shape::Enum { names: ours, symbols: to, default },
            ) => {
                self.check_names(theirs, ours)?;
                self.symbols(from, to, default.as_deref())
            }
            (Shape::Array(from), Shape::Array(to)) => {
                let step = self.below((*from, *to), "[]", "[]")?;
                Ok(Step::Items { shape: *from, step })
            }
            (Shape::Map(from), Shape::Map(to)) => {
                let step = self.below((*from, *to), "{}", "{}")?;
                Ok(Step::Values { shape: *from, step })
            }
            (Shape::Record { names: theirs, fields: from }, Shape::Record { names: ours, fields: to }) => {
                self.check_names(theirs, ours)?;
                self.record(from, to, self.writer.get(writer).recursive)
            }
            (from, to) => self.fail(Unresolvable::Types { writer: kind(from), reader: kind(to) }),
        }
    }

    /// Names match without their namespaces; or an alias of the reader's is the writer's full name.
    fn check_names(&self, writer: &Names, reader: &Names) -> Result<()> {
        if short(&writer.full) == short(&reader.full) || reader.aliases.contains(&writer.full) {
            return Ok(());
        }
        self.fail(Unresolvable::Names { writer: writer.full.clone(), reader: reader.full.clone() })
    }

    /// Bytes that mean something to both must mean the same: a decimal of another scale would be another number.
    fn check_meanings(&self, writer: Meaning, reader: Meaning) -> Result<()> {
        let matches = match (writer, reader) {
            (Meaning::None, _) | (_, Meaning::None) => true,
            (
                Meaning::Decimal { precision, scale },
                Meaning::Decimal { precision: most, scale: reader_scale },
            ) => scale == reader_scale && precision <= most,
            (writer, reader) => writer == reader,
        };
        if matches {
            return Ok(());
        }
        self.fail(Unresolvable::Meanings { writer: writer.to_string(), reader: reader.to_string() })
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

    /// Each branch of the writer's for itself; those that do not resolve are errors when they occur.
    fn branches(&mut self, branches: &[ShapeId], reader: ShapeId) -> Result<Step> {
        let steps: Vec<_> = branches
            .iter()
            .map(|&branch| {
                let name = format!("<{}>", kind(&self.writer.get(branch).shape));
                self.below((branch, reader), &name, "").map_err(|error| error.to_string())
            })
            .collect();
        if steps.iter().all(std::result::Result::is_err) {
            return self.fail(Unresolvable::Branches);
        }
        Ok(Step::Branches(steps))
    }

    /// The first branch of the same type; if there is none, the first that the value can be promoted to. The reference
    /// implementation, in Java, takes them in this order too.
    fn one_branch(&mut self, writer: ShapeId, branches: &[ShapeId]) -> Result<Step> {
        let same = |&(_, branch): &(i64, ShapeId)| {
            kind(&self.reader.get(branch).shape) == kind(&self.writer.get(writer).shape)
        };
        let (first, second): (Vec<_>, Vec<_>) = (0..).zip(branches.iter().copied()).partition(same);
        for (index, branch) in first.into_iter().chain(second) {
            let name = format!("<{}>", kind(&self.reader.get(branch).shape));
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
                    let step = self.below((from[index].shape, field.shape), &writer, &reader)?;
                    picks.push(if self.is_copy(step) { Pick::Copy(index) } else { Pick::Field(index, step) });
                }
                None => self.insert(field, &mut picks)?,
            }
        }
        Ok(Step::Fields { moves: moves(self.writer, from, picks), recursive })
    }

    /// Whether a step is known to be a copy. Of a type that contains itself it is not known before its end.
    fn is_copy(&self, step: StepId) -> bool {
        matches!(self.steps[step], Step::Copy(_)) && !self.open.contains(&step)
    }

    /// Defaults next to each other are one.
    fn insert(&self, field: &Field, picks: &mut Vec<Pick>) -> Result<()> {
        let Some(value) = &field.default else {
            return self.fail(Unresolvable::Missing { field: field.name.clone() });
        };
        let Some(bytes) = default(self.reader, field.shape, value) else {
            return self.fail(Unresolvable::Default { field: field.name.clone() });
        };
        match picks.last_mut() {
            Some(Pick::Insert(before)) => before.extend(bytes),
            _ => picks.push(Pick::Insert(bytes)),
        }
        Ok(())
    }

    /// Whether a pair is the same on the wire and stands for the same. `assumed` holds the pairs that are being looked
    /// at: those that contain themselves are the same if nothing else tells them apart.
    fn is_same(&self, writer: ShapeId, reader: ShapeId, assumed: &mut Vec<(ShapeId, ShapeId)>) -> bool {
        if assumed.contains(&(writer, reader)) {
            return true;
        }
        assumed.push((writer, reader));
        let (from, to) = (self.writer.get(writer), self.reader.get(reader));
        let names = |theirs, ours| self.check_names(theirs, ours).is_ok();
        let mut all = |from: &[ShapeId], to: &[ShapeId]| {
            from.len() == to.len() && from.iter().zip(to).all(|(&from, &to)| self.is_same(from, to, assumed))
        };
        self.check_meanings(from.meaning, to.meaning).is_ok()
            && match (&from.shape, &to.shape) {
                (Shape::Fixed { names: theirs, size: from }, Shape::Fixed { names: ours, size: to }) => {
                    names(theirs, ours) && from == to
                }
                (
                    Shape::Enum { names: theirs, symbols: from, .. },
                    Shape::Enum { names: ours, symbols: to, .. },
                ) => names(theirs, ours) && from == to,
                (Shape::Array(from), Shape::Array(to)) | (Shape::Map(from), Shape::Map(to)) => {
                    all(&[*from], &[*to])
                }
                (Shape::Union(from), Shape::Union(to)) => all(from, to),
                (
                    Shape::Record { names: theirs, fields: from },
                    Shape::Record { names: ours, fields: to },
                ) => {
                    let shapes =
                        |fields: &[Field]| fields.iter().map(|field| field.shape).collect::<Vec<_>>();
                    let alike = |(from, to): (&Field, &Field)| from.name == to.name;
                    names(theirs, ours) && from.iter().zip(to).all(alike) && all(&shapes(from), &shapes(to))
                }
                (from, to) => kind(from) == kind(to),
            }
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Null => "null",
        Shape::Boolean => "boolean",
        Shape::Int => "int",
        Shape::Long => "long",
        Shape::Float => "float",
        Shape::Double => "double",
        Shape::Bytes => "bytes",
        Shape::String => "string",
        Shape::Fixed { .. } => "fixed",
        Shape::Enum { .. } => "enum",
        Shape::Array(_) => "array",
        Shape::Map(_) => "map",
        Shape::Union(_) => "union",
        Shape::Record { .. } => "record",
    }
}

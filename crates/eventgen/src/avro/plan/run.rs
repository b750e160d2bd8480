//! Running a plan over a payload.

use super::{Move, Pick, Plan, Step, StepId};
use crate::avro::shape::{ShapeId, Shapes};
use crate::avro::unchecked::{self, Part};
use crate::avro::{DecodeError, DecodeErrorKind, Limits, Reader, part};

type Result<T> = std::result::Result<T, DecodeError>;

/// So many reordered fields at a time need no memory.
const FEW: usize = 16;

/// What a byte that a plan puts in may cost behind it: the payload that comes of it, twice while that grows, and the
/// string that is read from it.
const INSERTED: usize = 4;

/// Rewrites a payload; returns the memory that items may still take.
pub(super) fn run(plan: &Plan, payload: &[u8], limits: Limits, out: &mut Vec<u8>) -> Result<usize> {
    let mut reader = Reader::with_limits(payload, limits);
    out.reserve(payload.len());
    let mut rewrite = Rewrite { plan, payload, copied: 0, out };
    rewrite.step(&mut reader, plan.root)?;
    rewrite.copy_until(reader.position());
    let budget = reader.budget();
    reader.finish()?;
    Ok(budget)
}

struct Rewrite<'p> {
    plan: &'p Plan,
    payload: &'p [u8],
    /// What lies between here and the reader's position goes out as it is, in one stretch, before anything else.
    copied: usize,
    out: &'p mut Vec<u8>,
}

impl<'p> Rewrite<'p> {
    fn writer(&self) -> &'p Shapes {
        &self.plan.writer
    }

    fn copy_until(&mut self, position: usize) {
        self.out.extend_from_slice(&self.payload[self.copied..position]);
        self.copied = position;
    }

    /// Puts bytes in the place of what was read since `start`.
    fn replace(&mut self, start: usize, reader: &Reader<'_>, part: impl Part) {
        self.copy_until(start);
        unchecked::append(self.out, part, &mut None);
        self.copied = reader.position();
    }

    #[expect(clippy::cast_precision_loss, reason = "a promotion may lose precision (specification 1.12)")]
    fn step(&mut self, reader: &mut Reader<'p>, id: StepId) -> Result<()> {
        let (plan, start) = (self.plan, reader.position());
        match &plan.steps[id] {
            Step::Copy(shape) => reader.skip(self.writer(), *shape)?,
            Step::Text => drop(reader.string_ref()?),
            Step::ToFloat => {
                let number = reader.long()?;
                self.replace(start, reader, part::float(number as f32));
            }
            Step::ToDouble { int: true } => {
                let number = reader.int()?;
                self.replace(start, reader, part::double(f64::from(number)));
            }
            Step::ToDouble { int: false } => {
                let number = reader.long()?;
                self.replace(start, reader, part::double(number as f64));
            }
            Step::Widen => {
                let number = reader.float()?;
                self.replace(start, reader, part::double(f64::from(number)));
            }
            Step::Symbols(symbols) => {
                let index = reader.long()?;
                let known = usize::try_from(index).ok().and_then(|index| symbols.get(index));
                let kind = match known {
                    Some(Ok(ours)) => {
                        self.replace(start, reader, part::long(*ours));
                        return Ok(());
                    }
                    Some(Err(symbol)) => DecodeErrorKind::ForeignSymbol { symbol: symbol.clone() },
                    None => DecodeErrorKind::UnknownSymbol { index, symbols: symbols.len() },
                };
                return Err(DecodeError::new(start, kind));
            }
            Step::Items { shape, step } => {
                let min = self.writer().get(*shape).min;
                self.blocks(reader, min, |rewrite, reader| rewrite.step(reader, *step))?;
            }
            Step::Values { shape, step } => {
                let min = self.writer().get(*shape).min.saturating_add(1);
                self.blocks(reader, min, |rewrite, reader| {
                    reader.bytes_ref()?;
                    rewrite.step(reader, *step)
                })?;
            }
            Step::Branches(branches) => {
                let index = reader.branch(branches.len())?;
                match &branches[index] {
                    Ok(step) => {
                        self.copy_until(start);
                        self.copied = reader.position();
                        self.step(reader, *step)?;
                    }
                    Err(reason) => {
                        let kind = DecodeErrorKind::ForeignBranch { index, reason: reason.clone() };
                        return Err(DecodeError::new(start, kind));
                    }
                }
            }
            Step::Branch { index, step } => {
                self.replace(start, reader, part::long(*index));
                self.step(reader, *step)?;
            }
            Step::Fields { moves, recursive: false } => self.fields(reader, moves)?,
            Step::Fields { moves, recursive: true } => reader.nested(|reader| self.fields(reader, moves))?,
        }
        Ok(())
    }

    /// Blocks of items that change. The size of a block in bytes changes with them and is left out.
    fn blocks(
        &mut self,
        reader: &mut Reader<'p>,
        min: usize,
        mut item: impl FnMut(&mut Self, &mut Reader<'p>) -> Result<()>,
    ) -> Result<()> {
        loop {
            let start = reader.position();
            // The exact decoder counts the memory of items; here it is only what items without bytes may become.
            let count = reader.block(min, 0)?;
            let sized = self.payload.get(start).is_some_and(|first| first & 1 == 1);
            if sized {
                self.replace(start, reader, part::long(i64::try_from(count).unwrap_or(i64::MAX)));
            }
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                item(self, reader)?;
            }
        }
    }

    fn insert(&mut self, reader: &mut Reader<'p>, bytes: &[u8]) -> Result<()> {
        let position = reader.position();
        reader.charge(position, bytes.len(), INSERTED)?;
        self.copy_until(position);
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn fields(&mut self, reader: &mut Reader<'p>, moves: &'p [Move]) -> Result<()> {
        for one in moves {
            match one {
                Move::Field(step) => self.step(reader, *step)?,
                Move::Insert(bytes) => self.insert(reader, bytes)?,
                Move::Copy(shapes) => reader.skip_all(self.writer(), shapes)?,
                Move::Skip(shapes) => {
                    self.copy_until(reader.position());
                    reader.skip_all(self.writer(), shapes)?;
                    self.copied = reader.position();
                }
                Move::Reordered { fields, moves } => self.reordered(reader, fields, moves)?,
            }
        }
        Ok(())
    }

    /// Notes where each field begins, then takes them in the order of the reader.
    fn reordered(&mut self, reader: &mut Reader<'p>, fields: &[ShapeId], moves: &'p [Pick]) -> Result<()> {
        self.copy_until(reader.position());
        let (mut few, mut many) = ([0; FEW], Vec::new());
        let marks = if fields.len() < FEW {
            &mut few[..=fields.len()]
        } else {
            many.resize(fields.len() + 1, 0);
            &mut many[..]
        };
        for (mark, &field) in marks.iter_mut().zip(fields) {
            *mark = reader.position();
            reader.skip(self.writer(), field)?;
        }
        let end = reader.position();
        marks[fields.len()] = end;
        for one in moves {
            match one {
                Pick::Copy(index) => {
                    let range = marks[*index]..marks[index + 1];
                    self.out.extend_from_slice(&self.payload[range]);
                }
                Pick::Field(index, step) => {
                    self.copied = marks[*index];
                    reader.seek(self.payload, self.copied);
                    self.step(reader, *step)?;
                    self.copy_until(reader.position());
                }
                Pick::Insert(bytes) => {
                    self.copied = reader.position();
                    self.insert(reader, bytes)?;
                }
            }
        }
        reader.seek(self.payload, end);
        self.copied = end;
        Ok(())
    }
}

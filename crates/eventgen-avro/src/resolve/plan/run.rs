//! Runs a plan over a payload.
//!
//! Valid values are processed by their positions in the payload. Anything unusual is left to the reader, which is set to
//! the position first and reports what is wrong.

use super::rescale::{extended, rescaled};
use super::step::{Move, Pick, Plan, Row, Step, StepId};
use crate::codec::part;
use crate::codec::unchecked::{self, Number, Part, Raw};
use crate::{DecodeError, DecodeErrorKind, Limits, Reader};

type Result<T> = std::result::Result<T, DecodeError>;

/// Up to this many reordered fields need no allocation.
const FEW: usize = 8;

/// The memory that an inserted byte may cost: the rewritten payload, twice while it grows, and the string that is read
/// from it.
const INSERTED: usize = 4;

/// Rewrites a payload. Returns the memory that items may still use.
pub(super) fn run(plan: &Plan, payload: &[u8], limits: Limits, out: &mut Vec<u8>) -> Result<usize> {
    let mut reader = Reader::with_limits(payload, limits);
    out.reserve(payload.len());
    let mut rewrite = Rewrite { plan, payload, at: 0, copied: 0, out };
    rewrite.step(&mut reader, plan.root)?;
    rewrite.copy_until(rewrite.at);
    reader.seek(payload, rewrite.at);
    let budget = reader.budget();
    reader.finish()?;
    Ok(budget)
}

#[cold]
fn out_of_range(position: usize, value: String) -> DecodeError {
    DecodeError::new(position, DecodeErrorKind::DoesNotConvert { value })
}

struct Rewrite<'p> {
    plan: &'p Plan,
    payload: &'p [u8],
    /// The position up to which the payload has been read.
    at: usize,
    /// The bytes from here to `at` are copied unchanged, in one range, before anything else is written.
    copied: usize,
    out: &'p mut Vec<u8>,
}

impl<'p> Rewrite<'p> {
    fn put(&mut self, part: impl Part) {
        // None of the parts here can fail.
        unchecked::append(self.out, part, &mut None);
    }

    #[inline]
    fn copy_until(&mut self, position: usize) {
        self.put(Raw(&self.payload[self.copied..position]));
        self.copied = position;
    }

    /// Replaces what was read since `start`.
    #[inline]
    fn replace(&mut self, start: usize, part: impl Part) {
        self.copy_until(start);
        self.put(part);
        self.copied = self.at;
    }

    /// What the reader reads here.
    fn read<T>(
        &mut self,
        reader: &mut Reader<'p>,
        read: impl FnOnce(&mut Reader<'p>) -> Result<T>,
    ) -> Result<T> {
        reader.seek(self.payload, self.at);
        let value = read(reader)?;
        self.at = reader.position();
        Ok(value)
    }

    /// Goes over values of the writer.
    #[inline]
    fn pass(&mut self, reader: &mut Reader<'p>, row: &'p Row) -> Result<()> {
        match self.plan.writer.skips().ends(&row.skips, self.payload, self.at) {
            Some(end) => {
                self.at = end;
                Ok(())
            }
            None => self.pass_slowly(reader, row),
        }
    }

    #[inline(never)]
    fn pass_slowly(&mut self, reader: &mut Reader<'p>, row: &'p Row) -> Result<()> {
        let structure = &self.plan.writer;
        self.read(reader, |reader| row.nodes.iter().try_for_each(|&node| reader.skip(structure, node)))
    }

    #[expect(clippy::cast_precision_loss, reason = "a promotion may lose precision (specification 1.12)")]
    fn step(&mut self, reader: &mut Reader<'p>, id: StepId) -> Result<()> {
        let (plan, start) = (self.plan, self.at);
        match &plan.steps[id] {
            Step::Copy(row) => self.pass(reader, row)?,
            Step::Text => drop(self.read(reader, Reader::string_ref)?),
            Step::ToFloat => {
                let number = self.read(reader, Reader::long)?;
                self.replace(start, part::float(number as f32));
            }
            Step::ToDouble { int: true } => {
                let number = self.read(reader, Reader::int)?;
                self.replace(start, part::double(f64::from(number)));
            }
            Step::ToDouble { int: false } => {
                let number = self.read(reader, Reader::long)?;
                self.replace(start, part::double(number as f64));
            }
            Step::Widen => {
                let number = self.read(reader, Reader::float)?;
                self.replace(start, part::double(f64::from(number)));
            }
            Step::Multiply { factor, int } => {
                let number = self
                    .read(reader, |reader| if *int { reader.int().map(i64::from) } else { reader.long() })?;
                let product =
                    number.checked_mul(*factor).ok_or_else(|| out_of_range(start, number.to_string()))?;
                self.replace(start, part::long(product));
            }
            Step::Rescale { digits, size: None } => {
                let number = rescaled(self.read(reader, Reader::bytes_ref)?, *digits);
                reader.charge(start, number.len(), INSERTED)?;
                self.replace(start, part::bytes(&number));
            }
            Step::Rescale { digits, size: Some(size) } => {
                let number = rescaled(self.read(reader, |reader| reader.take(*size))?, *digits);
                let number =
                    extended(&number, *size).ok_or_else(|| out_of_range(start, "a decimal".to_owned()))?;
                self.replace(start, Raw(&number));
            }
            Step::Symbols(symbols) => self.symbol(reader, symbols)?,
            Step::Items { node, step } => {
                let min = plan.writer.get(*node).min;
                self.blocks(reader, min, |rewrite, reader| rewrite.step(reader, *step))?;
            }
            Step::Values { node, step } => {
                let min = plan.writer.get(*node).min.saturating_add(1);
                self.blocks(reader, min, |rewrite, reader| {
                    rewrite.read(reader, Reader::bytes_ref)?;
                    rewrite.step(reader, *step)
                })?;
            }
            Step::Branches(branches) => {
                let index = self.read(reader, |reader| reader.branch(branches.len()))?;
                match &branches[index] {
                    Ok(step) => {
                        self.copy_until(start);
                        self.copied = self.at;
                        self.step(reader, *step)?;
                    }
                    Err(reason) => {
                        let kind = DecodeErrorKind::ForeignBranch { index, reason: reason.clone() };
                        return Err(DecodeError::new(start, kind));
                    }
                }
            }
            Step::Branch { index, step } => {
                self.replace(start, part::long(*index));
                self.step(reader, *step)?;
            }
            Step::Fields { moves, recursive: false } => self.fields(reader, moves)?,
            Step::Fields { moves, recursive: true } => reader.nested(|reader| self.fields(reader, moves))?,
        }
        Ok(())
    }

    /// The reader's index for a symbol of the writer.
    #[inline]
    fn symbol(
        &mut self,
        reader: &mut Reader<'p>,
        symbols: &[std::result::Result<u32, String>],
    ) -> Result<()> {
        let start = self.at;
        // An index takes one byte, except for very long enums and writers that use a longer encoding.
        let known = match self.payload.get(start) {
            Some(index) if index & 0x81 == 0 => symbols.get(usize::from(index >> 1)),
            _ => None,
        };
        if let Some(Ok(ours)) = known {
            self.at += 1;
            self.replace(start, Number(u64::from(*ours) << 1));
            return Ok(());
        }
        let index = self.read(reader, Reader::long)?;
        let kind = match usize::try_from(index).ok().and_then(|index| symbols.get(index)) {
            Some(Ok(ours)) => {
                self.replace(start, Number(u64::from(*ours) << 1));
                return Ok(());
            }
            Some(Err(symbol)) => DecodeErrorKind::ForeignSymbol { symbol: symbol.clone() },
            None => DecodeErrorKind::UnknownSymbol { index, symbols: symbols.len() },
        };
        Err(DecodeError::new(start, kind))
    }

    /// Blocks of items that change. The size of a block in bytes changes too and is left out.
    fn blocks(
        &mut self,
        reader: &mut Reader<'p>,
        min: usize,
        mut item: impl FnMut(&mut Self, &mut Reader<'p>) -> Result<()>,
    ) -> Result<()> {
        loop {
            let start = self.at;
            // The decoder counts the memory of items; here, only items without bytes are counted.
            let count = self.read(reader, |reader| reader.block(min, 0))?;
            let sized = self.payload.get(start).is_some_and(|first| first & 1 == 1);
            if sized {
                self.replace(start, part::long(i64::try_from(count).unwrap_or(i64::MAX)));
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
        reader.charge(self.at, bytes.len(), INSERTED)?;
        self.copy_until(self.at);
        self.put(Raw(bytes));
        Ok(())
    }

    fn fields(&mut self, reader: &mut Reader<'p>, moves: &'p [Move]) -> Result<()> {
        for one in moves {
            match one {
                Move::Field(step) => self.step(reader, *step)?,
                Move::Insert(bytes) => self.insert(reader, bytes)?,
                Move::Copy(row) => self.pass(reader, row)?,
                Move::Skip(row) => {
                    self.copy_until(self.at);
                    self.pass(reader, row)?;
                    self.copied = self.at;
                }
                Move::Reordered { fields, moves } => self.reordered(reader, fields, moves)?,
            }
        }
        Ok(())
    }

    /// Records where each field starts, then takes them in the order of the reader.
    fn reordered(&mut self, reader: &mut Reader<'p>, fields: &'p Row, moves: &'p [Pick]) -> Result<()> {
        self.copy_until(self.at);
        let (mut few, mut many) = ([0; FEW], Vec::new());
        let count = fields.skips.len();
        let marks = match few.get_mut(..=count) {
            Some(few) => few,
            None => {
                many.resize(count + 1, 0);
                &mut many[..]
            }
        };
        self.mark(reader, fields, marks)?;
        for one in moves {
            match one {
                Pick::Copy(index) => self.put(Raw(&self.payload[marks[*index]..marks[index + 1]])),
                Pick::Field(index, step) => {
                    (self.at, self.copied) = (marks[*index], marks[*index]);
                    self.step(reader, *step)?;
                    self.copy_until(self.at);
                }
                Pick::Insert(bytes) => {
                    self.copied = self.at;
                    self.insert(reader, bytes)?;
                }
            }
        }
        (self.at, self.copied) = (marks[count], marks[count]);
        Ok(())
    }

    /// Records where each value starts, and where the last one ends.
    fn mark(&mut self, reader: &mut Reader<'p>, row: &'p Row, marks: &mut [usize]) -> Result<()> {
        let structure = &self.plan.writer;
        for ((mark, &skip), &node) in marks.iter_mut().zip(&row.skips).zip(&row.nodes) {
            *mark = self.at;
            match structure.skips().end(skip, self.payload, self.at) {
                Some(end) => self.at = end,
                None => self.read(reader, |reader| reader.skip(structure, node))?,
            }
        }
        marks[row.skips.len()] = self.at;
        Ok(())
    }
}

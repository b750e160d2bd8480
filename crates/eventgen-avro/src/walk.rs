//! Going over values by their shape: to leave them out, and to find the field in which something is wrong.

use std::fmt::Write as _;

use super::shape::{Shape, ShapeId, Shapes};
use super::{DecodeError, DecodeErrorKind, Limits, Reader};

impl Reader<'_> {
    /// Goes over a value. Its structure is checked, its content is not looked at.
    pub(super) fn skip(&mut self, shapes: &Shapes, id: ShapeId) -> Result<(), DecodeError> {
        let skims = shapes.skims();
        match skims.end(skims.skim(id), self.rest(), 0).and_then(|end| self.rest().get(end..)) {
            Some(rest) => {
                self.go_on(rest);
                Ok(())
            }
            None => self.skip_slowly(shapes, id),
        }
    }

    #[cold]
    fn skip_slowly(&mut self, shapes: &Shapes, id: ShapeId) -> Result<(), DecodeError> {
        let node = shapes.get(id);
        if let Some(size) = node.size {
            return self.take(size).map(drop);
        }
        match &node.shape {
            Shape::Int => self.int().map(drop),
            Shape::Long | Shape::Enum { .. } => self.long().map(drop),
            Shape::Bytes | Shape::String => self.bytes_ref().map(drop),
            Shape::Array(items) => self.skip_items(shapes, *items),
            Shape::Map(values) => loop {
                let count = self.block(shapes.get(*values).min + 1, 0)?;
                if count == 0 {
                    return Ok(());
                }
                for _ in 0..count {
                    self.bytes_ref()?;
                    self.skip(shapes, *values)?;
                }
            },
            Shape::Union(branches) => {
                let branch = self.branch(branches.len())?;
                self.skip(shapes, branches[branch])
            }
            Shape::Record { fields, .. } if node.recursive => {
                self.nested(|reader| fields.iter().try_for_each(|field| reader.skip(shapes, field.shape)))
            }
            Shape::Record { fields, .. } => {
                fields.iter().try_for_each(|field| self.skip(shapes, field.shape))
            }
            // All others have a fixed size.
            _ => Ok(()),
        }
    }

    fn skip_items(&mut self, shapes: &Shapes, items: ShapeId) -> Result<(), DecodeError> {
        let node = shapes.get(items);
        loop {
            let position = self.position();
            let count = self.block(node.min, 0)?;
            if count == 0 {
                return Ok(());
            }
            match node.size.map(|size| count.checked_mul(size)) {
                Some(Some(size)) => drop(self.take(size)?),
                Some(None) => {
                    return Err(DecodeError::new(position, DecodeErrorKind::TooManyItems { count }));
                }
                None => (0..count).try_for_each(|_| self.skip(shapes, items))?,
            }
        }
    }

    /// The index of a union's branch.
    pub(super) fn branch(&mut self, branches: usize) -> Result<usize, DecodeError> {
        let position = self.position();
        let index = self.long()?;
        usize::try_from(index)
            .ok()
            .filter(|index| *index < branches)
            .ok_or_else(|| DecodeError::unknown_branch(position, index, branches))
    }
}

/// The path of the field in which reading failed at a position.
pub(super) fn path(shapes: &Shapes, payload: &[u8], position: usize, limits: Limits) -> String {
    let mut search = Search { shapes, target: position, path: String::new() };
    search.descend(&mut Reader::with_limits(payload, limits), Shapes::ROOT);
    search.path
}

struct Search<'s> {
    shapes: &'s Shapes,
    target: usize,
    path: String,
}

impl Search<'_> {
    /// Whether the failure lies in the value that begins here; the reader goes over it if not.
    fn is_in(&self, reader: &mut Reader<'_>, id: ShapeId) -> bool {
        let mut ahead = reader.clone();
        if ahead.skip(self.shapes, id).is_ok() && ahead.position() <= self.target {
            *reader = ahead;
            return false;
        }
        true
    }

    /// Extends the path from a value in which the failure lies. A payload that is cut off inside a structure's own bytes
    /// ends the path there.
    fn descend(&mut self, reader: &mut Reader<'_>, id: ShapeId) {
        match &self.shapes.get(id).shape {
            Shape::Record { fields, .. } => {
                let descended = reader.nested(|reader| {
                    if let Some(field) = fields.iter().find(|field| self.is_in(reader, field.shape)) {
                        if !self.path.is_empty() {
                            self.path.push('.');
                        }
                        self.path.push_str(&field.name);
                        self.descend(reader, field.shape);
                    }
                    Ok(())
                });
                drop(descended);
            }
            Shape::Union(branches) => {
                if let Ok(branch) = reader.branch(branches.len())
                    && reader.position() <= self.target
                {
                    self.descend(reader, branches[branch]);
                }
            }
            Shape::Array(items) => self.items(reader, *items),
            Shape::Map(values) => self.entries(reader, *values),
            _ => {}
        }
    }

    fn items(&mut self, reader: &mut Reader<'_>, items: ShapeId) {
        let mut index = 0;
        while let Ok(count @ 1..) = reader.block(self.shapes.get(items).min, 0) {
            // Items without bytes cannot be wrong.
            if reader.position() > self.target || self.shapes.get(items).size == Some(0) {
                return;
            }
            for _ in 0..count {
                if self.is_in(reader, items) {
                    let _ = write!(self.path, "[{index}]");
                    return self.descend(reader, items);
                }
                index += 1;
            }
        }
    }

    fn entries(&mut self, reader: &mut Reader<'_>, values: ShapeId) {
        while let Ok(count @ 1..) = reader.block(self.shapes.get(values).min + 1, 0) {
            for _ in 0..count {
                let Ok(key) = reader.string_ref() else { return };
                if reader.position() > self.target {
                    return;
                }
                if self.is_in(reader, values) {
                    let _ = write!(self.path, "[{key:?}]");
                    return self.descend(reader, values);
                }
            }
        }
    }
}

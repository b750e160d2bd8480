//! Walks over values: to skip them, and to find the field of an error.

use std::fmt::Write as _;

use super::graph::{Kind, NodeId};
use super::structure::Structure;
use crate::{DecodeError, DecodeErrorKind, Limits, Reader};

impl Reader<'_> {
    /// Skips a value. Checks its structure, not its content.
    pub(super) fn skip(&mut self, structure: &Structure, id: NodeId) -> Result<(), DecodeError> {
        let skips = structure.skips();
        match skips.end(skips.of_node(id), self.rest(), 0).and_then(|end| self.rest().get(end..)) {
            Some(rest) => {
                self.go_on(rest);
                Ok(())
            }
            None => self.skip_slowly(structure, id),
        }
    }

    #[cold]
    fn skip_slowly(&mut self, structure: &Structure, id: NodeId) -> Result<(), DecodeError> {
        let node = structure.get(id);
        if let Some(size) = node.size {
            return self.take(size).map(drop);
        }
        match &node.kind {
            Kind::Int => self.int().map(drop),
            Kind::Long | Kind::Enum { .. } => self.long().map(drop),
            Kind::Bytes | Kind::String => self.bytes_ref().map(drop),
            Kind::Array(items) => self.skip_items(structure, *items),
            Kind::Map(values) => loop {
                let count = self.block(structure.get(*values).min.saturating_add(1), 0)?;
                if count == 0 {
                    return Ok(());
                }
                for _ in 0..count {
                    self.bytes_ref()?;
                    self.skip(structure, *values)?;
                }
            },
            Kind::Union(branches) => {
                let branch = self.branch(branches.len())?;
                self.skip(structure, branches[branch])
            }
            Kind::Record { fields, .. } if node.recursive => {
                self.nested(|reader| fields.iter().try_for_each(|field| reader.skip(structure, field.node)))
            }
            Kind::Record { fields, .. } => {
                fields.iter().try_for_each(|field| self.skip(structure, field.node))
            }
            // All others have a fixed size.
            _ => Ok(()),
        }
    }

    fn skip_items(&mut self, structure: &Structure, items: NodeId) -> Result<(), DecodeError> {
        let node = structure.get(items);
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
                None => (0..count).try_for_each(|_| self.skip(structure, items))?,
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

/// The path of the field in which reading failed, by the position of the failure.
pub(super) fn path(structure: &Structure, payload: &[u8], position: usize, limits: Limits) -> String {
    let mut search = Search { structure, target: position, path: String::new() };
    search.descend(&mut Reader::with_limits(payload, limits), structure.root());
    search.path
}

struct Search<'s> {
    structure: &'s Structure,
    target: usize,
    path: String,
}

impl Search<'_> {
    /// Whether the failure is in the value that starts here. If not, the reader skips it.
    fn is_in(&self, reader: &mut Reader<'_>, id: NodeId) -> bool {
        let mut ahead = reader.clone();
        if ahead.skip(self.structure, id).is_ok() && ahead.position() <= self.target {
            *reader = ahead;
            return false;
        }
        true
    }

    /// Extends the path from a value that contains the failure. The path ends where a payload is cut off between values.
    fn descend(&mut self, reader: &mut Reader<'_>, id: NodeId) {
        match &self.structure.get(id).kind {
            Kind::Record { fields, .. } => {
                let descended = reader.nested(|reader| {
                    if let Some(field) = fields.iter().find(|field| self.is_in(reader, field.node)) {
                        if !self.path.is_empty() {
                            self.path.push('.');
                        }
                        self.path.push_str(&field.name);
                        self.descend(reader, field.node);
                    }
                    Ok(())
                });
                drop(descended);
            }
            Kind::Union(branches) => {
                if let Ok(branch) = reader.branch(branches.len())
                    && reader.position() <= self.target
                {
                    self.descend(reader, branches[branch]);
                }
            }
            Kind::Array(items) => self.items(reader, *items),
            Kind::Map(values) => self.entries(reader, *values),
            _ => {}
        }
    }

    fn items(&mut self, reader: &mut Reader<'_>, items: NodeId) {
        let mut index = 0;
        while let Ok(count @ 1..) = reader.block(self.structure.get(items).min, 0) {
            // Items without bytes cannot be invalid.
            if reader.position() > self.target || self.structure.get(items).size == Some(0) {
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

    fn entries(&mut self, reader: &mut Reader<'_>, values: NodeId) {
        while let Ok(count @ 1..) = reader.block(self.structure.get(values).min.saturating_add(1), 0) {
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

//! The order of a record's fields: as many as possible are processed in one pass, in the order of the writer.

use super::step::{Move, Pick, Row};
use crate::resolve::graph::Field;
use crate::resolve::structure::Structure;

/// The moves that pick these fields of the writer.
pub(super) fn moves(structure: &Structure, from: &[Field], picks: Vec<Pick>) -> Vec<Move> {
    let mut order = Order { structure, from, next: 0, moves: Vec::new() };
    let sizes = groups(&picks);
    let mut rest = picks.into_iter();
    for size in sizes {
        order.add(rest.by_ref().take(size).collect());
    }
    order.skip_to(from.len());
    order.moves
}

fn index(pick: &Pick) -> Option<usize> {
    match pick {
        Pick::Copy(index) | Pick::Field(index, _) => Some(*index),
        Pick::Insert(_) => None,
    }
}

/// The numbers of picks that belong together, in order: all later picks are of later fields.
fn groups(picks: &[Pick]) -> Vec<usize> {
    // The first field of each pick and of those after it.
    let mut behind = vec![usize::MAX; picks.len() + 1];
    for (at, pick) in picks.iter().enumerate().rev() {
        behind[at] = index(pick).unwrap_or(usize::MAX).min(behind[at + 1]);
    }
    let (mut sizes, mut start, mut last) = (Vec::new(), 0, None);
    for (count, pick) in (1..).zip(picks) {
        last = last.max(index(pick));
        if last.is_none_or(|last| behind[count] > last) {
            sizes.push(count - start);
            start = count;
        }
    }
    sizes
}

struct Order<'f> {
    structure: &'f Structure,
    from: &'f [Field],
    /// The next field of the writer.
    next: usize,
    moves: Vec<Move>,
}

impl Order<'_> {
    fn row(&self, end: usize) -> Row {
        Row::of(self.structure, self.from[self.next..end].iter().map(|field| field.node))
    }

    fn skip_to(&mut self, index: usize) {
        if self.next < index {
            self.moves.push(Move::Skip(self.row(index)));
            self.next = index;
        }
    }

    /// Adds picks that belong together.
    fn add(&mut self, mut picks: Vec<Pick>) {
        let indices = || picks.iter().filter_map(index);
        if let (Some(first), Some(last)) = (indices().min(), indices().max())
            && picks.len() > 1
        {
            self.skip_to(first);
            for pick in &mut picks {
                if let Pick::Copy(index) | Pick::Field(index, _) = pick {
                    *index -= first;
                }
            }
            let fields = self.row(last + 1);
            self.next = last + 1;
            return self.moves.push(Move::Reordered { fields, moves: picks });
        }
        for pick in picks {
            match pick {
                Pick::Insert(bytes) => self.moves.push(Move::Insert(bytes)),
                Pick::Copy(index) => {
                    self.skip_to(index);
                    self.next += 1;
                    let one = Row::of(self.structure, [self.from[index].node]);
                    match self.moves.last_mut() {
                        Some(Move::Copy(row)) => row.append(one),
                        _ => self.moves.push(Move::Copy(one)),
                    }
                }
                Pick::Field(index, step) => {
                    self.skip_to(index);
                    self.next += 1;
                    self.moves.push(Move::Field(step));
                }
            }
        }
    }
}

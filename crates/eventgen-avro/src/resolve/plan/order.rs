//! The order of a record's fields: as many as possible are processed in one pass, in the order of the writer.

use super::step::{Move, Pick, Row};
use crate::resolve::graph::Field;
use crate::resolve::structure::Structure;

/// The moves that pick these fields of the writer.
pub(super) fn moves(structure: &Structure, from: &[Field], picks: Vec<Pick>) -> Vec<Move> {
    let mut order = Order { structure, from, next: 0, moves: Vec::new() };
    let mut rest = picks;
    while !rest.is_empty() {
        let behind = rest.split_off(group(&rest));
        order.add(rest);
        rest = behind;
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

/// The number of picks at the start that belong together: all later picks are of later fields.
fn group(picks: &[Pick]) -> usize {
    let mut last = None;
    for (count, pick) in (1..).zip(picks) {
        last = last.max(index(pick));
        if picks[count..].iter().filter_map(index).all(|index| Some(index) > last) {
            return count;
        }
    }
    picks.len()
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

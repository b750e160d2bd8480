//! Which types of two schemas have the same encoding and the same logical types.

use std::collections::HashMap;

use super::names::are_names_equal;
use crate::model::{LogicalChange, logical_change};
use crate::resolve::graph::{Field, Kind, NodeId};
use crate::resolve::structure::Structure;

type Pair = (NodeId, NodeId);

/// What is known of the pairs of types. Each pair is compared once, without recursion.
pub(super) struct Sameness<'a> {
    writer: &'a Structure,
    reader: &'a Structure,
    decided: HashMap<Pair, bool>,
}

impl<'a> Sameness<'a> {
    pub(super) fn new(writer: &'a Structure, reader: &'a Structure) -> Self {
        Self { writer, reader, decided: HashMap::new() }
    }

    /// Whether a pair is the same. Recursive types are the same if nothing else differs.
    pub(super) fn is_same(&mut self, pair: Pair) -> bool {
        if let Some(&decided) = self.decided.get(&pair) {
            return decided;
        }
        // All pairs that are reached and not decided yet are taken for the same at first.
        let (mut open, mut reached) = (vec![pair], vec![pair]);
        let (mut users, mut different): (HashMap<Pair, Vec<Pair>>, Vec<Pair>) = (HashMap::new(), Vec::new());
        self.decided.insert(pair, true);
        while let Some(next) = open.pop() {
            let Some(inner) = self.inner(next) else {
                different.push(next);
                continue;
            };
            for pair in inner {
                match self.decided.get(&pair) {
                    Some(false) => different.push(next),
                    Some(true) => {}
                    None => {
                        self.decided.insert(pair, true);
                        open.push(pair);
                        reached.push(pair);
                    }
                }
                users.entry(pair).or_default().push(next);
            }
        }
        // A type that holds one that differs differs too.
        while let Some(pair) = different.pop() {
            self.decided.insert(pair, false);
            different.extend(users.remove(&pair).unwrap_or_default());
        }
        self.decided.get(&pair).copied().unwrap_or_default()
    }

    /// The pairs that must be the same; `None` if the two differ by themselves.
    fn inner(&self, (writer, reader): Pair) -> Option<Vec<Pair>> {
        let (from, to) = (self.writer.get(writer), self.reader.get(reader));
        if logical_change(from.logical, to.logical) != Some(LogicalChange::None) {
            return None;
        }
        let all = |from: &[NodeId], to: &[NodeId]| {
            (from.len() == to.len()).then(|| from.iter().copied().zip(to.iter().copied()).collect())
        };
        match (&from.kind, &to.kind) {
            (Kind::Fixed { names: theirs, size: from }, Kind::Fixed { names: ours, size: to }) => {
                (are_names_equal(theirs, ours) && from == to).then(Vec::new)
            }
            (
                Kind::Enum { names: theirs, symbols: from, .. },
                Kind::Enum { names: ours, symbols: to, .. },
            ) => (are_names_equal(theirs, ours) && from == to).then(Vec::new),
            (Kind::Array(from), Kind::Array(to)) | (Kind::Map(from), Kind::Map(to)) => {
                Some(vec![(*from, *to)])
            }
            (Kind::Union(from), Kind::Union(to)) => all(from, to),
            (Kind::Record { names: theirs, fields: from }, Kind::Record { names: ours, fields: to }) => {
                let nodes = |fields: &[Field]| fields.iter().map(|field| field.node).collect::<Vec<_>>();
                let have_one_name = |(from, to): (&Field, &Field)| from.name == to.name;
                let are_equivalent = are_names_equal(theirs, ours) && from.iter().zip(to).all(have_one_name);
                if are_equivalent { all(&nodes(from), &nodes(to)) } else { None }
            }
            (from, to) => (from.name() == to.name()).then(Vec::new),
        }
    }
}

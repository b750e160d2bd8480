//! Recursive types: where a `Box` is needed so that a value has a finite size, and which types nest without a bound, so
//! that reading them counts levels.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::types::{Type, TypeGraph, TypeId};

use crate::model::unions::{UnionShape, Unions};

/// One type in the memory of another: the holder, the held type, and whether it is a branch of a union.
type Held = (TypeId, TypeId, bool);

/// The recursive types of a contract.
#[derive(Debug, Default)]
pub(crate) struct Cycles {
    boxed: BTreeSet<Held>,
    recursive: BTreeSet<TypeId>,
}

impl Cycles {
    pub(crate) fn of(types: &TypeGraph, unions: &Unions) -> Self {
        let mut held = BTreeSet::new();
        let mut contained: BTreeSet<(TypeId, TypeId)> = BTreeSet::new();
        let mut walk = |holder: TypeId, id: TypeId, in_union: bool| {
            let mut walker = Walker { types, unions, holder, held: &mut held, contained: &mut contained };
            walker.walk(id, true, in_union);
        };
        for (id, ty) in types.iter() {
            if let Type::Record(record) = ty {
                for field in &record.fields {
                    walk(id, field.type_id, false);
                }
            }
        }
        for union in &unions.enums {
            if let Type::Union(branches) = types.get(union.id) {
                for &branch in branches {
                    walk(union.id, branch, true);
                }
            }
        }
        let mut cycles = Self::default();
        let together = components(contained.iter().copied());
        cycles.recursive.extend(
            contained
                .iter()
                .filter(|(holder, target)| together(*holder, *target))
                .map(|&(holder, _)| holder)
                .filter(|&id| matches!(types.get(id), Type::Record(_))),
        );
        // A value can end a cycle at a union only, so a box at every branch that leads back breaks all cycles that have
        // values. Cycles without a union have no values, but their types need boxes to compile.
        for in_union_only in [true, false] {
            let left: Vec<Held> = held.iter().filter(|&held| !cycles.boxed.contains(held)).copied().collect();
            let together = components(left.iter().map(|&(holder, target, _)| (holder, target)));
            let more = left.iter().filter(|&&(holder, target, in_union)| {
                together(holder, target) && (in_union || !in_union_only)
            });
            cycles.boxed.extend(more);
        }
        cycles
    }

    /// Whether the held type is boxed.
    pub(crate) fn boxed(&self, holder: TypeId, target: TypeId, in_union: bool) -> bool {
        self.boxed.contains(&(holder, target, in_union))
    }

    /// Whether a record can contain a value of itself.
    pub(crate) fn is_recursive(&self, record: TypeId) -> bool {
        self.recursive.contains(&record)
    }
}

/// Collects what one record or enum holds.
struct Walker<'a> {
    types: &'a TypeGraph,
    unions: &'a Unions,
    holder: TypeId,
    held: &'a mut BTreeSet<Held>,
    contained: &'a mut BTreeSet<(TypeId, TypeId)>,
}

impl Walker<'_> {
    /// `direct`: in the holder's own memory.
    fn walk(&mut self, id: TypeId, direct: bool, in_union: bool) {
        match self.types.get(id) {
            Type::Array(inner) | Type::Map(inner) => self.walk(*inner, false, false),
            Type::Record(_) => self.hold(id, direct, in_union),
            Type::Union(branches) => match (UnionShape::of(branches, self.types), self.unions.first(id)) {
                (UnionShape::Single(inner), _) => self.walk(inner, direct, in_union),
                (UnionShape::Nullable { inner, .. }, _) => self.walk(inner, direct, true),
                (UnionShape::Enum { .. }, first) => self.hold(first.unwrap_or(id), direct, in_union),
            },
            _ => {}
        }
    }

    fn hold(&mut self, target: TypeId, direct: bool, in_union: bool) {
        self.contained.insert((self.holder, target));
        if direct {
            self.held.insert((self.holder, target, in_union));
        }
    }
}

/// Whether two nodes are in the same strongly connected component (Kosaraju's algorithm).
fn components(edges: impl Iterator<Item = (TypeId, TypeId)>) -> impl Fn(TypeId, TypeId) -> bool {
    let (mut forward, mut backward): (BTreeMap<_, Vec<_>>, BTreeMap<_, Vec<_>>) = Default::default();
    for (from, to) in edges {
        forward.entry(from).or_default().push(to);
        forward.entry(to).or_default();
        backward.entry(to).or_default().push(from);
    }
    let mut finished = Vec::with_capacity(forward.len());
    let mut seen = BTreeSet::new();
    for &start in forward.keys() {
        visit(start, &forward, &mut seen, &mut finished);
    }
    let mut component = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for &start in finished.iter().rev() {
        let mut members = Vec::new();
        visit(start, &backward, &mut seen, &mut members);
        component.extend(members.into_iter().map(|member| (member, start)));
    }
    move |a, b| component.contains_key(&a) && component.get(&a) == component.get(&b)
}

/// Appends the nodes that can be reached and were not seen, in postorder. The stack is explicit: schemas may nest deeper
/// than the thread's stack allows.
fn visit(
    start: TypeId,
    edges: &BTreeMap<TypeId, Vec<TypeId>>,
    seen: &mut BTreeSet<TypeId>,
    finished: &mut Vec<TypeId>,
) {
    let targets = |id: TypeId| edges.get(&id).map(Vec::as_slice).unwrap_or_default().iter();
    if !seen.insert(start) {
        return;
    }
    let mut stack = vec![(start, targets(start))];
    while let Some((id, rest)) = stack.last_mut() {
        match rest.next() {
            Some(&next) => {
                if seen.insert(next) {
                    stack.push((next, targets(next)));
                }
            }
            None => {
                finished.push(*id);
                stack.pop();
            }
        }
    }
}

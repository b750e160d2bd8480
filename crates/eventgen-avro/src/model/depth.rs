//! How deeply types hold each other: records in arrays in records, by whatever names.
//!
//! A schema may be flat and its types nested more deeply than the passes that walk them have stack for. The Rust
//! compiler is the most demanding of these: it looks into every type that a type holds, and follows every reference. What
//! walks over values follows a reference between records that contain each other only as far as the values go, which have
//! a limit of their own.

use super::{Name, Type, TypeGraph, TypeId, components};

/// The deepest nesting that is accepted: several times more than real schemas need, and what a thread with two
/// mebibytes of stack handles in a build script without optimization.
pub const MAX_LEVELS: usize = 500;

/// The record that holds types most deeply, with the number of levels. The first of several.
pub fn deepest_record(types: &TypeGraph) -> Option<(TypeId, &Name, usize)> {
    deepest(types, heights(types))
}

/// The record in which types are nested most deeply, with the number of levels, where records that contain each other
/// count as one. The first of several.
pub fn deepest_nesting(types: &TypeGraph) -> Option<(TypeId, &Name, usize)> {
    deepest(types, nestings(types))
}

fn deepest(types: &TypeGraph, levels: Vec<usize>) -> Option<(TypeId, &Name, usize)> {
    let records = types.iter().zip(levels).filter_map(|((id, ty), height)| match ty {
        Type::Record(record) => Some((id, &record.name, height)),
        _ => None,
    });
    records.reduce(|deepest, next| if next.2 > deepest.2 { next } else { deepest })
}

/// A type whose inner types are being visited.
struct Visit {
    id: TypeId,
    inner: Vec<TypeId>,
    deepest: usize,
}

/// The levels of each type, in the order of the graph: its own and those of the deepest type that it holds. A type
/// inside of itself counts once. Uses an explicit stack, because the thread's may be too small.
fn heights(types: &TypeGraph) -> Vec<usize> {
    let mut heights: Vec<Option<usize>> = types.iter().map(|_| None).collect();
    let mut open: Vec<Visit> = Vec::new();
    let begin = |id: TypeId, heights: &mut Vec<Option<usize>>, open: &mut Vec<Visit>| {
        heights[id.index()] = Some(0);
        open.push(Visit { id, inner: inner(types.get(id)), deepest: 0 });
    };
    for (id, _) in types.iter() {
        if heights[id.index()].is_none() {
            begin(id, &mut heights, &mut open);
        }
        while let Some(top) = open.last_mut() {
            match top.inner.last().map(|&next| (next, heights[next.index()])) {
                Some((_, Some(height))) => {
                    top.deepest = top.deepest.max(height);
                    top.inner.pop();
                }
                Some((next, None)) => begin(next, &mut heights, &mut open),
                None => {
                    heights[top.id.index()] = Some(top.deepest + levels(types.get(top.id)));
                    open.pop();
                }
            }
        }
    }
    heights.into_iter().map(Option::unwrap_or_default).collect()
}

/// The levels of each type, in the order of the graph, where records that contain each other have the levels of the
/// deepest of them.
fn nestings(types: &TypeGraph) -> Vec<usize> {
    let all: Vec<(TypeId, &Type)> = types.iter().collect();
    let targets = |index: usize| inner(all[index].1).into_iter().map(TypeId::index).collect::<Vec<_>>();
    let mut nestings = vec![0; all.len()];
    let mut is_in_component = vec![false; all.len()];
    for component in components(all.len(), targets) {
        for &index in &component {
            is_in_component[index] = true;
        }
        let is_back = |target: usize| is_in_component[target] && matches!(all[target].1, Type::Record(_));
        // Between two records of a component there are as many passes to make as the text nests types without names.
        loop {
            let mut changed = false;
            for &index in component.iter().rev() {
                let inner = targets(index).into_iter().filter(|&target| !is_back(target));
                let deepest = inner.map(|target| nestings[target]).max().unwrap_or_default();
                let nesting = deepest + levels(all[index].1);
                changed |= nestings[index] != nesting;
                nestings[index] = nesting;
            }
            if !changed {
                break;
            }
        }
        let deepest = component.iter().map(|&index| nestings[index]).max().unwrap_or_default();
        for &index in &component {
            (nestings[index], is_in_component[index]) = (deepest, false);
        }
    }
    nestings
}

fn inner(ty: &Type) -> Vec<TypeId> {
    match ty {
        Type::Array(inner) | Type::Map(inner) | Type::Logical { base: inner, .. } => vec![*inner],
        Type::Union(branches) => branches.clone(),
        Type::Record(record) => record.fields.iter().map(|field| field.type_id).collect(),
        _ => Vec::new(),
    }
}

/// The levels that the Rust type of a type counts for in the compiler, rounded up: a record may be boxed or optional, a
/// union is an enum or an `Option` or both, and the collections of the library have inner types of their own.
fn levels(ty: &Type) -> usize {
    match ty {
        Type::Record(_) | Type::Union(_) => 2,
        Type::Array(_) | Type::Map(_) => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, Record};

    fn record(types: &mut TypeGraph, name: &str, held: &[TypeId]) -> TypeId {
        let field = |&type_id: &TypeId| Field {
            name: "f".to_owned(),
            doc: None,
            type_id,
            default: None,
            aliases: Vec::new(),
        };
        let name = Name { namespace: None, name: name.to_owned() };
        let fields = held.iter().map(field).collect();
        types.add(Type::Record(Record { name, doc: None, aliases: Vec::new(), fields }))
    }

    #[test]
    fn levels_add_up_along_the_longest_path() {
        let mut types = TypeGraph::default();
        let text = types.add(Type::String);
        let leaf = record(&mut types, "Leaf", &[text]);
        let list = types.add(Type::Array(leaf));
        let null = types.add(Type::Null);
        let maybe = types.add(Type::Union(vec![null, list]));
        let top = record(&mut types, "Top", &[leaf, maybe, text]);
        let heights = heights(&types);
        assert_eq!(heights[leaf.index()], 2);
        assert_eq!(heights[top.index()], 2 + 2 + 3 + 2);
        assert_eq!(deepest_record(&types).map(|(id, _, levels)| (id, levels)), Some((top, 9)));
    }

    #[test]
    fn records_that_contain_each_other_are_nested_once() {
        let mut types = TypeGraph::default();
        let text = types.add(Type::String);
        let leaf = record(&mut types, "Leaf", &[text]);
        let placeholders: Vec<_> = (0..1000).map(|_| types.add(Type::Null)).collect();
        for (index, &id) in placeholders.iter().enumerate() {
            let list = types.add(Type::Array(placeholders[(index + 1) % 1000]));
            let link = record(&mut types, "Link", &[list, leaf]);
            types.set(id, types.get(link).clone());
        }
        let top = record(&mut types, "Top", &[placeholders[500]]);
        // The top, a link, a list, a leaf or another link.
        assert_eq!(nestings(&types)[top.index()], 2 + 2 + 3);
        assert!(deepest_record(&types).is_some_and(|(.., levels)| levels > 3000));
    }

    #[test]
    fn a_recursive_type_has_a_finite_depth() {
        let mut types = TypeGraph::default();
        let list = types.add(Type::Null);
        let tree = record(&mut types, "Tree", &[list]);
        types.set(list, Type::Array(tree));
        assert!(heights(&types).iter().all(|&height| height <= 5));
    }
}

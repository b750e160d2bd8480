//! How deep types lie in each other: in records in lists in records, by whatever names.
//!
//! A schema file may be flat and its types deeper than anything that walks them has stack for: our own passes, and above
//! all the Rust compiler, which looks into every type that a type holds when it asks whether a value may cross threads.

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::{Type, TypeGraph, TypeId};

/// Where the Rust compiler stops unless a crate says otherwise (`recursion_limit`).
const COMPILER: usize = 128;
/// The deepest that is let through: some times more than a real schema has been seen to need, and as deep as a thread
/// of two mebibytes can hold in a build script, which is not optimised.
const MOST: usize = 500;

/// Reports the record that types lie deepest in, if that is deeper than they may; `place` finds its name in a file.
pub(crate) fn check_nesting(
    types: &TypeGraph,
    place: impl FnOnce(TypeId) -> Option<Span>,
    mistakes: &mut Vec<Diagnostic>,
) {
    let heights = heights(types);
    let records = types.iter().zip(heights).filter_map(|((id, ty), height)| match ty {
        Type::Record(record) => Some((height, id, &record.name)),
        _ => None,
    });
    // Of several that are as deep, the first.
    let deepest = records.reduce(|best, next| if next.0 > best.0 { next } else { best });
    let Some((height, id, name)) = deepest.filter(|&(height, ..)| height > COMPILER) else { return };
    let mistake = if height > MOST {
        let message = format!("in `{name}`, types lie more than {MOST} levels deep in each other");
        Diagnostic::error(code::TOO_DEEP, message).help("let the types refer to each other in shorter chains")
    } else {
        let message = format!("in `{name}`, types lie up to {height} levels deep in each other");
        Diagnostic::lint(code::DEEP_TYPES, message).help(format!(
            "let the types refer to each other in shorter chains, or put `#![recursion_limit = \"{}\"]` at the head of \
             the crate that has the generated code",
            height.next_power_of_two()
        ))
    };
    let remark = format!("the Rust compiler stops at {COMPILER} levels where it is not told otherwise");
    mistakes.push(match place(id) {
        Some(span) => mistake.at(&span, remark),
        None => mistake,
    });
}

/// A type whose content is being looked at.
struct Open {
    id: TypeId,
    held: Vec<TypeId>,
    deepest: usize,
}

/// The levels of each type, by its place in the graph: its own and those of the deepest type that it holds. What is
/// inside of itself counts once. On a stack of its own, for the thread's is what is to be protected.
fn heights(types: &TypeGraph) -> Vec<usize> {
    let mut heights: Vec<Option<usize>> = types.iter().map(|_| None).collect();
    let mut open: Vec<Open> = Vec::new();
    let begin = |id: TypeId, heights: &mut Vec<Option<usize>>, open: &mut Vec<Open>| {
        heights[id.0 as usize] = Some(0);
        open.push(Open { id, held: held(types.get(id)), deepest: 0 });
    };
    for (id, _) in types.iter() {
        if heights[id.0 as usize].is_none() {
            begin(id, &mut heights, &mut open);
        }
        while let Some(top) = open.last_mut() {
            match top.held.last().map(|&next| (next, heights[next.0 as usize])) {
                Some((_, Some(height))) => {
                    top.deepest = top.deepest.max(height);
                    top.held.pop();
                }
                Some((next, None)) => begin(next, &mut heights, &mut open),
                None => {
                    heights[top.id.0 as usize] = Some(top.deepest + levels(types.get(top.id)));
                    open.pop();
                }
            }
        }
    }
    heights.into_iter().map(Option::unwrap_or_default).collect()
}

fn held(ty: &Type) -> Vec<TypeId> {
    match ty {
        Type::Array(inner) | Type::Map(inner) | Type::Logical { base: inner, .. } => vec![*inner],
        Type::Union(branches) => branches.clone(),
        Type::Record(record) => record.fields.iter().map(|field| field.type_id).collect(),
        _ => Vec::new(),
    }
}

/// What the Rust of a type counts for, as seen with the compiler and rounded up: a record may be boxed or optional, a
/// union is an enum or an `Option` or both, and the library's collections have some types of their own inside.
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
    use crate::types::{Field, Name, Record};

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
    fn levels_add_up_along_the_longest_way() {
        let mut types = TypeGraph::default();
        let text = types.add(Type::String);
        let leaf = record(&mut types, "Leaf", &[text]);
        let list = types.add(Type::Array(leaf));
        let null = types.add(Type::Null);
        let maybe = types.add(Type::Union(vec![null, list]));
        let top = record(&mut types, "Top", &[leaf, maybe, text]);
        let heights = heights(&types);
        assert_eq!(heights[leaf.0 as usize], 2);
        assert_eq!(heights[top.0 as usize], 2 + 2 + 3 + 2);
    }

    #[test]
    fn what_holds_itself_has_an_end() {
        let mut types = TypeGraph::default();
        let list = types.add(Type::Null);
        let tree = record(&mut types, "Tree", &[list]);
        types.set(list, Type::Array(tree));
        assert!(heights(&types).iter().all(|&height| height <= 5));
    }
}

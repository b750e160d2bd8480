//! Declares all names, and compares definitions of one name. As in Java, documentation may differ, a name may be written in full or
//! not, and a type may be defined in place or referred to.

use super::declare::{Declarations, collect, name_span, named_kind};
use super::encoding::Encodings;
use super::names::{PRIMITIVES, qualify};
use super::same::{lists, members, same};
use super::{Node, Problem, ProblemKind, Root, Value};

/// Declares the names of all roots. Equivalent definitions of one name count once; others are reported.
pub fn declare<'a>(roots: &'a [Root], problems: &mut Vec<Problem>) -> Declarations<'a> {
    let declarations = collect(roots, problems);
    for (name, node) in &declarations.again {
        let Some(first) = declarations.get(name) else { continue };
        let namespace = first.name.namespace.as_deref();
        if !(Comparison { namespace, declarations: &declarations }.definitions(first.node, node)) {
            let encodings = Encodings { namespace, declarations: &declarations };
            let same_encoding = encodings.definitions(first.node, node);
            problems.push(defined_twice(name, first.node, node, same_encoding));
        }
    }
    declarations
}

fn defined_twice(name: &str, first: &Node, second: &Node, same_encoding: bool) -> Problem {
    let kind = ProblemKind::DefinedTwice { name: name.to_owned(), same_encoding };
    Problem::new(kind, &name_span(second), "this definition differs")
        .at(&name_span(first), "from this one")
        .help("give one of them another name or namespace, or refer to one definition by its name")
}

/// Compares all but the documentation.
struct Comparison<'a> {
    /// The namespace of the definitions.
    namespace: Option<&'a str>,
    declarations: &'a Declarations<'a>,
}

impl Comparison<'_> {
    /// Whether two definitions of the same full name are equivalent.
    fn definitions(&self, a: &Node, b: &Node) -> bool {
        members(a, b, &["name", "namespace", "doc"], |property, a, b| match property {
            "fields" => lists(a, b, |a, b| self.fields(a, b)),
            _ => same(a, b),
        })
    }

    fn fields(&self, a: &Node, b: &Node) -> bool {
        members(a, b, &["doc"], |property, a, b| match property {
            "type" => self.schemas(a, b),
            _ => same(a, b),
        })
    }

    fn schemas(&self, a: &Node, b: &Node) -> bool {
        let (a, b) = (unwrapped(a), unwrapped(b));
        match (self.name(a), self.name(b)) {
            (Some(a), Some(b)) => return a == b,
            (None, None) => {}
            _ => return false,
        }
        match (&a.value, &b.value) {
            (Value::Array(_), _) => lists(a, b, |a, b| self.schemas(a, b)),
            (Value::Object(_), Value::Object(_)) => members(a, b, &[], |property, a, b| match property {
                "type" | "items" | "values" => self.schemas(a, b),
                _ => same(a, b),
            }),
            _ => false,
        }
    }

    /// The full name of a definition or a reference, and whether it is a primitive type.
    fn name(&self, node: &Node) -> Option<(String, bool)> {
        if let Some(written) = node.as_str() {
            if PRIMITIVES.contains(&written) {
                return Some((written.to_owned(), true));
            }
            let declaration = self.declarations.resolve(written, self.namespace);
            let name = declaration.map_or_else(|| written.to_owned(), |found| found.name.to_string());
            return Some((name, false));
        }
        named_kind(node)?;
        let namespace = node.get("namespace").and_then(Node::as_str).or(self.namespace);
        Some((qualify(node.get("name")?.as_str()?, namespace).to_string(), false))
    }
}

/// `{"type": X}` is `X`.
fn unwrapped(node: &Node) -> &Node {
    match node.members() {
        [only] if only.name == "type" => unwrapped(&only.value),
        _ => node,
    }
}

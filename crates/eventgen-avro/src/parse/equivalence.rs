//! Declares all names, and compares definitions of one name. As in Java, documentation may differ, a name may be written in full or
//! not, and a type may be defined in place or referred to.

use super::declare::{Declarations, collect, name_span, named_kind};
use super::names::qualify;
use super::{Member, Node, Problem, ProblemKind, Root, Value};

/// Declares the names of all roots. Equivalent definitions of one name count once; others are reported.
pub fn declare<'a>(roots: &'a [Root], problems: &mut Vec<Problem>) -> Declarations<'a> {
    let declarations = collect(roots, problems);
    for (name, node) in &declarations.again {
        let Some(first) = declarations.get(name) else { continue };
        let namespace = first.name.namespace.as_deref();
        let is = |compared| equivalent(first.node, node, namespace, &declarations, compared);
        if !is(Compared::All) {
            problems.push(defined_twice(name, first.node, node, is(Compared::Encoding)));
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

/// The properties of a definition that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    /// All but the documentation.
    All,
    /// Those that decide how values are encoded and what they mean.
    Encoding,
}

/// The properties that decide how values are encoded and what they mean. Names are compared apart.
const ENCODING: [&str; 9] =
    ["type", "fields", "symbols", "items", "values", "size", "logicalType", "precision", "scale"];

impl Compared {
    /// Whether a property of a schema is compared.
    fn in_schema(self, property: &str) -> bool {
        self == Self::All || ENCODING.contains(&property)
    }

    /// Whether a property of a definition is compared.
    fn in_definition(self, property: &str) -> bool {
        !matches!(property, "name" | "namespace" | "doc") && self.in_schema(property)
    }

    /// Whether a property of a field is compared.
    fn in_field(self, property: &str) -> bool {
        match self {
            Self::All => property != "doc",
            Self::Encoding => matches!(property, "name" | "type"),
        }
    }
}

/// Whether two definitions of the same full name, in this namespace, are equivalent.
fn equivalent(
    a: &Node,
    b: &Node,
    namespace: Option<&str>,
    declarations: &Declarations<'_>,
    compared: Compared,
) -> bool {
    let comparison = Comparison { namespace, declarations, compared };
    let is_compared = |property: &str| compared.in_definition(property);
    members(a, b, is_compared, |member, other| match member.name.as_str() {
        "fields" => lists(&member.value, other, |a, b| comparison.fields(a, b)),
        _ => member.value.to_json() == other.to_json(),
    })
}

struct Comparison<'a> {
    namespace: Option<&'a str>,
    declarations: &'a Declarations<'a>,
    compared: Compared,
}

impl Comparison<'_> {
    fn fields(&self, a: &Node, b: &Node) -> bool {
        members(
            a,
            b,
            |property| self.compared.in_field(property),
            |member, other| match member.name.as_str() {
                "type" => self.schemas(&member.value, other),
                _ => member.value.to_json() == other.to_json(),
            },
        )
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
            (Value::Object(_), Value::Object(_)) => members(
                a,
                b,
                |property| self.compared.in_schema(property),
                |member, other| match member.name.as_str() {
                    "type" | "items" | "values" => self.schemas(&member.value, other),
                    _ => member.value.to_json() == other.to_json(),
                },
            ),
            _ => false,
        }
    }

    /// The full name of a definition or a reference.
    fn name(&self, node: &Node) -> Option<String> {
        if let Some(written) = node.as_str() {
            let declaration = self.declarations.resolve(written, self.namespace);
            return Some(declaration.map_or_else(|| written.to_owned(), |found| found.name.to_string()));
        }
        named_kind(node)?;
        let namespace = node.get("namespace").and_then(Node::as_str).or(self.namespace);
        Some(qualify(node.get("name")?.as_str()?, namespace).to_string())
    }
}

/// `{"type": X}` is `X`.
fn unwrapped(node: &Node) -> &Node {
    match node.members() {
        [only] if only.name == "type" => unwrapped(&only.value),
        _ => node,
    }
}

/// Whether two objects have the same properties among those compared, with equal values.
fn members(
    a: &Node,
    b: &Node,
    compared: impl Fn(&str) -> bool,
    equal: impl Fn(&Member, &Node) -> bool,
) -> bool {
    let compared = |member: &&Member| compared(&member.name);
    let (of_a, of_b) = (a.members().iter().filter(compared), b.members().iter().filter(compared));
    of_a.clone().count() == of_b.count()
        && of_a.clone().all(|member| b.get(&member.name).is_some_and(|other| equal(member, other)))
}

fn lists(a: &Node, b: &Node, equal: impl Fn(&Node, &Node) -> bool) -> bool {
    match (&a.value, &b.value) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        _ => a.to_json() == b.to_json(),
    }
}

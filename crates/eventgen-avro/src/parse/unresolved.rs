//! The problems of references to types that nothing defines.

use super::{Node, Problem, ProblemKind};

/// Types that need an object, with the properties that complete it.
const CONSTRUCTORS: [(&str, &str); 5] = [
    ("array", "\"items\": …"),
    ("map", "\"values\": …"),
    ("record", "\"name\": …, \"fields\": […]"),
    ("enum", "\"name\": …, \"symbols\": […]"),
    ("fixed", "\"name\": …, \"size\": …"),
];

/// The problem of the reference `name` in a namespace.
pub(super) fn unresolved_type(name: &str, node: &Node, namespace: Option<&str>) -> Problem {
    if let Some((_, rest)) = CONSTRUCTORS.iter().find(|(constructor, _)| *constructor == name) {
        let kind = ProblemKind::IncompleteType { name: name.to_owned() };
        return Problem::new(kind, &node.span, "only its name is here")
            .help(format!("write \"type\": {{ \"type\": \"{name}\", {rest} }}"));
    }
    let help = match namespace.filter(|_| !name.contains('.')) {
        Some(namespace) => format!(
            "define it in a schema that is read too; here it means `{namespace}.{name}`, a type of another \
             namespace needs its full name"
        ),
        None => "define it in a schema that is read too".to_owned(),
    };
    let kind = ProblemKind::UnresolvedType { name: name.to_owned() };
    Problem::new(kind, &node.span, "no schema defines this").help(help)
}

/// The problem of a reference inside of a namespace to the definition `name` in the null namespace.
pub(super) fn unreferable_type(name: &str, node: &Node) -> Problem {
    let kind = ProblemKind::UnreferableType { name: name.to_owned() };
    Problem::new(kind, &node.span, "readers look for it in the namespace here")
        .help(format!("give the definition of `{name}` a namespace"))
}

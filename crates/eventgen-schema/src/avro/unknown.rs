//! What is said of a name that no schema defines.

use super::declare::Declarations;
use super::names::PRIMITIVES;
use crate::code;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::node::Node;

/// What makes a type of others or of names, with what must stand in the same object.
const CONSTRUCTORS: [(&str, &str); 5] = [
    ("array", "\"items\": …"),
    ("map", "\"values\": …"),
    ("record", "\"name\": …, \"fields\": […]"),
    ("enum", "\"name\": …, \"symbols\": […]"),
    ("fixed", "\"name\": …, \"size\": …"),
];

/// The mistake of a reference; with the likeliest name if `suggests`.
pub(super) fn unknown_type(
    name: &str,
    node: &Node,
    namespace: Option<&str>,
    declarations: &Declarations<'_>,
    suggests: bool,
) -> Diagnostic {
    if let Some((_, rest)) = CONSTRUCTORS.iter().find(|(constructor, _)| *constructor == name) {
        return Diagnostic::error(code::UNKNOWN_TYPE, format!("`{name}` is no type by itself"))
            .at(&node.span, "what it consists of stands beside it or is missing")
            .help(format!("write \"type\": {{ \"type\": \"{name}\", {rest} }}"));
    }
    let near = if suggests { likeliest(name, declarations) } else { None };
    let remark =
        near.map_or_else(|| "no schema defines this".to_owned(), |near| format!("did you mean `{near}`?"));
    let help = match namespace.filter(|_| !name.contains('.')) {
        Some(namespace) => format!(
            "define it in a schema that is read too; here it means `{namespace}.{name}`, a type of another \
             namespace needs its full name"
        ),
        None => "define it in a schema that is read too".to_owned(),
    };
    Diagnostic::error(code::UNKNOWN_TYPE, format!("type `{name}` is not defined"))
        .at(&node.span, remark)
        .help(help)
}

fn likeliest<'a>(name: &str, declarations: &'a Declarations<'_>) -> Option<&'a str> {
    let shorts = declarations.names().map(|name| name.rsplit('.').next().unwrap_or_default());
    did_you_mean(name, declarations.names().chain(PRIMITIVES).chain(shorts))
}

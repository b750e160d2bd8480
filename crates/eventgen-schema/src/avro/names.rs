//! Names (specification 1.12, "Names"): a short name in a namespace, given apart or as one dotted full name.

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::name_length::too_long;
use crate::node::{Node, Value};
use crate::types::Name;

/// The names of the primitive types.
pub(crate) const PRIMITIVES: [&str; 8] =
    ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

/// Whether text is `[A-Za-z_][A-Za-z0-9_]*`.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A name as written, in a namespace. A dotted name is a full name; the empty namespace is the null namespace.
pub(super) fn qualify(written: &str, namespace: Option<&str>) -> Name {
    match written.rsplit_once('.') {
        Some((namespace, name)) => Name {
            namespace: Some(namespace).filter(|text| !text.is_empty()).map(str::to_owned),
            name: name.into(),
        },
        None => Name {
            namespace: namespace.filter(|text| !text.is_empty()).map(str::to_owned),
            name: written.into(),
        },
    }
}

/// The name of a definition: its `name`, its `namespace`, or the namespace around it.
pub(super) fn defined_name(
    node: &Node,
    enclosing: Option<&str>,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Name> {
    let Some(written) = node.get("name") else {
        mistakes.push(
            Diagnostic::error(code::MALFORMED, "a record, enum or fixed needs a name")
                .at(&node.span, "this has none")
                .help("add \"name\": \"OrderEvent\", say"),
        );
        return None;
    };
    let Some(text) = written.as_str() else {
        mistakes.push(
            Diagnostic::error(code::MALFORMED, "a name is a string")
                .at(&written.span, format!("this is {}", written.kind()))
                .help("write \"name\": \"OrderEvent\", say"),
        );
        return None;
    };
    let own = node.get("namespace").and_then(Node::as_str);
    let name = qualify(text, own.or(enclosing));
    let given = node.get("namespace").filter(|_| !text.contains('.')).unwrap_or(written);
    if let Some(mistake) = too_long(&name.to_string(), &given.span) {
        mistakes.push(mistake);
        return None;
    }
    let spaces = name.namespace.iter().flat_map(|namespace| namespace.split('.'));
    if !spaces.chain([name.name.as_str()]).all(is_name) {
        mistakes.push(
            Diagnostic::error(code::INVALID_NAME, format!("`{name}` is not a name in Avro"))
                .at(&written.span, "this name")
                .help(
                    "a name begins with a letter or `_`, then letters, digits and `_`; dots part a namespace",
                ),
        );
        return None;
    }
    if PRIMITIVES.contains(&name.name.as_str()) {
        mistakes.push(
            Diagnostic::error(
                code::INVALID_NAME,
                format!("`{}` is a primitive type and cannot be defined", name.name),
            )
            .at(&written.span, "this name")
            .help("choose another name"),
        );
        return None;
    }
    Some(name)
}

/// Aliases of a definition, as full names: an undotted alias is in the definition's namespace.
pub(super) fn aliases(node: &Node, name: &Name, mistakes: &mut Vec<Diagnostic>) -> Vec<Name> {
    let aliases = strings_of(node, "aliases", mistakes);
    aliases.iter().map(|alias| qualify(alias, name.namespace.as_deref())).collect()
}

/// The strings of a property, which is a list of them if it is there.
pub(super) fn strings_of(node: &Node, property: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<String> {
    let Some(list) = node.get(property) else { return Vec::new() };
    let strings = match &list.value {
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    strings.unwrap_or_else(|| {
        mistakes.push(
            Diagnostic::error(code::MALFORMED, format!("`{property}` is a list of strings"))
                .at(&list.span, "this is not")
                .help(format!("write \"{property}\": [ \"…\" ]")),
        );
        Vec::new()
    })
}

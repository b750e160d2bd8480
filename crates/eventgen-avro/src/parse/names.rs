//! Names (specification 1.12, "Names"): a short name and a namespace, written separately or as one dotted full name.

use super::name_length::too_long;
use super::{Node, Problem, ProblemKind, Value};
use crate::model::{Name, Type};

/// The names of the primitive types.
pub const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

/// The primitive type of this name.
pub(super) fn primitive(name: &str) -> Option<Type> {
    Some(match name {
        "null" => Type::Null,
        "boolean" => Type::Boolean,
        "int" => Type::Int,
        "long" => Type::Long,
        "float" => Type::Float,
        "double" => Type::Double,
        "bytes" => Type::Bytes,
        "string" => Type::String,
        _ => return None,
    })
}

/// Whether text is `[A-Za-z_][A-Za-z0-9_]*`.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The rule for full names.
const FULL_NAME: &str = "a name begins with a letter or `_`, then letters, digits and `_`; dots separate the parts of a namespace";

fn is_full_name(name: &Name) -> bool {
    let namespace = name.namespace.iter().flat_map(|namespace| namespace.split('.'));
    namespace.chain([&*name.name]).all(is_name)
}

/// The cause of a problem with a full name.
pub(super) fn invalid_name(name: &str) -> ProblemKind {
    invalid_parts(name, name.split('.'))
}

/// The cause of a problem with a field's name or a symbol, which have no namespace.
pub(super) fn invalid_field_name(name: &str) -> ProblemKind {
    invalid_parts(name, std::iter::once(name))
}

fn invalid_parts<'a>(name: &str, mut parts: impl Iterator<Item = &'a str>) -> ProblemKind {
    let is_name_in_java = |part: &str| {
        let mut chars = part.chars();
        chars.next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && chars.all(|char| char.is_alphanumeric() || char == '_')
    };
    let name = name.to_owned();
    if parts.all(is_name_in_java) {
        ProblemKind::NonAsciiName { name }
    } else {
        ProblemKind::InvalidName { name }
    }
}

/// A name as it is written, in a namespace. A dotted name is a full name; the empty namespace is the null namespace.
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

/// The name of a definition: its `name`, in its `namespace` or the enclosing one. `None` if it has no usable name.
pub(super) fn defined_name(
    node: &Node,
    enclosing: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Option<Name> {
    let Some(written) = node.get("name") else {
        problems.push(
            Problem::new(ProblemKind::MissingName, &node.span, "it is missing here")
                .help("add \"name\": \"OrderEvent\", say"),
        );
        return None;
    };
    let Some(text) = written.as_str() else {
        problems.push(
            Problem::new(ProblemKind::NameNotString, &written.span, format!("this is {}", written.kind()))
                .help("write \"name\": \"OrderEvent\", say"),
        );
        return None;
    };
    let own = node.get("namespace");
    // Null is written where there is no namespace, and means that it is inherited.
    if let Some(own) = own.filter(|own| own.as_str().is_none() && !matches!(own.value, Value::Null)) {
        problems.push(
            Problem::new(
                ProblemKind::NotAString { property: "namespace" },
                &own.span,
                format!("this is {}", own.kind()),
            )
            .help("write \"namespace\": \"com.example\", say"),
        );
    }
    let name = qualify(text, own.and_then(Node::as_str).or(enclosing));
    let given = node.get("namespace").filter(|_| !text.contains('.')).unwrap_or(written);
    if let Some(problem) = too_long(&name.to_string(), &given.span) {
        problems.push(problem);
        return None;
    }
    if !is_full_name(&name) {
        problems
            .push(Problem::new(invalid_name(&name.to_string()), &written.span, "this name").help(FULL_NAME));
    } else if PRIMITIVES.contains(&name.name.as_str()) {
        let kind = ProblemKind::PrimitiveName { name: name.name.clone() };
        problems.push(Problem::new(kind, &written.span, "this name").help("choose another name"));
    }
    Some(name)
}

/// Aliases of a definition, as full names: an undotted alias is in the definition's namespace.
pub(super) fn aliases(node: &Node, name: &Name, problems: &mut Vec<Problem>) -> Vec<Name> {
    let aliases = strings_of(node, "aliases", problems);
    let aliases: Vec<_> = aliases.iter().map(|alias| qualify(alias, name.namespace.as_deref())).collect();
    if let Some(Value::Array(items)) = node.get("aliases").map(|list| &list.value) {
        let problems_of = aliases.iter().zip(items).filter(|(alias, _)| !is_full_name(alias));
        problems.extend(problems_of.filter_map(|(alias, item)| match invalid_name(&alias.to_string()) {
            // A type of a writer in Java may have such a name.
            ProblemKind::NonAsciiName { .. } => None,
            kind => Some(Problem::new(kind, &item.span, "this alias").help(FULL_NAME)),
        }));
    }
    aliases
}

/// The strings of an optional property that is a list of strings.
pub(super) fn strings_of(node: &Node, property: &'static str, problems: &mut Vec<Problem>) -> Vec<String> {
    let Some(list) = node.get(property) else { return Vec::new() };
    let strings = match &list.value {
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    strings.unwrap_or_else(|| {
        problems.push(
            Problem::new(ProblemKind::NotStrings { property }, &list.span, "this is not")
                .help(format!("write \"{property}\": [ \"…\" ]")),
        );
        Vec::new()
    })
}

//! Defaults (specification 1.12, "Complex Types", table of default values): a default is a value of its field's type.

use std::collections::BTreeSet;

use super::{Node, Problem, ProblemKind, Value};
use crate::model::{Type, TypeGraph, TypeId};

/// Numbers that JSON cannot represent.
const NOT_FINITE: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// Reports a default that is not a value of its type. The problems of `unbuilt` types have been reported already.
pub(super) fn check_default(
    node: &Node,
    type_id: TypeId,
    types: &TypeGraph,
    unbuilt: &BTreeSet<TypeId>,
    problems: &mut Vec<Problem>,
) {
    if unbuilt.contains(&type_id) {
        return;
    }
    let wrong = |expected: String| {
        let help = format!("write {expected}, or change the type");
        let kind = ProblemKind::InvalidDefault { found: node.kind(), expected };
        Problem::new(kind, &node.span, "not a value of the field's type").help(help)
    };
    let ty = types.get(type_id);
    match (ty, &node.value) {
        (Type::Null, Value::Null)
        | (Type::Boolean, Value::Boolean(_))
        | (Type::Float | Type::Double, Value::Number(_))
        | (Type::String, Value::String(_)) => {}
        // Written as Java and apache-avro write them.
        (Type::Float | Type::Double, Value::String(text)) if NOT_FINITE.contains(&text.as_str()) => {}
        (Type::Int, Value::Number(_)) if node.as_number::<i32>().is_some() => {}
        (Type::Long, Value::Number(_)) if node.as_number::<i64>().is_some() => {}
        (Type::Bytes, Value::String(text)) if is_bytes(text) => {}
        (Type::Fixed(fixed), Value::String(text))
            if is_bytes(text) && text.chars().count() == fixed.size as usize => {}
        (Type::Enum(definition), Value::String(text)) if definition.symbols.contains(text) => {}
        (Type::Array(items), Value::Array(nodes)) => {
            for node in nodes {
                check_default(node, *items, types, unbuilt, problems);
            }
        }
        (Type::Map(values), Value::Object(members)) => {
            for member in members {
                check_default(&member.value, *values, types, unbuilt, problems);
            }
        }
        (Type::Logical { base, .. }, _) => check_default(node, *base, types, unbuilt, problems),
        (Type::Union(branches), _) => match branches.first() {
            Some(&first) => {
                let before = problems.len();
                check_default(node, first, types, unbuilt, problems);
                if let Some(problem) = problems.get_mut(before) {
                    problem.help = Some(
                        "the default of a union is of its first branch, or readers older than Avro 1.12 refuse the \
                         schema: put the branch of the default first"
                            .into(),
                    );
                }
            }
            None => problems.push(wrong("a value of a branch".to_owned())),
        },
        (Type::Record(record), Value::Object(_)) => {
            for field in &record.fields {
                match node.get(&field.name) {
                    Some(value) => check_default(value, field.type_id, types, unbuilt, problems),
                    None if field.default.is_some() => {}
                    None => problems.push(wrong(format!("an object with a field `{}`", field.name))),
                }
            }
        }
        (ty, _) => problems.push(wrong(expectation(ty))),
    }
}

/// Bytes are written as a string of the code points 0 to 255.
fn is_bytes(text: &str) -> bool {
    text.chars().all(|char| u32::from(char) <= 0xff)
}

fn expectation(ty: &Type) -> String {
    match ty {
        Type::Null => "null".to_owned(),
        Type::Boolean => "true or false".to_owned(),
        Type::Int => "a whole number of 32 bits".to_owned(),
        Type::Long => "a whole number of 64 bits".to_owned(),
        Type::Float | Type::Double => "a number".to_owned(),
        Type::Bytes => "a string of code points 0 to 255, one for each byte".to_owned(),
        Type::Fixed(fixed) => format!("a string of {} code points 0 to 255, one for each byte", fixed.size),
        Type::Enum(definition) => format!("one of {}", definition.symbols.join(", ")),
        Type::String => "a string".to_owned(),
        Type::Array(_) => "a list".to_owned(),
        Type::Map(_) | Type::Record(_) => "an object".to_owned(),
        Type::Union(_) | Type::Logical { .. } => "a value of the type".to_owned(),
    }
}

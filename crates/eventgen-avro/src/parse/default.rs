//! Defaults (specification 1.12, "Complex Types", table of default values): a default is a value of its field's type.

use std::collections::BTreeSet;

use super::enums::listed;
use super::{Node, Problem, ProblemKind, Value};
use crate::model::{Type, TypeGraph, TypeId};

/// Numbers that JSON cannot represent.
const NOT_FINITE: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// The first reason why a default is not a value of its type. The problems of `unbuilt` types have been reported already.
pub(super) fn check_default(
    node: &Node,
    type_id: TypeId,
    types: &TypeGraph,
    unbuilt: &BTreeSet<TypeId>,
) -> Result<(), Problem> {
    if unbuilt.contains(&type_id) {
        return Ok(());
    }
    let check = |node, type_id| check_default(node, type_id, types, unbuilt);
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
            nodes.iter().try_for_each(|node| check(node, *items))?;
        }
        (Type::Map(values), Value::Object(members)) => {
            members.iter().try_for_each(|member| check(&member.value, *values))?;
        }
        (Type::Logical { base, .. }, _) => check(node, *base)?,
        (Type::Union(branches), _) => match branches.first() {
            Some(&first) => check(node, first).map_err(|problem| {
                problem.help(
                    "the default of a union is of its first branch, or readers older than Avro 1.12 refuse the \
                     schema: put the branch of the default first",
                )
            })?,
            None => return Err(wrong("a value of a branch".to_owned())),
        },
        (Type::Record(record), Value::Object(_)) => {
            for field in &record.fields {
                match node.get(&field.name) {
                    Some(value) => check(value, field.type_id)?,
                    None if field.default.is_some() => {}
                    None => return Err(wrong(format!("an object with a field `{}`", field.name))),
                }
            }
        }
        (ty, _) => return Err(wrong(expectation(ty))),
    }
    Ok(())
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
        Type::Enum(definition) => format!("one of {}", listed(&definition.symbols)),
        Type::String => "a string".to_owned(),
        Type::Array(_) => "a list".to_owned(),
        Type::Map(_) | Type::Record(_) => "an object".to_owned(),
        Type::Union(_) | Type::Logical { .. } => "a value of the type".to_owned(),
    }
}

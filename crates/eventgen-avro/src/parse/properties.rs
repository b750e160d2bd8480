//! Properties that no encoding depends on: the order of a field, and those of other tools.

use super::{Node, Problem, ProblemKind, Value};

/// The sort orders of a field.
const ORDERS: [&str; 3] = ["ascending", "descending", "ignore"];

/// Properties that have a meaning in Avro, and are checked where they are read.
const READ: [&str; 7] = ["default", "fields", "items", "name", "namespace", "type", "values"];

/// The problem of a field that has an unknown sort order.
pub(super) fn invalid_order(field: &Node, problems: &mut Vec<Problem>) {
    if let Some(order) = field.get("order")
        && !order.as_str().is_some_and(|order| ORDERS.contains(&order))
    {
        problems.push(
            Problem::new(ProblemKind::InvalidOrder, &order.span, "this order")
                .help(format!("it is one of {}", ORDERS.join(", "))),
        );
    }
}

/// The problems of whole numbers beyond 64 bits in the properties of a record, an array or a map. Java's implementation
/// does not parse a schema with one. It keeps them in the properties of fields and of other types.
pub(super) fn beyond_64_bits(node: &Node, problems: &mut Vec<Problem>) {
    let others = node.members().iter().filter(|member| !READ.contains(&member.name.as_str()));
    others.for_each(|member| search(&member.value, &member.name, problems));
}

fn search(node: &Node, property: &str, problems: &mut Vec<Problem>) {
    match &node.value {
        Value::Number(text) if !text.contains(['.', 'e', 'E']) && text.parse::<i64>().is_err() => {
            let kind = ProblemKind::WholeNumberTooLarge { property: property.to_owned() };
            problems.push(
                Problem::new(kind, &node.span, "Java's implementation refuses the schema because of it")
                    .help("write it as a string, or move the property to a field"),
            );
        }
        Value::Array(items) => items.iter().for_each(|item| search(item, property, problems)),
        Value::Object(members) => {
            for member in members {
                search(&member.value, property, problems);
            }
        }
        _ => {}
    }
}

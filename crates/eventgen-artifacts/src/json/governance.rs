//! Tags and rules of the types of an event.

use eventgen_schema::contract::{Contract, Event, RuleDescription};
use eventgen_schema::describe;
use serde::Serialize;

/// A type or a field with tags or rules.
#[derive(Serialize)]
pub(super) struct GovernedObject {
    #[serde(rename = "type")]
    type_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleObject>,
}

#[derive(Serialize)]
struct RuleObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<String>,
}

/// Those of an event.
pub(super) fn governed(contract: &Contract, event: &Event) -> Vec<GovernedObject> {
    let description = describe(contract, event);
    let object = |RuleDescription { name, doc, expression, sql, .. }: &RuleDescription| RuleObject {
        name: name.clone(),
        doc: doc.clone(),
        expr: expression.clone(),
        sql: sql.clone(),
    };
    let governed = description.governed().map(|at| GovernedObject {
        type_name: at.type_name.to_owned(),
        field: at.field.map(str::to_owned),
        tags: at.tags.to_vec(),
        rules: at.rules.iter().map(object).collect(),
    });
    governed.collect()
}

//! Confluent's tags and rules, which are properties of definitions and of fields. They stay in the registered text, and
//! descriptions show them.

use super::parse::declare;
use crate::contract::{Content, Description, Event, RuleDescription};
use crate::node::{Node, Value};
use crate::reader::parse_json;
use crate::source::Sources;
use eventgen_avro::parse::Root;

const TAGS: &str = "confluent:tags";
const RULES: &str = "confluent:rules";

/// Adds the tags and rules of an event's schema to its description.
pub(super) fn add(description: &mut Description, event: &Event) {
    // The text of the event alone: a contract may have thousands.
    if !event.schema.contains(TAGS) && !event.schema.contains(RULES) {
        return;
    }
    let mut sources = Sources::default();
    let source = sources.add("schema", event.schema.clone());
    let Ok(node) = parse_json(&sources, source) else { return };
    let roots = [Root::schema(node, None)];
    let declarations = declare(&roots, &mut Vec::new());
    for ty in &mut description.types {
        let Some(declaration) = declarations.get(&ty.name) else { continue };
        (ty.tags, ty.rules) = (tags(declaration.node), rules(declaration.node));
        let Content::Record(fields) = &mut ty.content else { continue };
        for node in items(declaration.node.get("fields")) {
            let name = node.get("name").and_then(Node::as_str);
            if let Some(field) = fields.iter_mut().find(|field| Some(field.name.as_str()) == name) {
                (field.tags, field.rules) = (tags(node), rules(node));
            }
        }
    }
}

fn tags(node: &Node) -> Vec<String> {
    items(node.get(TAGS)).iter().filter_map(Node::as_str).map(str::to_owned).collect()
}

/// Entries of another form are ignored, as Confluent's clients do.
fn rules(node: &Node) -> Vec<RuleDescription> {
    let rules = items(node.get(RULES)).iter().filter(|rule| matches!(rule.value, Value::Object(_)));
    let rule = |rule: &Node| {
        let text = |name| rule.get(name).and_then(Node::as_str).map(str::to_owned);
        RuleDescription { name: text("name"), doc: text("doc"), expression: text("expr"), sql: text("sql") }
    };
    rules.map(rule).collect()
}

fn items(node: Option<&Node>) -> &[Node] {
    if let Some(Value::Array(items)) = node.map(|node| &node.value) { items } else { &[] }
}

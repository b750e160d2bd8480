//! Operations: who sends to a topic, and which groups receive from it.

use eventgen_schema::Contract;
use serde_json::{Map, Value, json};

use super::binding::{kafka, reference};
use super::channels::Messages;

/// The operations by what they do.
pub(super) fn of(contract: &Contract) -> Map<String, Value> {
    let (mut operations, messages) = (Map::new(), Messages::of(contract));
    for topic in contract.topics.values() {
        for producer in &topic.producers {
            let summary = format!("{producer} sends to {}", topic.name);
            let binding = json!({ "clientId": one(producer) });
            let name = format!("send.{}.{producer}", topic.name);
            operations.insert(name, operation(&messages, "send", &topic.name, &summary, binding));
        }
        for consumer in &topic.consumers {
            let group = &consumer.group;
            let summary = format!("{group} receives from {}", topic.name);
            let binding = json!({ "groupId": one(group) });
            let name = format!("receive.{}.{group}", topic.name);
            operations.insert(name, operation(&messages, "receive", &topic.name, &summary, binding));
            if let Some(dead_letter) = &topic.dead_letter {
                let summary = format!("{group} sends what it cannot handle to {}", dead_letter.topic);
                let name = format!("send.{}.{group}", dead_letter.topic);
                let new = operation(&messages, "send", &dead_letter.topic, &summary, json!({}));
                operations.entry(name).or_insert(new);
            }
        }
    }
    operations
}

fn operation(messages: &Messages<'_>, action: &str, topic: &str, summary: &str, binding: Value) -> Value {
    let message = |name: &str| reference(&format!("#/channels/{topic}/messages/{name}"));
    json!({
        "action": action,
        "channel": reference(&format!("#/channels/{topic}")),
        "summary": summary,
        "messages": messages.on(topic).map(message).collect::<Vec<_>>(),
        "bindings": kafka(binding),
    })
}

/// The schema of one text.
fn one(text: &str) -> Value {
    json!({ "type": "string", "enum": [text] })
}

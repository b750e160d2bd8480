//! `eventgen check`: the contract is right, and this is what it says.

use eventgen_schema::Event;

use crate::arguments;
use crate::failure::Failure;
use crate::load::load;
use crate::outcome::Outcome;
use crate::terminal::{Terminal, count, line, summary};

pub(crate) fn check(arguments: &arguments::Check, terminal: Terminal) -> Result<Outcome, Failure> {
    let loaded = load(&arguments.schemas, arguments.env.as_deref(), terminal)?.loaded;
    let contract = &loaded.contract;
    for topic in contract.topics.values() {
        for event in contract.events_on(&topic.name) {
            line(&format!("{}: {}", topic.name, describe(event)))?;
        }
    }
    summary(&format!(
        "{} on {}, read from {}: no mistakes",
        count(contract.events.len(), "event"),
        count(contract.topics.len(), "topic"),
        count(loaded.files.len(), "file"),
    ));
    Ok(Outcome::Fine)
}

fn describe(event: &Event) -> String {
    let keys: Vec<String> = event.key.iter().map(|path| path.fields.join(".")).collect();
    let key = if keys.is_empty() { "without a key".to_owned() } else { format!("key {}", keys.join(", ")) };
    format!("{}, {key}, subject {} {}", event.name, event.subject, event.compatibility.as_str())
}

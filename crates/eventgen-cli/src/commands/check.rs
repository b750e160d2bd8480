//! `eventgen check`: checks a contract and lists its events. Code is generated and dropped: what is accepted here can be
//! generated.

use eventgen_admin::short_duration;
use eventgen_schema::{Event, Loaded, Topic};

use crate::arguments::{self, Output};
use crate::code;
use crate::count::count;
use crate::failure::Failure;
use crate::key::key;
use crate::load::{Read, read};
use crate::outcome::Outcome;
use crate::progress::Working;
use crate::report::{Title, report};
use crate::terminal::{Terminal, line, output, summary};

pub(crate) fn check(arguments: &arguments::Check, terminal: Terminal) -> Result<Outcome, Failure> {
    let environment = arguments.env.as_deref();
    if arguments.output == Output::Human {
        let read = read(&arguments.schemas, environment)?;
        can_be_generated(&read, arguments)?;
        terminal.diagnostics(&read.loaded.warnings);
        list(&read.loaded)?;
        return Ok(Outcome::Fine);
    }
    let read = read(&arguments.schemas, environment);
    let found = match read.and_then(|read| can_be_generated(&read, arguments).map(|()| read)) {
        Ok(read) => read.loaded.warnings,
        Err(Failure::Contract(errors)) => errors,
        Err(failure) => return Err(failure),
    };
    let text = report(&found, arguments.output, Title::CHECK)?;
    if !text.is_empty() {
        output(&text)?;
    }
    summary(&if found.is_empty() { "no errors".to_owned() } else { found.summary() });
    Ok(if found.error_count() > 0 { Outcome::Failure } else { Outcome::Fine })
}

/// Generates the code.
fn can_be_generated(read: &Read, arguments: &arguments::Check) -> Result<(), Failure> {
    let _working = Working::new("generating code");
    match code::generate(read, &arguments.schemas.paths) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::Contract(code::diagnostics(error, &read.loaded))),
    }
}

/// Prints one line for each event.
fn list(loaded: &Loaded) -> Result<(), Failure> {
    let contract = &loaded.contract;
    for topic in contract.topics.values() {
        for event in contract.events_on(&topic.name) {
            line(&format!("{}: {}", topic.name, describe(event, topic)))?;
        }
    }
    summary(&format!(
        "{} on {}, read from {}: no errors",
        count(contract.events.len(), "event"),
        count(contract.topics.len(), "topic"),
        count(loaded.files.len(), "file"),
    ));
    Ok(())
}

/// The event, and what is documented about its topic: who owns it, who writes and who reads.
fn describe(event: &Event, topic: &Topic) -> String {
    let key = key(event);
    let groups: Vec<&str> = topic.consumers.iter().map(|consumer| consumer.group.as_str()).collect();
    let delays: Vec<String> = topic.retry.delays.iter().copied().map(short_duration).collect();
    let parts = [
        Some(format!("{}, {key}, subject {} {}", event.name, event.subject, event.compatibility.as_str())),
        topic.owner.as_ref().map(|owner| format!("owner {owner}")),
        (!topic.producers.is_empty()).then(|| format!("written by {}", topic.producers.join(", "))),
        (!groups.is_empty()).then(|| format!("read by {}", groups.join(", "))),
        (!delays.is_empty()).then(|| format!("retried after {}", delays.join(", "))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

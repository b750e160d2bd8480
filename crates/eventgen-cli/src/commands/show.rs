//! `eventgen show`: the contract as it is with its defaults and in an environment.

use eventgen_admin::short_duration;
use eventgen_artifacts::json;
use eventgen_schema::contract::{
    Backoff, Governed, MaxLag, Ordering, Retry, RetryTopic, RuleDescription, readable,
};
use eventgen_schema::{Contract, Event, Topic, describe};

use crate::arguments::{self, Format};
use crate::count::count;
use crate::failure::Failure;
use crate::key::key;
use crate::load::{Read, load};
use crate::outcome::Outcome;
use crate::terminal::{Terminal, output, summary};

pub(crate) fn show(arguments: &arguments::Show, terminal: Terminal) -> Result<Outcome, Failure> {
    let Read { loaded, .. } = load(&arguments.schemas, arguments.env.as_deref(), terminal)?;
    let contract = &loaded.contract;
    if arguments.output == Format::Json {
        let file = json::contract(contract, arguments.env.as_deref())?;
        return output(file.text.trim_end()).map(|()| Outcome::Fine);
    }
    for topic in contract.topics.values() {
        output(&lines(topic, contract).join("\n"))?;
    }
    let environment = arguments.env.as_deref().map_or_else(
        || "without an environment".to_owned(),
        |environment| format!("in environment `{environment}`"),
    );
    let (events, topics) = (contract.events.len(), contract.topics.len());
    summary(&format!("{} on {} {environment}", count(events, "event"), count(topics, "topic")));
    Ok(Outcome::Fine)
}

/// A topic: a line for each setting.
fn lines(topic: &Topic, contract: &Contract) -> Vec<String> {
    let left = || "left to the cluster".to_owned();
    let mut lines = vec![
        topic.name.clone(),
        format!("    partitions: {}", topic.partitions.map_or_else(left, |count| count.to_string())),
        format!("    replicas: {}", topic.replication_factor.map_or_else(left, |count| count.to_string())),
    ];
    lines.extend(topic.config.iter().map(|(name, value)| format!("    {name}: {}", readable(name, value))));
    lines.push(format!("    ordering: {}", ordering(topic.ordering)));
    lines.push(format!("    retry: {}", retry(&topic.retry)));
    lines.extend(retry_topics(topic));
    let limit = topic.handler_timeout.map(|limit| format!("    handler timeout: {limit:?}"));
    lines.extend(limit);
    match &topic.dead_letter {
        None => lines.push("    dead letters: none, a consumer stops".to_owned()),
        Some(dead_letter) => {
            lines.push(format!("    dead letters: {}", dead_letter.topic));
            let config = dead_letter.config.iter();
            lines.extend(config.map(|(name, value)| format!("        {name}: {}", readable(name, value))));
        }
    }
    lines.extend(topic.owner.iter().map(|owner| format!("    owner: {owner}")));
    if !topic.producers.is_empty() {
        lines.push(format!("    producers: {}", topic.producers.join(", ")));
    }
    for consumer in &topic.consumers {
        let limit = match consumer.max_lag {
            None => String::new(),
            Some(MaxLag::Records(records)) => format!(", at most {records} records behind"),
            Some(MaxLag::Time(time)) => format!(", at most {} behind", short_duration(time)),
        };
        lines.push(format!("    consumer: {}{limit}", consumer.group));
    }
    for one in contract.events_on(&topic.name) {
        lines.push(event(one));
        lines.extend(describe(contract, one).governed().flat_map(governed));
    }
    lines
}

/// The retry topics of each group, with how long a record waits in them.
fn retry_topics(topic: &Topic) -> Vec<String> {
    let topics = topic.retry_topics();
    let mut lines: Vec<String> = topics
        .iter()
        .map(|RetryTopic { name, delay, .. }| {
            let what = delay.map_or_else(
                || "later records of the keys that wait".to_owned(),
                |delay| format!("after {}", short_duration(delay)),
            );
            format!("    retry topic: {name}, {what}")
        })
        .collect();
    if !topics.is_empty() {
        let config = topic.retry_config.iter();
        lines.extend(config.map(|(name, value)| format!("        {name}: {}", readable(name, value))));
    }
    lines
}

fn event(event: &Event) -> String {
    let (name, key, subject) = (&event.name, key(event), &event.subject);
    format!("    event: {name}, {key}, subject {subject} {}", event.compatibility.as_str())
}

/// The tags and rules of a type or a field.
fn governed(at: Governed<'_>) -> Vec<String> {
    let place = match at.field {
        Some(field) => format!("{}.{field}", at.type_name),
        None => at.type_name.to_owned(),
    };
    let mut lines = Vec::with_capacity(1 + at.rules.len());
    if !at.tags.is_empty() {
        lines.push(format!("        tags of {place}: {}", at.tags.join(", ")));
    }
    lines.extend(at.rules.iter().map(|rule| format!("        rule of {place}: {}", condition(rule))));
    lines
}

fn condition(RuleDescription { name, doc, expression, sql, .. }: &RuleDescription) -> String {
    let parts = [name, if expression.is_some() { expression } else { sql }, doc];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    parts.join(", ")
}

fn ordering(ordering: Ordering) -> &'static str {
    match ordering {
        Ordering::Key => "key",
        Ordering::None => "none",
        Ordering::Total => "total",
    }
}

fn retry(retry: &Retry) -> String {
    let pauses = match retry.backoff {
        Backoff::Fixed => format!("every {:?}", retry.initial),
        Backoff::Exponential => format!("after {:?} to {:?}", retry.initial, retry.max),
    };
    let attempts = count(usize::try_from(retry.attempts).unwrap_or(usize::MAX), "attempt");
    let delays: Vec<String> = retry.delays.iter().map(|delay| short_duration(*delay)).collect();
    match (retry.attempts, delays.join(", ")) {
        (0, delays) if delays.is_empty() => "none".to_owned(),
        (0, delays) => format!("in topics after {delays}"),
        (_, delays) if delays.is_empty() => format!("{attempts} in place {pauses}"),
        (_, delays) => format!("{attempts} in place {pauses}, then in topics after {delays}"),
    }
}

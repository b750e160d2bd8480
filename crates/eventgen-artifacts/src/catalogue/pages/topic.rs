//! The page of a topic: what it carries, who writes and reads it, how it is kept, and what becomes of failures.

use askama::Template;
use eventgen_schema::contract::{Topic, readable};

use super::lists::{Row, event_row};
use crate::catalogue::facts::{Fact, Facts};
use crate::catalogue::flow::{Draft, Flow};
use crate::catalogue::layout::Layout;
use crate::catalogue::rich::{Rich, code, listed, text};
use crate::catalogue::site::{Site, TopicEntry};
use crate::catalogue::words;
use crate::error::Error;
use crate::file::File;

/// The most events of a topic on its page.
const MAX_EVENTS: usize = 500;

#[derive(Debug, Template)]
#[template(path = "catalogue/topic.html")]
struct TopicPage {
    layout: Layout,
    name: String,
    facts: Vec<Fact>,
    flow: Flow,
    events: Vec<Row>,
    more_events: usize,
    readers: Vec<Reader>,
    steps: Vec<Rich>,
    config: Vec<Setting>,
    dead_letter: Option<DeadLetterSection>,
}

#[derive(Debug)]
struct Reader {
    group: String,
    path: String,
    limit: Option<String>,
    /// Names and delays of its retry topics.
    retry_topics: Vec<(String, String)>,
}

/// A topic configuration.
#[derive(Debug)]
pub(super) struct Setting {
    name: String,
    shown: String,
    /// The value as Kafka takes it, if it is shown in another form.
    raw: Option<String>,
}

#[derive(Debug)]
struct DeadLetterSection {
    name: String,
    config: Vec<Setting>,
}

/// The page of a topic.
pub(super) fn page(site: &Site<'_>, entry: &TopicEntry<'_>) -> Result<File, Error> {
    let topic = entry.topic;
    let readers = topic.consumers.iter().map(|consumer| Reader {
        group: consumer.group.clone(),
        path: site.service_path(&consumer.group).to_owned(),
        limit: consumer.max_lag.map(words::max_lag),
        retry_topics: entry
            .retry_topics
            .iter()
            .filter(|retry_topic| retry_topic.group == consumer.group)
            .map(|retry_topic| {
                let waits = retry_topic.delay.map_or_else(
                    || "later records of keys that wait".to_owned(),
                    |delay| format!("after {}", words::short(delay)),
                );
                (retry_topic.name.clone(), waits)
            })
            .collect(),
    });
    let page = TopicPage {
        layout: Layout::below(site, &topic.name, "topics"),
        name: topic.name.clone(),
        facts: facts(site, topic),
        flow: flow_of(site, Some(topic), None),
        events: entry
            .events
            .iter()
            .take(MAX_EVENTS)
            .map(|&event| event_row(site, &site.events[event]))
            .collect(),
        more_events: entry.events.len().saturating_sub(MAX_EVENTS),
        readers: readers.collect(),
        steps: steps(topic),
        config: settings(&topic.config),
        dead_letter: topic.dead_letter.as_ref().map(|dead_letter| DeadLetterSection {
            name: dead_letter.topic.clone(),
            config: settings(&dead_letter.config),
        }),
    };
    File::render(site.topic_path(&topic.name).unwrap_or_default().to_owned(), &page)
}

fn facts(site: &Site<'_>, topic: &Topic) -> Vec<Fact> {
    let left = || "left to the cluster".to_owned();
    let mut facts = Facts::default();
    if let Some(owner) = &topic.owner {
        facts.say("Owner", owner.as_str());
    }
    facts.say("Partitions", topic.partitions.map_or_else(left, |count| count.to_string()));
    facts.say("Replicas", topic.replication_factor.map_or_else(left, |count| count.to_string()));
    facts.say("Order", words::ordering(topic.ordering));
    facts.say("Kept", words::kept(&topic.config));
    facts.add_some("Written by", listed(topic.producers.iter().map(|name| site.service_link(name))));
    facts.add_some(
        "Read by",
        listed(topic.consumers.iter().map(|consumer| site.service_link(&consumer.group))),
    );
    if let Some(limit) = topic.handler_timeout {
        facts.say("Handler timeout", words::short(limit));
    }
    if let Some(dead_letter) = &topic.dead_letter {
        facts.add("Dead letters", vec![code(dead_letter.topic.as_str())]);
    }
    facts.0
}

/// What becomes of a record that a handler fails on, in order.
fn steps(topic: &Topic) -> Vec<Rich> {
    let mut steps = Vec::new();
    if let Some(limit) = topic.handler_timeout {
        steps.push(vec![text(format!("An attempt counts as failed after {}.", words::short(limit)))]);
    }
    steps.extend(words::retries(&topic.retry).map(|times| vec![text(format!("It is tried again {times}."))]));
    if !topic.retry.delays.is_empty() {
        let delays: Vec<String> = topic.retry.delays.iter().copied().map(words::short).collect();
        let words = format!(
            "It waits in retry topics of its group and is tried again after {}. Other records go on.",
            delays.join(", then ")
        );
        steps.push(vec![text(words)]);
    }
    steps.push(match &topic.dead_letter {
        None => vec![text("The consumer stops. Nothing is skipped.")],
        Some(dead_letter) => {
            vec![
                text("It goes to the dead-letter topic "),
                code(dead_letter.topic.as_str()),
                text(format!(", kept: {}.", words::kept(&dead_letter.config))),
            ]
        }
    });
    steps
}

fn settings(config: &std::collections::BTreeMap<String, String>) -> Vec<Setting> {
    let setting = |(name, value): (&String, &String)| {
        let shown = readable(name, value);
        let raw = (shown != *value).then(|| value.clone());
        Setting { name: name.clone(), shown, raw }
    };
    config.iter().map(setting).collect()
}

/// Who writes to a topic, who reads it, and where failures go. An event of the topic may have a name in it.
pub(super) fn flow_of(site: &Site<'_>, topic: Option<&Topic>, event: Option<&str>) -> Flow {
    let mut draft = Draft::default();
    let Some(topic) = topic else { return draft.drawn(String::new()) };
    let columns = Columns::new(&mut draft);
    add(&mut draft, columns, site, topic, false);
    let what = event.map_or_else(|| topic.name.clone(), |event| format!("{event} on {}", topic.name));
    draft.drawn(format!("Who writes {what}, who reads it, and where failures go"))
}

/// The columns of a diagram.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    producers: usize,
    topics: usize,
    groups: usize,
    dead_letters: usize,
}

impl Columns {
    pub(super) fn new(draft: &mut Draft) -> Self {
        Self {
            producers: draft.column("Services"),
            topics: draft.column("Topics"),
            groups: draft.column("Groups"),
            dead_letters: draft.column("Dead letters"),
        }
    }
}

/// Adds a topic with its services, groups and dead letters to a diagram.
pub(super) fn add(draft: &mut Draft, columns: Columns, site: &Site<'_>, topic: &Topic, is_linked: bool) {
    let partitions = topic.partitions.map(|count| words::count(count as usize, "partition"));
    let name = if is_linked { site.topic_link(&topic.name) } else { code(topic.name.as_str()) };
    let centre = draft.node(columns.topics, "topic", name, partitions);
    for producer in &topic.producers {
        let at = draft.node(columns.producers, "service", site.service_link(producer), None);
        draft.edge(at, centre, "flow");
    }
    let dead_letter = topic.dead_letter.as_ref().map(|dead_letter| {
        let kept = format!("kept: {}", words::kept(&dead_letter.config));
        draft.node(columns.dead_letters, "dead", code(dead_letter.topic.as_str()), Some(kept))
    });
    for consumer in &topic.consumers {
        let limit = consumer.max_lag.map(|limit| format!("at most {} behind", words::max_lag(limit)));
        let delays: Vec<String> = topic.retry.delays.iter().copied().map(words::short).collect();
        let note = limit.or_else(|| (!delays.is_empty()).then(|| format!("retries {}", delays.join(", "))));
        let at = draft.node(columns.groups, "group", site.service_link(&consumer.group), note);
        draft.edge(centre, at, "flow");
        if let Some(dead_letter) = dead_letter {
            draft.edge(at, dead_letter, "failure");
        }
    }
    if let (Some(dead_letter), true) = (dead_letter, topic.consumers.is_empty()) {
        draft.edge(centre, dead_letter, "failure");
    }
}

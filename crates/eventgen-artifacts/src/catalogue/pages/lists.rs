//! Lists of topics, events and services, a number of them on each page.

use askama::Template;

use crate::catalogue::layout::Layout;
use crate::catalogue::prose::summary;
use crate::catalogue::search::doc;
use crate::catalogue::site::{EventEntry, Service, Site, TopicEntry, short_name};
use crate::catalogue::words::{count, kept};
use crate::error::Error;
use crate::file::File;

/// The most entries on a page.
pub(super) const LENGTH: usize = 200;
/// The longest description of an entry, in characters.
const LONGEST: usize = 160;
/// The most names of events in the row of a topic.
const MAX_NAMES: usize = 4;

/// An entry of a list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) path: String,
    /// What is said in small letters: a namespace.
    pub(super) before: String,
    pub(super) about: String,
    pub(super) tags: Vec<String>,
}

#[derive(Debug, Template)]
#[template(path = "catalogue/list.html")]
struct ListPage {
    layout: Layout,
    heading: &'static str,
    intro: &'static str,
    empty: &'static str,
    range: String,
    rows: Vec<Row>,
    pages: Vec<Link>,
}

/// A page of the list.
#[derive(Debug)]
struct Link {
    number: usize,
    path: String,
    is_current: bool,
}

/// What a list is of.
struct Kind {
    stem: &'static str,
    heading: &'static str,
    intro: &'static str,
    empty: &'static str,
}

pub(super) fn topics(site: &Site<'_>, number: usize) -> Result<File, Error> {
    let kind = Kind {
        stem: "topics",
        heading: "Topics",
        intro: "Each topic has its settings, the events on it, who writes and reads it, and what becomes of failures.",
        empty: "The contract has no topics.",
    };
    list(site, number, &kind, &site.topics, |entry| topic_row(site, entry))
}

pub(super) fn events(site: &Site<'_>, number: usize) -> Result<File, Error> {
    let kind = Kind {
        stem: "events",
        heading: "Events",
        intro: "Each event has its fields, key and headers, an example, and its schema.",
        empty: "The contract has no events.",
    };
    list(site, number, &kind, &site.events, |entry| event_row(site, entry))
}

pub(super) fn services(site: &Site<'_>, number: usize) -> Result<File, Error> {
    let kind = Kind {
        stem: "services",
        heading: "Services",
        intro: "Who writes and reads. A consumer group is listed by its own name.",
        empty: "The contract names nobody who writes or reads: `producers` and `consumers` of the annotation do.",
    };
    list(site, number, &kind, &site.services, |service| service_row(site, service))
}

fn list<T>(
    site: &Site<'_>,
    number: usize,
    kind: &Kind,
    items: &[T],
    row: impl Fn(&T) -> Row,
) -> Result<File, Error> {
    let page_count = items.len().div_ceil(LENGTH).max(1);
    let path = |number: usize| match number {
        0 => format!("{}.html", kind.stem),
        number => format!("{}-{}.html", kind.stem, number + 1),
    };
    let first = number * LENGTH;
    let shown = items.iter().skip(first).take(LENGTH);
    let rows: Vec<Row> = shown.map(row).collect();
    let range = if page_count > 1 {
        format!("{} to {} of {}", first + 1, first + rows.len(), items.len())
    } else {
        String::new()
    };
    let link = |index| Link { number: index + 1, path: path(index), is_current: index == number };
    let page = ListPage {
        layout: Layout::top(site, kind.heading, kind.stem),
        heading: kind.heading,
        intro: kind.intro,
        empty: kind.empty,
        range,
        rows,
        pages: if page_count > 1 { (0..page_count).map(link).collect() } else { Vec::new() },
    };
    File::render(path(number), &page)
}

pub(super) fn topic_row(site: &Site<'_>, entry: &TopicEntry<'_>) -> Row {
    let names = entry.events.iter().map(|&event| short_name(&site.events[event].event.name).0);
    let about = names.take(MAX_NAMES).collect::<Vec<_>>().join(", ");
    let more = entry.events.len().saturating_sub(MAX_NAMES);
    let about = if more > 0 { format!("{about} and {more} more") } else { about };
    let topic = entry.topic;
    let mut tags = vec![format!("kept: {}", kept(&topic.config))];
    tags.extend(topic.partitions.map(|partitions| count(partitions as usize, "partition")));
    if !topic.consumers.is_empty() {
        tags.push(count(topic.consumers.len(), "group"));
    }
    tags.extend(topic.owner.clone());
    Row {
        name: topic.name.clone(),
        path: site.topic_path(&topic.name).unwrap_or_default().to_owned(),
        before: String::new(),
        about,
        tags,
    }
}

pub(super) fn event_row(site: &Site<'_>, entry: &EventEntry<'_>) -> Row {
    let (short, namespace) = short_name(&entry.event.name);
    let key: Vec<String> = entry.event.key.iter().map(|path| path.fields.join(".")).collect();
    let key = if key.is_empty() { "no key".to_owned() } else { format!("key {}", key.join(", ")) };
    Row {
        name: short.to_owned(),
        path: site.event_path(&entry.event.name).to_owned(),
        before: namespace.to_owned(),
        about: summary(doc(entry), LONGEST),
        tags: vec![entry.event.topic.clone(), key],
    }
}

fn service_row(site: &Site<'_>, service: &Service<'_>) -> Row {
    let some = |verb: &str, number: usize| (number > 0).then(|| format!("{verb} {}", count(number, "topic")));
    let names = service.writes.iter().chain(service.reads.iter().map(|(topic, _)| topic));
    let about: Vec<&str> = names.map(|topic| topic.name.as_str()).take(MAX_NAMES).collect();
    Row {
        name: service.name.to_owned(),
        path: site.service_path(service.name).to_owned(),
        before: String::new(),
        about: about.join(", "),
        tags: some("writes", service.writes.len())
            .into_iter()
            .chain(some("reads", service.reads.len()))
            .collect(),
    }
}

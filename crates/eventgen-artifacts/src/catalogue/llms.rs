//! `llms.txt`: the catalogue as a list of links with a line for each, for programs that read text (<https://llmstxt.org>).

use std::fmt::Write as _;

use super::prose::summary;
use super::search::doc;
use super::site::{Site, short_name};
use super::words::{count, kept};
use crate::file::File;

/// The path of the list.
const FILE: &str = "llms.txt";
/// The longest description of an entry, in characters.
const LONGEST: usize = 200;

/// The list of a site.
pub(super) fn list(site: &Site<'_>) -> File {
    let mut text = format!(
        "# {}\n\n> The Kafka topics of a contract: {}, {}, {}. Each page says what a topic carries, who writes and reads it, \
         and what becomes of failures.\n",
        line(&site.title),
        count(site.topics.len(), "topic"),
        count(site.events.len(), "event"),
        count(site.services.len(), "service"),
    );
    // Writing to a string does not fail.
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = write!(text, "\n## {title}\n\n{}\n", lines.join("\n"));
        }
    };
    let topic = |entry: &super::site::TopicEntry<'_>| {
        let name = &entry.topic.name;
        let events = entry.events.iter().map(|&event| short_name(&site.events[event].event.name).0);
        let events = events.collect::<Vec<_>>().join(", ");
        let path = site.topic_path(name).unwrap_or_default();
        format!("- [{}]({path}): carries {events}; kept: {}", line(name), kept(&entry.topic.config))
    };
    section("Topics", site.topics.iter().map(topic).collect());
    let event = |entry: &super::site::EventEntry<'_>| {
        let name = &entry.event.name;
        let key: Vec<String> = entry.event.key.iter().map(|path| path.fields.join(".")).collect();
        let key = if key.is_empty() { "no key".to_owned() } else { format!("key {}", key.join(", ")) };
        let said = summary(doc(entry), LONGEST);
        let said = if said.is_empty() { said } else { format!("; {}", line(&said)) };
        format!("- [{name}]({}): on {}, {key}{said}", site.event_path(name), entry.event.topic)
    };
    section("Events", site.events.iter().map(event).collect());
    let service = |service: &super::site::Service<'_>| {
        let (writes, reads) = (count(service.writes.len(), "topic"), count(service.reads.len(), "topic"));
        let path = site.service_path(service.name);
        format!("- [{}]({path}): writes {writes}, reads {reads}", line(service.name))
    };
    section("Services", site.services.iter().map(service).collect());
    File { path: FILE.to_owned(), text }
}

/// A name on one line, in which nothing is Markdown.
fn line(text: &str) -> String {
    let mut line = String::new();
    for char in text.chars() {
        match char {
            '[' | ']' | '\\' | '`' | '*' | '_' | '<' => {
                line.push('\\');
                line.push(char);
            }
            char if char.is_control() => line.push(' '),
            char => line.push(char),
        }
    }
    line
}

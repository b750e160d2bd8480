//! The index of the search: a script, because a page that is opened from disk may load nothing else.

use std::collections::BTreeMap;

use eventgen_schema::contract::Content;
use serde::Serialize;

use super::prose::summary;
use super::site::{EventEntry, Site, short_name};
use crate::error::Error;
use crate::file::File;

/// The path of the index.
const FILE: &str = "assets/search.js";
/// The longest description of an entry, in characters.
const LONGEST: usize = 90;
/// The most events that a name of a field leads to. Nobody reads more, and the index stays small.
const MOST: usize = 100;

#[derive(Serialize)]
struct Index<'a> {
    entries: Vec<Entry<'a>>,
    /// Names of fields and symbols, and the entries that have them.
    fields: BTreeMap<&'a str, Vec<usize>>,
}

/// The letter of the kind, the name, the path and a description.
#[derive(Serialize)]
struct Entry<'a>(char, &'a str, &'a str, String);

/// The index of a site.
pub(super) fn index(site: &Site<'_>) -> Result<File, Error> {
    let mut index = Index { entries: Vec::new(), fields: BTreeMap::new() };
    for entry in &site.events {
        let number = index.entries.len();
        let name = entry.event.name.as_str();
        index.entries.push(Entry('e', name, site.event_path(name), summary(doc(entry), LONGEST)));
        for field in fields(entry) {
            let entries = index.fields.entry(field).or_default();
            if entries.len() < MOST && entries.last() != Some(&number) {
                entries.push(number);
            }
        }
    }
    for entry in &site.topics {
        let name = entry.topic.name.as_str();
        let events = entry.events.iter().map(|&event| short_name(&site.events[event].event.name).0);
        let content = events.take(4).collect::<Vec<_>>().join(", ");
        index.entries.push(Entry('t', name, site.topic_path(name).unwrap_or_default(), content));
    }
    for service in &site.services {
        let (writes, reads) = (service.writes.len(), service.reads.len());
        let content = format!("writes {writes}, reads {reads}");
        index.entries.push(Entry('s', service.name, site.service_path(service.name), content));
    }
    let json = serde_json::to_string(&index)
        .map_err(|cause| Error::Json { file: FILE.to_owned(), cause: cause.to_string() })?;
    Ok(File { path: FILE.to_owned(), text: format!("window.eventgenSearch({json});\n") })
}

/// The documentation of an event.
pub(super) fn doc<'e>(entry: &'e EventEntry<'_>) -> Option<&'e str> {
    entry.description.types.first()?.doc.as_deref()
}

/// The names within an event: of its fields and symbols.
fn fields<'e>(entry: &'e EventEntry<'_>) -> Vec<&'e str> {
    let mut names = Vec::new();
    for ty in &entry.description.types {
        match &ty.content {
            Content::Record(fields) => names.extend(fields.iter().map(|field| field.name.as_str())),
            Content::Enum { symbols, .. } => {
                names.extend(symbols.iter().map(|symbol| symbol.name.as_str()));
            }
            _ => {}
        }
    }
    names
}

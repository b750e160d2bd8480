//! Folders of `EventCatalog`: one with `index.mdx` for each event, channel and service, and a file for each team.

use std::fmt::Write as _;

use eventgen_schema::contract::{Content, FieldDescription, TypeDescription, TypePart};

use super::markdown::{block, code, escaped, inline, paragraphs};
use super::yaml::{Map, Node, document};
use crate::catalogue::links::Names;
use crate::catalogue::prose;
use crate::catalogue::rich::{Rich, listed, text};
use crate::catalogue::search::doc;
use crate::catalogue::site::{EventEntry, Service, Site, TopicEntry, short_name};
use crate::catalogue::words;
use crate::file::File;

/// The longest summary, in characters.
const LONGEST: usize = 200;

/// The files of a site.
pub(super) fn files(site: &Site<'_>, version: &str) -> Vec<File> {
    let owners = || site.topics.iter().filter_map(|entry| entry.topic.owner.as_deref());
    let ids = Ids {
        events: Names::new(site.events.iter().map(|entry| entry.event.name.as_str())),
        channels: Names::new(site.topics.iter().map(|entry| entry.topic.name.as_str())),
        services: Names::new(site.services.iter().map(|service| service.name)),
        teams: Names::new(owners()),
        version,
    };
    let mut files = Vec::new();
    for entry in &site.events {
        let (file, schema) = event(entry, &ids);
        files.extend([file, schema]);
    }
    files.extend(site.topics.iter().map(|entry| channel(site, entry, &ids)));
    files.extend(site.services.iter().map(|service| self::service(site, service, &ids)));
    files.extend(ids.teams.iter().map(|(name, id)| team(name, id)));
    files
}

/// Identifiers, which are also the names of folders.
struct Ids<'a> {
    events: Names<'a>,
    channels: Names<'a>,
    services: Names<'a>,
    teams: Names<'a>,
    version: &'a str,
}

impl Ids<'_> {
    /// What each resource starts with.
    fn head(&self, id: &str, name: &str, summary: String) -> Map {
        let mut map: Map = vec![("id", id.into()), ("name", name.into()), ("version", self.version.into())];
        if !summary.is_empty() {
            map.push(("summary", summary.into()));
        }
        map
    }

    fn add_owner(&self, map: &mut Map, owner: Option<&str>) {
        if let Some(id) = owner.and_then(|owner| self.teams.get(owner)) {
            map.push(("owners", [id].into_iter().collect()));
        }
    }

    fn pointer(&self, id: &str) -> Map {
        vec![("id", id.into()), ("version", self.version.into())]
    }
}

/// A page, and the schema beside it.
fn event(entry: &EventEntry<'_>, ids: &Ids<'_>) -> (File, File) {
    let event = entry.event;
    let id = ids.events.get(&event.name).unwrap_or_default();
    let short = short_name(&event.name).0;
    let mut map = ids.head(id, short, prose::summary(doc(entry), LONGEST));
    ids.add_owner(&mut map, entry.topic.and_then(|topic| topic.owner.as_deref()));
    let is_avro = event.avro_fingerprint().is_some();
    let file = if is_avro { "schema.avsc" } else { "schema.proto" };
    map.push(("schemaPath", file.into()));
    if let Some(channel) = ids.channels.get(&event.topic) {
        map.push(("channels", [ids.pointer(channel)].into_iter().collect()));
    }
    let mut body = paragraphs(&prose::paragraphs(doc(entry)));
    body.push_str("<NodeGraph />\n\n## On Kafka\n\n");
    let key: Vec<String> = event.key.iter().map(|path| code(&path.fields.join("."))).collect();
    // Writing to a string does not fail.
    let mut fact = |label: &str, value: &str| {
        let _ = writeln!(body, "- **{label}**: {value}");
    };
    fact("Record", &code(&event.name));
    fact("Topic", &code(&event.topic));
    fact("Key", &if key.is_empty() { "none".to_owned() } else { key.join(", ") });
    if let Some(key) = &event.typed_key {
        fact("Schema of the key", &format!("{}, subject {}", code(&key.text), code(&key.subject)));
    }
    fact("Subject", &code(&event.subject));
    let level = event.compatibility;
    fact("Compatibility", &format!("{}, {}", code(level.as_str()), words::compatibility(level)));
    if let Some(topic) = entry.topic {
        fact("Order", &escaped(words::ordering(topic.ordering)));
        fact("Kept", &escaped(&words::kept(&topic.config)));
    }
    body.push_str("\n## Fields\n\n");
    for ty in &entry.description.types {
        body.push_str(&type_section(ty));
    }
    if let Some(example) = &entry.description.example {
        body.push_str("## Example\n\n");
        body.push_str(&block("json", &example.json));
    }
    let schema = prose::indented(&event.schema).unwrap_or_else(|| event.schema.clone());
    let folder = format!("events/{id}");
    (
        page(&folder, &map, &body),
        File { path: format!("{folder}/{file}"), text: schema.trim_end().to_owned() + "\n" },
    )
}

fn type_section(ty: &TypeDescription) -> String {
    let mut section = format!("### {}\n\n", escaped(short_name(&ty.name).0));
    section.push_str(&paragraphs(&prose::paragraphs(ty.doc.as_deref())));
    match &ty.content {
        Content::Record(fields) => fields.iter().for_each(|field| section.push_str(&field_line(field))),
        Content::Enum { symbols, default, .. } => {
            for symbol in symbols {
                let is_default = default.as_ref() == Some(&symbol.name);
                let note = if is_default { " (default)" } else { "" };
                section.push_str(&item(&format!("{}{note}", code(&symbol.name)), symbol.doc.as_deref()));
            }
        }
        Content::Fixed { size, .. } => section.push_str(&words::count(*size as usize, "byte")),
        _ => {}
    }
    section + "\n"
}

fn field_line(field: &FieldDescription) -> String {
    let ty: String = field
        .type_parts
        .iter()
        .map(|part| match part {
            TypePart::Text(text) => text.as_str(),
            TypePart::Name(name) => short_name(name).0,
            _ => "",
        })
        .collect();
    item(&format!("{} ({})", code(&field.name), escaped(&ty)), field.doc.as_deref())
}

/// An item of a list with its documentation on the same line.
fn item(what: &str, doc: Option<&str>) -> String {
    let doc: Vec<String> = prose::paragraphs(doc).iter().map(|rich| inline(rich)).collect();
    let colon = if doc.is_empty() { "" } else { ": " };
    format!("- {what}{colon}{}\n", doc.join(" "))
}

fn channel(site: &Site<'_>, entry: &TopicEntry<'_>, ids: &Ids<'_>) -> File {
    let topic = entry.topic;
    let id = ids.channels.get(&topic.name).unwrap_or_default();
    let names: Vec<&str> =
        entry.events.iter().map(|&event| short_name(&site.events[event].event.name).0).collect();
    let mut map = ids.head(id, &topic.name, format!("Carries {}", names.join(", ")));
    ids.add_owner(&mut map, topic.owner.as_deref());
    map.push(("address", topic.name.as_str().into()));
    map.push(("protocols", ["kafka"].into_iter().collect()));
    let left = || "left to the cluster".to_owned();
    let mut body = "<NodeGraph />\n\n## On Kafka\n\n".to_owned();
    let mut fact = |label: &str, value: Rich| {
        let _ = writeln!(body, "- **{label}**: {}", inline(&value));
    };
    fact("Partitions", vec![text(topic.partitions.map_or_else(left, |count| count.to_string()))]);
    fact("Replicas", vec![text(topic.replication_factor.map_or_else(left, |count| count.to_string()))]);
    fact("Order", vec![text(words::ordering(topic.ordering))]);
    fact("Kept", vec![text(words::kept(&topic.config))]);
    for consumer in &topic.consumers {
        let limit = consumer.max_lag.map(|limit| format!(", at most {} behind", words::max_lag(limit)));
        fact("Read by", vec![crate::catalogue::rich::code(&consumer.group), text(limit.unwrap_or_default())]);
    }
    if !entry.retry_topics.is_empty() {
        let names = entry.retry_topics.iter().map(|topic| crate::catalogue::rich::code(&topic.name));
        fact("Retries", listed(names));
    }
    if let Some(dead_letter) = &topic.dead_letter {
        let kept = format!(", kept {}", words::kept(&dead_letter.config));
        fact("Dead letters", vec![crate::catalogue::rich::code(&dead_letter.topic), text(kept)]);
    }
    for (name, value) in &topic.config {
        fact("Configuration", vec![crate::catalogue::rich::code(format!("{name}={value}"))]);
    }
    page(&format!("channels/{id}"), &map, &body)
}

fn service(site: &Site<'_>, service: &Service<'_>, ids: &Ids<'_>) -> File {
    let id = ids.services.get(service.name).unwrap_or_default();
    let mut map = ids.head(id, service.name, words::flow(service.writes.len(), service.reads.len()));
    let messages = |topic: &str, direction: &'static str| -> Vec<Map> {
        let events = site.topic(topic).map(|entry| entry.events.as_slice()).unwrap_or_default();
        let channel = ids.channels.get(topic).unwrap_or_default();
        let message = |&event: &usize| {
            let mut map = ids.pointer(ids.events.get(&site.events[event].event.name).unwrap_or_default());
            map.push((direction, [ids.pointer(channel)].into_iter().collect()));
            map
        };
        events.iter().map(message).collect()
    };
    let sends: Node = service.writes.iter().flat_map(|topic| messages(&topic.name, "to")).collect();
    let receives: Node = service.reads.iter().flat_map(|(topic, _)| messages(&topic.name, "from")).collect();
    map.extend([("sends", sends), ("receives", receives)]);
    page(&format!("services/{id}"), &map, "<NodeGraph />\n")
}

fn team(name: &str, id: &str) -> File {
    let map: Map = vec![("id", id.into()), ("name", name.into())];
    File { path: format!("teams/{id}.mdx"), text: format!("---\n{}---\n", document(&map)) }
}

fn page(folder: &str, map: &Map, body: &str) -> File {
    let text = format!("---\n{}---\n\n{}\n", document(map), body.trim_end());
    File { path: format!("{folder}/index.mdx"), text }
}

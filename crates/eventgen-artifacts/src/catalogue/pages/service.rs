//! The page of a service or group: what it writes and reads, and the rights that this takes.

use std::collections::BTreeSet;

use askama::Template;

use super::lists::{Row, topic_row};
use crate::catalogue::flow::{Draft, Flow};
use crate::catalogue::layout::Layout;
use crate::catalogue::rich::code;
use crate::catalogue::site::{Service, Site};
use crate::catalogue::words;
use crate::cluster::{Operation, Resource};
use crate::error::Error;
use crate::file::File;

#[derive(Debug, Template)]
#[template(path = "catalogue/service.html")]
struct ServicePage {
    layout: Layout,
    name: String,
    flow: Flow,
    writes: Vec<Row>,
    reads: Vec<Row>,
    rights: Vec<Right>,
}

#[derive(Debug)]
struct Right {
    kind: &'static str,
    name: String,
    operations: String,
}

/// The page of a service.
pub(super) fn page(site: &Site<'_>, service: &Service<'_>) -> Result<File, Error> {
    let row = |name: &str| Some(topic_row(site, site.topic(name)?));
    let reads = service.reads.iter().filter_map(|(topic, consumer)| {
        let mut row = row(&topic.name)?;
        if let Some(limit) = consumer.max_lag {
            row.tags.insert(0, format!("at most {} behind", words::max_lag(limit)));
        }
        Some(row)
    });
    let page = ServicePage {
        layout: Layout::below(site, service.name, "services"),
        name: service.name.to_owned(),
        flow: flow(site, service),
        writes: service.writes.iter().filter_map(|topic| row(&topic.name)).collect(),
        reads: reads.collect(),
        rights: rights(site, service),
    };
    File::render(site.service_path(service.name).to_owned(), &page)
}

fn flow(site: &Site<'_>, service: &Service<'_>) -> Flow {
    let mut draft = Draft::default();
    let (read, this, written) = (draft.column("Reads"), draft.column("Service"), draft.column("Writes"));
    let centre = draft.node(this, "service", code(service.name), None);
    for (topic, consumer) in &service.reads {
        let limit = consumer.max_lag.map(|limit| format!("at most {} behind", words::max_lag(limit)));
        let at = draft.node(read, "topic", site.topic_link(&topic.name), limit);
        draft.edge(at, centre, "flow");
    }
    for topic in &service.writes {
        let at = draft.node(written, "topic", site.topic_link(&topic.name), None);
        draft.edge(centre, at, "flow");
    }
    for (topic, _) in &service.reads {
        if let Some(dead_letter) = &topic.dead_letter {
            let at = draft.node(
                written,
                "dead",
                site.topic_link(&dead_letter.topic),
                Some("dead letters".to_owned()),
            );
            draft.edge(centre, at, "failure");
        }
    }
    draft.drawn(format!("What {} reads and writes", service.name))
}

/// The rights that the work of a service takes, by the names of Kafka.
fn rights(site: &Site<'_>, service: &Service<'_>) -> Vec<Right> {
    let rights = site.users.get(service.name).into_iter().flat_map(|user| &user.rights);
    let right = |(resource, operations): (&Resource<'_>, &BTreeSet<Operation>)| {
        let (kind, name) = match resource {
            Resource::Topic(topic) => ("topic", topic.to_string()),
            Resource::Group(group) => ("group", (*group).to_owned()),
        };
        let operations: Vec<_> = operations.iter().copied().map(Operation::as_str).collect();
        Right { kind, name, operations: operations.join(", ") }
    };
    rights.map(right).collect()
}

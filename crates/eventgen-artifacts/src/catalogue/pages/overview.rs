//! The first page: what the contract has, who owns it, and the flow between services.

use std::collections::BTreeMap;

use askama::Template;

use super::lists::{Row, topic_row};
use super::topic::{Columns, add};
use crate::catalogue::flow::{Draft, Flow};
use crate::catalogue::layout::Layout;
use crate::catalogue::site::Site;

/// The most topics of which a diagram is drawn, and the most boxes in it.
const MAX_DRAWN: usize = 12;
const MAX_BOXES: usize = 40;
/// The most topics of an owner on this page.
const MAX_OWNED: usize = 10;
/// The most owners on this page.
const MAX_OWNERS: usize = 50;

#[derive(Debug, Template)]
#[template(path = "catalogue/overview.html")]
pub(super) struct Overview {
    layout: Layout,
    dead_letters: usize,
    flow: Option<Flow>,
    owners: Vec<Owner>,
    more_owners: usize,
}

/// Topics of one owner.
#[derive(Debug)]
struct Owner {
    /// Empty where the contract names none.
    name: String,
    topics: Vec<Row>,
    more: usize,
}

impl Overview {
    pub(super) fn new(site: &Site<'_>) -> Self {
        let mut owned: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (index, entry) in site.topics.iter().enumerate() {
            owned.entry(entry.topic.owner.as_deref()).or_default().push(index);
        }
        // Topics without an owner follow those that have one.
        let without = owned.remove(&None).map(|topics| (None, topics));
        let owners: Vec<Owner> = owned
            .into_iter()
            .chain(without)
            .map(|(name, topics)| Owner {
                name: name.unwrap_or_default().to_owned(),
                more: topics.len().saturating_sub(MAX_OWNED),
                topics: topics
                    .into_iter()
                    .take(MAX_OWNED)
                    .map(|index| topic_row(site, &site.topics[index]))
                    .collect(),
            })
            .collect();
        Self {
            layout: Layout::top(site, "", "overview"),
            dead_letters: site.dead_letter_count(),
            flow: flow(site),
            more_owners: owners.len().saturating_sub(MAX_OWNERS),
            owners: owners.into_iter().take(MAX_OWNERS).collect(),
        }
    }
}

/// The flow between all services, if it is not too much for one picture.
fn flow(site: &Site<'_>) -> Option<Flow> {
    if site.topics.is_empty() || site.topics.len() > MAX_DRAWN {
        return None;
    }
    let mut draft = Draft::default();
    let columns = Columns::new(&mut draft);
    for entry in &site.topics {
        add(&mut draft, columns, site, entry.topic, true);
    }
    (draft.len() <= MAX_BOXES).then(|| draft.drawn("Who writes and reads which topics".to_owned()))
}

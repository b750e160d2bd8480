//! Which events of two contracts are the same one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Contract, Event};
use crate::types::Type;

impl Contract {
    /// The events that an older contract has, too, each with its old version. Events correspond by name. An event whose name
    /// is new corresponds to one that is gone: to the one that it names in its aliases, else to the only one with its subject,
    /// else to the one that was alone on its topic, if it is alone there itself.
    pub fn counterparts<'a>(&'a self, old: &'a Self) -> Vec<(&'a Event, &'a Event)> {
        let by_name: BTreeMap<&str, &Event> = old.events.iter().map(|event| (&*event.name, event)).collect();
        let names: BTreeSet<&str> = self.events.iter().map(|event| &*event.name).collect();
        let gone = || old.events.iter().filter(|event| !names.contains(&*event.name));
        let (by_subject, by_topic) = (by(gone(), |event| &event.subject), by(gone(), |event| &event.topic));
        let (old_topics, new_topics) =
            (by(&old.events, |event| &event.topic), by(&self.events, |event| &event.topic));
        let counterpart = |event: &Event| {
            if let Some(same) = by_name.get(&*event.name) {
                return Some(*same);
            }
            let is_alone = only(&new_topics, &event.topic).and(only(&old_topics, &event.topic)).is_some();
            let former = self.aliases(event).into_iter();
            former
                .filter_map(|name| by_name.get(&*name).copied())
                .find(|before| !names.contains(&*before.name))
                .or_else(|| only(&by_subject, &event.subject))
                .or_else(|| only(&by_topic, &event.topic).filter(|_| is_alone))
        };
        self.events.iter().filter_map(|event| Some((event, counterpart(event)?))).collect()
    }

    /// The former names of an event.
    fn aliases(&self, event: &Event) -> Vec<String> {
        match self.types_of(event).get(event.type_id) {
            Type::Record(record) => record.aliases.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }
}

type Grouped<'a> = BTreeMap<&'a str, Vec<&'a Event>>;

fn by<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    property: impl Fn(&'a Event) -> &'a String,
) -> Grouped<'a> {
    let mut groups = Grouped::new();
    for event in events {
        groups.entry(property(event)).or_default().push(event);
    }
    groups
}

fn only<'a>(groups: &Grouped<'a>, property: &str) -> Option<&'a Event> {
    match groups.get(property).map(Vec::as_slice) {
        Some([only]) => Some(only),
        _ => None,
    }
}

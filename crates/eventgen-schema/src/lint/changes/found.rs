//! The changes that were found.

use std::collections::BTreeMap;

use crate::compatibility::Element;
use crate::contract::Contract;
use crate::diagnostics::Diagnostic;

/// A change, and where to look for it.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) diagnostic: Diagnostic,
    pub(crate) old: Option<Whereabouts>,
    pub(crate) new: Option<Whereabouts>,
}

/// Where one version says what changed.
#[derive(Debug)]
pub(crate) enum Whereabouts {
    /// In the annotation of an event, by a property in camel case, or in `eventgen.toml`.
    Annotation { event: String, property: &'static str },
    /// In the schema of an event.
    Schema { event: String, element: Element },
}

/// The changes that were found.
pub(super) struct Changes {
    pub(super) found: Vec<Change>,
    /// An event of each topic, whose annotation says what the topic is.
    old_events: BTreeMap<String, String>,
    new_events: BTreeMap<String, String>,
}

impl Changes {
    pub(super) fn new(old: &Contract, new: &Contract) -> Self {
        // Of several events on a topic, the first one by name counts.
        let events = |contract: &Contract| {
            let events = contract.events.iter().rev();
            events.map(|event| (event.topic.clone(), event.name.clone())).collect()
        };
        Self { found: Vec::new(), old_events: events(old), new_events: events(new) }
    }

    /// Adds a change of a topic that both contracts have.
    pub(super) fn topic(&mut self, topic: &str, property: &'static str, diagnostic: Diagnostic) {
        let said = |events: &BTreeMap<String, String>| {
            Some(Whereabouts::Annotation { event: events.get(topic)?.clone(), property })
        };
        let (old, new) = (said(&self.old_events), said(&self.new_events));
        self.found.push(Change { diagnostic, old, new });
    }

    /// Adds a change of an event that both contracts have.
    pub(super) fn event(&mut self, old: &str, new: &str, property: &'static str, diagnostic: Diagnostic) {
        let said = |event: &str| Some(Whereabouts::Annotation { event: event.to_owned(), property });
        self.found.push(Change { diagnostic, old: said(old), new: said(new) });
    }

    /// Adds a change of the schema of an event that both contracts have.
    pub(super) fn schema(
        &mut self,
        (before, event): (&str, &str),
        (old, new): (Element, Element),
        diagnostic: Diagnostic,
    ) {
        let said = |event: &str, element| Some(Whereabouts::Schema { event: event.to_owned(), element });
        self.found.push(Change { diagnostic, old: said(before, old), new: said(event, new) });
    }

    /// Adds an event that only the old contract has.
    pub(super) fn removed(&mut self, old: &str, diagnostic: Diagnostic) {
        let old = Whereabouts::Annotation { event: old.to_owned(), property: "topic" };
        self.found.push(Change { diagnostic, old: Some(old), new: None });
    }
}

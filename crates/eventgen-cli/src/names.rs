//! The names of topics on the command line.

use std::collections::BTreeSet;

use eventgen_schema::{Contract, Manifest};

/// The topics of a contract, by their names in the cluster and by those of the contract, which have no prefix.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// What the names of the environment begin with.
    prefix: String,
    /// All topics of the contract.
    known: BTreeSet<String>,
    /// Topics with events: those of the environment, and of the others.
    with_events: BTreeSet<String>,
}

impl Names {
    pub(crate) fn new(contract: &Contract, manifest: Option<&Manifest>, environment: Option<&str>) -> Self {
        let prefixes: Vec<(&str, &str)> = manifest.into_iter().flat_map(Manifest::topic_prefixes).collect();
        let own = prefixes.iter().find(|(name, _)| Some(*name) == environment);
        let prefix = own.map_or("", |(_, prefix)| prefix);
        let mut names = Self { prefix: prefix.to_owned(), ..Self::default() };
        for topic in contract.topics.values() {
            let with_events = topic.retry_topics().into_iter().map(|retry| retry.name);
            for name in with_events.chain([topic.name.clone()]) {
                let bare = name.strip_prefix(prefix).unwrap_or(&name);
                names.with_events.extend(prefixes.iter().map(|(_, prefix)| format!("{prefix}{bare}")));
                names.with_events.insert(name);
            }
            names.known.extend(topic.dead_letter.iter().map(|letters| letters.topic.clone()));
        }
        for letters in &names.known {
            names.with_events.remove(letters);
        }
        names.known.extend(names.with_events.iter().cloned());
        names
    }

    /// The name in the cluster of a topic that is called so.
    pub(crate) fn of(&self, name: &str) -> String {
        let prefixed = format!("{}{name}", self.prefix);
        if !self.known.contains(name) && self.known.contains(&prefixed) { prefixed } else { name.to_owned() }
    }

    /// Whether a topic has events of the contract, or retries of them.
    pub(crate) fn has_events(&self, name: &str) -> bool {
        self.with_events.contains(name)
    }
}

//! Which dead-letter topics a command line is about, and which of their letters.

use std::collections::BTreeMap;

use eventgen_admin::dead_letters::LetterFilter;
use eventgen_admin::typed_key_payload;
use eventgen_schema::{Contract, Topic};

use crate::arguments::Letters;
use crate::failure::Failure;
use crate::names::Names;

/// A dead-letter topic, and which letters of it were selected.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) name: String,
    pub(super) filter: LetterFilter,
    /// Whether it was named on the command line.
    pub(super) is_asked_for: bool,
}

/// The dead-letter topics that were named, by the names of their sources or by their own; all of the contract if none was.
///
/// # Errors
/// A topic that was named has events: as dead letters they would be discarded, or sent again.
pub(super) fn select(
    arguments: &Letters,
    contract: &Contract,
    names: &Names,
) -> Result<Vec<Selected>, Failure> {
    let dead_letter = |topic: &Topic| topic.dead_letter.as_ref().map(|to| to.topic.clone());
    let asked: Vec<String> = arguments.topic.iter().map(|name| names.of(name)).collect();
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in &asked {
        match contract.topics.get(name).and_then(dead_letter) {
            Some(letters) => {
                let shared =
                    contract.topics.values().filter_map(dead_letter).filter(|to| *to == letters).count() > 1;
                sources.entry(letters).or_default().extend(shared.then(|| name.clone()));
            }
            None if names.has_events(name) => {
                return Err(Failure::NotDeadLetters { topic: name.clone() });
            }
            None => drop(sources.entry(name.clone()).or_default()),
        }
    }
    let is_asked_for = !sources.is_empty();
    if !is_asked_for {
        sources = contract.topics.values().filter_map(dead_letter).map(|name| (name, Vec::new())).collect();
    }
    let selected = sources.into_iter().map(|(name, sources)| {
        let is_own = asked.contains(&name);
        let mut filter = arguments.filter(if is_own { Vec::new() } else { sources });
        filter.typed_keys = typed_keys(&arguments.key, contract, &name);
        Selected { name, filter, is_asked_for }
    });
    Ok(selected.collect())
}

/// Keys of the command line as typed keys of the topics whose letters come here. One that a topic cannot have selects nothing
/// there.
fn typed_keys(keys: &[String], contract: &Contract, letters: &str) -> Vec<Vec<u8>> {
    let has_letters =
        |topic: &&Topic| topic.dead_letter.as_ref().is_some_and(|dead_letter| dead_letter.topic == letters);
    let topics = contract.topics.values().filter(has_letters);
    let events = topics.filter_map(|topic| contract.events_on(&topic.name).next());
    let typed = events.flat_map(|event| {
        keys.iter().filter_map(|key| typed_key_payload(contract, event, key).ok().flatten())
    });
    typed.collect()
}

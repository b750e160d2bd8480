//! Which dead-letter topics a command line is about, and which of their letters.

use std::collections::BTreeMap;

use eventgen_admin::dead_letters::LetterFilter;
use eventgen_admin::typed_key_payload;
use eventgen_schema::{Contract, Topic};

use crate::arguments::Letters;
use crate::count::count;
use crate::failure::Failure;
use crate::names::Names;
use crate::outcome::Outcome;
use crate::printable;
use crate::terminal::summary;

/// A dead-letter topic, and which letters of it were selected.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) name: String,
    pub(super) filter: LetterFilter,
    /// Why a key that is asked for is none of the topics whose letters come here.
    unfit: Vec<String>,
    /// Whether it was named on the command line.
    pub(super) is_asked_for: bool,
}

/// Says for how many letters `--key` could not be decided, and, where none was selected, which key no topic can have. Both may be
/// why nothing was found: the first is a failure then.
pub(super) fn remark(topics: &[Selected], selected: usize, undecided: u64) -> Outcome {
    if selected == 0 {
        for problem in topics.iter().flat_map(|topic| &topic.unfit) {
            summary(&format!("warning: {problem}"));
        }
    }
    if undecided == 0 {
        return Outcome::Fine;
    }
    let letters = count(usize::try_from(undecided).unwrap_or(usize::MAX), "letter");
    summary(&format!(
        "warning: the keys of {letters} were not compared with --key: they have schemas, and no topic of the contract with these \
         letters has typed keys; --offset selects letters by their places"
    ));
    if selected == 0 { Outcome::Failure } else { Outcome::Fine }
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
        let unfit;
        (filter.typed_keys, unfit) = typed_keys(&arguments.key, contract, &name);
        Selected { name, filter, unfit, is_asked_for }
    });
    Ok(selected.collect())
}

/// Keys of the command line as typed keys of the topics whose letters come here, and why one is none there. `None` if keys are
/// text in the contract, or unknown to it.
fn typed_keys(keys: &[String], contract: &Contract, letters: &str) -> (Option<Vec<Vec<u8>>>, Vec<String>) {
    let has_letters =
        |topic: &&Topic| topic.dead_letter.as_ref().is_some_and(|dead_letter| dead_letter.topic == letters);
    let topics = contract.topics.values().filter(has_letters);
    let events = topics.filter_map(|topic| contract.events_on(&topic.name).next());
    let (mut typed, mut unfit) = (None, Vec::new());
    for event in events.filter(|event| event.typed_key.is_some()) {
        let typed = typed.get_or_insert_with(Vec::new);
        for key in keys {
            match typed_key_payload(contract, event, key) {
                Ok(payload) => typed.extend(payload),
                Err(problem) => unfit.push(format!(
                    "--key {} is no key of `{}`: {}",
                    printable::text(key),
                    event.topic,
                    printable::text(&problem.to_string())
                )),
            }
        }
    }
    (typed, unfit)
}

//! The lines of the subjects, their counts, and the exit code.

use std::collections::BTreeMap;

use eventgen_registry::registration::{
    AppliedChange, AppliedSchema, ApplyError, LevelChange, Plan, SchemaChange,
};
use eventgen_registry::{Compatibility, SchemaId};
use eventgen_schema::Loaded;

use super::keys::Keys;
use super::text::{Tense, applied, planned};
use crate::arguments::Output;
use crate::count::count;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::report::{Level, RegisteredSubject, SubjectState as State};
use crate::terminal::{error, is_quiet, line, summary};

/// What becomes of the subjects.
#[derive(Debug)]
pub(super) struct Tally {
    output: Output,
    /// The locations of events, by their subjects.
    locations: BTreeMap<String, String>,
    keys: Keys,
    /// How many subjects are in each state.
    states: BTreeMap<State, usize>,
    subjects: Vec<RegisteredSubject>,
}

impl Tally {
    pub(super) fn new(loaded: &Loaded, keys: Keys, output: Output) -> Self {
        Self { output, locations: locations(loaded), keys, states: BTreeMap::new(), subjects: Vec::new() }
    }

    /// Prints the lines of a plan that is not carried out.
    pub(super) fn plan(&mut self, plan: &Plan, tense: Tense) -> Result<(), Failure> {
        plan.changes().iter().try_for_each(|change| {
            let known = match change.schema {
                SchemaChange::Unchanged { id, version } => Some((id, Some(version))),
                _ => None,
            };
            let (state, mut text) = planned(change, tense);
            if tense == Tense::Conditional {
                text.extend(self.keys.planned(change));
            }
            self.print(&change.subject.name, known, change.level, (state, text))
        })
    }

    /// Prints the line of a change that was made.
    pub(super) fn applied(&mut self, change: &AppliedChange) -> Result<(), Failure> {
        let known = match change.schema {
            AppliedSchema::Unchanged { id, version } => Some((id, Some(version))),
            AppliedSchema::Registered { id, version } => Some((id, version)),
            _ => None,
        };
        let (state, mut text) = applied(change);
        text.extend(self.keys.applied(change));
        self.print(&change.subject, known, change.level, (state, text))
    }

    /// Notes the subjects that an error left as they were. The error is printed elsewhere.
    pub(super) fn unfinished(&mut self, error: &ApplyError) {
        for subject in &error.left {
            let (state, text) = if *subject == error.subject {
                (State::Failed, error.error.to_string())
            } else {
                (State::HeldBack, "not done: another subject failed".to_owned())
            };
            self.subjects.push(entry(subject, None, None, state, text));
        }
    }

    /// Counts a subject and prints its line.
    fn print(
        &mut self,
        subject: &str,
        known: Option<(SchemaId, Option<u32>)>,
        level: Option<LevelChange>,
        (state, text): (State, String),
    ) -> Result<(), Failure> {
        *self.states.entry(state).or_default() += 1;
        let is_wrong = matches!(state, State::Refused | State::Failed);
        let printed = match self.locations.get(subject).filter(|_| is_wrong) {
            Some(location) => format!("{subject} ({location}): {text}"),
            None => format!("{subject}: {text}"),
        };
        self.subjects.push(entry(subject, known, level, state, text));
        if is_wrong && is_quiet() {
            error(&format!("error: {printed}"));
            Ok(())
        } else if self.output == Output::Human {
            line(&printed)
        } else {
            summary(&printed);
            Ok(())
        }
    }

    /// Says which topics of the lock have keys of text now.
    pub(super) fn keys_of_text(&self) {
        for (subject, topic) in self.keys.text() {
            summary(&format!(
                "{subject}: has the schema of the keys of `{topic}`, which are text now: equal values have other keys (EG0401)"
            ));
        }
    }

    /// What became of each subject, in the order of the lines.
    pub(super) fn subjects(&self) -> &[RegisteredSubject] {
        &self.subjects
    }

    fn number(&self, state: State) -> usize {
        self.states.get(&state).copied().unwrap_or_default()
    }

    pub(super) fn summary(&self, url: &str, changed: &str) -> String {
        let mut parts = vec![
            format!("{} {changed}", self.number(State::Changed)),
            format!("{} unchanged", self.number(State::Unchanged)),
            format!("{} refused", self.number(State::Refused)),
        ];
        for (state, what) in [(State::Failed, "failed"), (State::HeldBack, "held back")] {
            let number = self.number(state);
            if number > 0 {
                parts.push(format!("{number} {what}"));
            }
        }
        format!("{} at {url}: {}", count(self.states.values().sum(), "schema"), parts.join(", "))
    }

    pub(super) fn outcome(&self) -> Outcome {
        match (self.number(State::Refused), self.number(State::Failed)) {
            (0, 0) => Outcome::Fine,
            (0, _) => Outcome::Failure,
            _ => Outcome::Incompatible,
        }
    }
}

fn entry(
    subject: &str,
    known: Option<(SchemaId, Option<u32>)>,
    level: Option<LevelChange>,
    state: State,
    text: String,
) -> RegisteredSubject {
    let level =
        level.map(|change| Level { from: change.from.map(Compatibility::as_str), to: change.to.as_str() });
    RegisteredSubject {
        subject: subject.to_owned(),
        state,
        id: known.map(|(id, _)| id.0),
        version: known.and_then(|(_, version)| version),
        level,
        text,
    }
}

/// The file and the line of each event, by subject.
fn locations(loaded: &Loaded) -> BTreeMap<String, String> {
    let events = loaded.contract.events.iter();
    let located = events.filter_map(|event| {
        let (path, line) = loaded.event_locations.get(&event.name)?;
        let location = format!("{}:{line}", path.display());
        let key = event.typed_key.as_ref().map(|key| (key.subject.clone(), location.clone()));
        Some(key.into_iter().chain([(event.subject.clone(), location)]))
    });
    located.flatten().collect()
}

//! `eventgen register`: brings every subject of the contract to the registry.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use eventgen_registry::Compatibility;
use eventgen_registry::registration::{
    AppliedChange, AppliedSchema, CompatibilityChecker, LevelChange, SchemaChange, SubjectChange,
    WeakerLevels,
};
use eventgen_schema::Loaded;

use crate::arguments;
use crate::compatibility::Checker;
use crate::failure::Failure;
use crate::load::{Read, load};
use crate::outcome::Outcome;
use crate::registry::connect;
use crate::subject::subjects;
use crate::terminal::{Terminal, count, line, summary};

pub(crate) fn register(arguments: &arguments::Register, terminal: Terminal) -> Result<Outcome, Failure> {
    let Read { loaded, manifest } = load(&arguments.schemas, arguments.env.as_deref(), terminal)?;
    let (url, context) = (arguments.schema_registry.as_deref(), arguments.context.as_deref());
    let registry = connect(url, context, arguments.env.as_deref(), manifest.as_ref())?;
    // What is registered is decided by the registry alone.
    let checker = arguments.dry_run.then_some(&Checker as &dyn CompatibilityChecker);
    let weaker = if arguments.allow_weaker_level { WeakerLevels::Set } else { WeakerLevels::Refuse };
    let plan = registry.plan_with(&subjects(&loaded.contract), checker, weaker)?;
    let mut tally = Tally { locations: locations(&loaded), ..Tally::default() };
    if arguments.dry_run {
        for change in plan.changes() {
            tally.print(&change.subject.name, &planned(change))?;
        }
    } else {
        // A line is printed as soon as its subject is done: an error behind it does not hide what was changed.
        let mut printed = Ok(());
        registry.apply(&plan, |change| {
            if printed.is_ok() {
                printed = tally.print(&change.subject, &applied(change));
            }
            ControlFlow::Continue(())
        })?;
        printed?;
    }
    let change = if arguments.dry_run { "to change" } else { "changed" };
    summary(&format!(
        "{} at {}: {} {change}, {} unchanged, {} refused",
        count(plan.changes().len(), "schema"),
        registry.url(),
        tally.changed,
        tally.unchanged,
        tally.refused,
    ));
    Ok(if tally.refused > 0 { Outcome::Incompatible } else { Outcome::Fine })
}

/// What became of a subject, or would become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unchanged,
    Changed,
    Refused,
}

#[derive(Debug, Default)]
struct Tally {
    /// The locations of events, by their subjects.
    locations: BTreeMap<String, String>,
    unchanged: usize,
    changed: usize,
    refused: usize,
}

impl Tally {
    /// Counts a subject and prints its line.
    fn print(&mut self, subject: &str, (state, text): &(State, String)) -> Result<(), Failure> {
        match state {
            State::Unchanged => self.unchanged += 1,
            State::Changed => self.changed += 1,
            State::Refused => self.refused += 1,
        }
        match self.locations.get(subject).filter(|_| *state == State::Refused) {
            Some(location) => line(&format!("{subject} ({location}): {text}")),
            None => line(&format!("{subject}: {text}")),
        }
    }
}

/// The file and the line of each event, by subject.
fn locations(loaded: &Loaded) -> BTreeMap<String, String> {
    let events = loaded.contract.events.iter();
    let located = events.filter_map(|event| {
        let (path, line) = loaded.event_locations.get(&event.name)?;
        Some((event.subject.clone(), format!("{}:{line}", path.display())))
    });
    located.collect()
}

fn applied(change: &AppliedChange) -> (State, String) {
    let level = change.level.map(level);
    match &change.schema {
        AppliedSchema::Unchanged { id, version } => unchanged(&format!("id {id} version {version}"), level),
        AppliedSchema::Registered { id, version } => {
            let version = version.map(|version| format!(" version {version}")).unwrap_or_default();
            (State::Changed, join(format!("registered id {id}{version}"), level))
        }
        AppliedSchema::Refused { reasons } => (State::Refused, join(refused("refused", reasons), level)),
        _ => (State::Changed, join("changed".to_owned(), level)),
    }
}

fn planned(change: &SubjectChange) -> (State, String) {
    let level = change.level.map(|change| format!("would set {}", level(change)));
    match &change.schema {
        SchemaChange::Unchanged { id, version } => unchanged(&format!("id {id} version {version}"), level),
        SchemaChange::Incompatible { reasons } => {
            (State::Refused, join(refused("would be refused", reasons), level))
        }
        SchemaChange::WeakerLevel { from, to } => {
            (State::Refused, format!("would be refused: {}", weaker(*from, *to)))
        }
        _ => (State::Changed, join("would register".to_owned(), level)),
    }
}

/// The schema needs no change; its level may need one.
fn unchanged(version: &str, level: Option<String>) -> (State, String) {
    let state = if level.is_some() { State::Changed } else { State::Unchanged };
    (state, join(format!("unchanged {version}"), level))
}

fn refused(verb: &str, reasons: &[String]) -> String {
    if reasons.is_empty() {
        return format!("{verb}: the registry gives no reason");
    }
    format!("{verb}: {}; {}", reasons.join("; "), remedy(reasons))
}

const ALLOW_WEAKER: &str = "keep the registry's level, or pass --allow-weaker-level to set the contract's";

/// The refusal of a level.
fn weaker(from: Compatibility, to: Compatibility) -> String {
    format!("its level {to} is weaker than {from}, by which the registry checks the subject; {ALLOW_WEAKER}")
}

/// What to do about a refusal. The registries agree on the names of the differences.
fn remedy(reasons: &[String]) -> &'static str {
    let is = |name: &str| reasons.iter().any(|reason| reason.contains(name));
    if is("is weaker than") {
        ALLOW_WEAKER
    } else if is("READER_FIELD_MISSING_DEFAULT_VALUE") {
        "records of one version would lack the field in the other: give the field a `default`, or move the event to a new topic"
    } else if is("MISSING_ENUM_SYMBOLS") {
        "a reader would not know the symbol: give the enum a `default` in a version before the symbol changes, or move the \
         event to a new topic"
    } else {
        "undo the change, add a field beside the old one, or move the event to a new topic"
    }
}

/// A change of level, such as `level NONE -> BACKWARD`.
fn level(LevelChange { from, to, .. }: LevelChange) -> String {
    match from {
        Some(from) => format!("level {from} -> {to}"),
        None => format!("level (none of its own) -> {to}"),
    }
}

fn join(text: String, level: Option<String>) -> String {
    [Some(text), level].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

//! `eventgen register`: brings every subject of the contract to the registry.
//!
//! Everything is read and checked before anything is written. The dry run prints the plan that a run carries out.

mod text;

use std::collections::BTreeMap;

use eventgen_registry::registration::{Plan, PlanOptions, WeakerLevels};
use eventgen_schema::Loaded;

use crate::arguments;
use crate::compatibility::Checker;
use crate::count::count;
use crate::failure::Failure;
use crate::load::{Read, load};
use crate::lock::{self, Writer};
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::registry::connect;
use crate::subject::subjects;
use crate::terminal::{Terminal, line, summary};
use text::{State, Tense, applied, planned};

pub(crate) fn register(arguments: &arguments::Register, terminal: Terminal) -> Result<Outcome, Failure> {
    let Read { loaded, manifest } = load(&arguments.schemas, arguments.env.as_deref(), terminal)?;
    let (url, context) = (arguments.schema_registry.as_deref(), arguments.context.as_deref());
    let registry = connect(url, context, arguments.env.as_deref(), manifest.as_ref())?;
    let subjects = subjects(&loaded.contract);
    let progress = Progress::new("checked", subjects.len());
    let show = |done| progress.show(done);
    let weaker = if arguments.allow_weaker_level { WeakerLevels::Set } else { WeakerLevels::Refuse };
    let options = PlanOptions::new().checker(&Checker).progress(&show).weaker_levels(weaker);
    let plan = registry.plan(&subjects, options);
    progress.clear();
    let plan = plan?;

    let mut tally = Tally { locations: locations(&loaded), ..Tally::default() };
    let is_refused = plan.refused().next().is_some();
    if arguments.dry_run || is_refused {
        let tense = if arguments.dry_run { Tense::Conditional } else { Tense::Refused };
        tally.plan(&plan, tense)?;
        summary(&tally.summary(registry.url(), if arguments.dry_run { "to change" } else { "changed" }));
        return Ok(tally.outcome());
    }
    let mut lock = match &manifest {
        Some(_) if !arguments.no_lock => {
            let name = lock::name(arguments.env.as_deref(), url, registry.url());
            Some(Writer::new(lock::path(manifest.as_ref()), name, &loaded.contract)?)
        }
        _ => None,
    };
    // A line is printed as soon as its subject is done: an error behind it does not hide what was changed.
    let mut printed = Ok(());
    let result = registry.apply(&plan, |change| {
        if let Some(lock) = &mut lock {
            lock.applied(change);
        }
        if printed.is_ok() {
            printed = tally.print(&change.subject, &applied(change));
        }
    });
    if let Some(lock) = lock {
        let is_whole = manifest.as_ref().is_some_and(|file| file.is_covered_by(&arguments.schemas.paths));
        lock.save(is_whole && result.is_ok())?;
    }
    printed?;
    if let Err(error) = result {
        summary(&tally.summary(registry.url(), "changed"));
        return Err(Failure::Unfinished { error: Box::new(error) });
    }
    summary(&tally.summary(registry.url(), "changed"));
    Ok(tally.outcome())
}

#[derive(Debug, Default)]
struct Tally {
    /// The locations of events, by their subjects.
    locations: BTreeMap<String, String>,
    /// How many subjects are in each state.
    states: BTreeMap<State, usize>,
}

impl Tally {
    /// Prints the lines of a plan that is not carried out.
    fn plan(&mut self, plan: &Plan, tense: Tense) -> Result<(), Failure> {
        plan.changes().iter().try_for_each(|change| self.print(&change.subject.name, &planned(change, tense)))
    }

    /// Counts a subject and prints its line.
    fn print(&mut self, subject: &str, (state, text): &(State, String)) -> Result<(), Failure> {
        *self.states.entry(*state).or_default() += 1;
        let is_wrong = matches!(state, State::Refused | State::Failed);
        match self.locations.get(subject).filter(|_| is_wrong) {
            Some(location) => line(&format!("{subject} ({location}): {text}")),
            None => line(&format!("{subject}: {text}")),
        }
    }

    fn number(&self, state: State) -> usize {
        self.states.get(&state).copied().unwrap_or_default()
    }

    fn summary(&self, url: &str, changed: &str) -> String {
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

    fn outcome(&self) -> Outcome {
        match (self.number(State::Refused), self.number(State::Failed)) {
            (0, 0) => Outcome::Fine,
            (0, _) => Outcome::Failure,
            _ => Outcome::Incompatible,
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

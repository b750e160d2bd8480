//! `eventgen register`: brings every subject of the contract to the registry.
//!
//! Everything is read and checked before anything is written. The dry run prints the plan that a run carries out.

mod keys;
mod report;
mod tally;
mod text;

use std::collections::BTreeSet;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::registration::{PlanOptions, WeakerLevels};
use eventgen_schema::Diagnostics;

use crate::arguments::{self, Output};
use crate::compatibility::Checker;
use crate::failure::Failure;
use crate::load::{Read, load};
use crate::lock::{self, Writer};
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::registry::connect;
use crate::report::registration_report;
use crate::subject::subjects;
use crate::terminal::{self, Terminal, summary};
use keys::Keys;
use tally::Tally;
use text::Tense;

pub(crate) fn register(arguments: &arguments::Register, terminal: Terminal) -> Result<Outcome, Failure> {
    let Read { loaded, manifest } = load(&arguments.schemas, arguments.env.as_deref(), terminal)?;
    let (url, context) = (arguments.schema_registry.as_deref(), arguments.context.as_deref());
    let registry = connect(url, context, arguments.env.as_deref(), manifest.as_ref())?;
    let subjects = subjects(&loaded.contract);
    let progress = Progress::new("checked", subjects.len());
    let show = |done| progress.show(done);
    let weaker = if arguments.allow_weaker_level { WeakerLevels::Set } else { WeakerLevels::Refuse };
    let checker = Checker::default();
    let options = PlanOptions::new().checker(&checker).progress(&show).weaker_levels(weaker);
    let plan = registry.plan(&subjects, options);
    progress.clear();
    let plan = plan?;

    // A registration with a lock that cannot be read does not begin.
    let mut lock = match &manifest {
        Some(_) if !arguments.no_lock => {
            let name = lock::name(arguments.env.as_deref(), url, registry.url());
            Some(Writer::new(lock::path(manifest.as_ref()), name, &loaded.contract)?)
        }
        _ => None,
    };
    let keys = Keys::read(&registry, &loaded.contract, &plan, lock.as_ref().map(Writer::before))?;
    let kept =
        if arguments.dry_run { BTreeSet::new() } else { still_registered(&registry, keys.text().keys()) };
    let mut tally = Tally::new(&loaded, keys, arguments.output);
    tally.keys_of_text();
    let is_refused = plan.refused().next().is_some();
    if arguments.dry_run || is_refused {
        let tense = if arguments.dry_run { Tense::Conditional } else { Tense::Refused };
        tally.plan(&plan, tense)?;
        print(&tally, arguments.output, || report::of_plan(&loaded, &plan, checker))?;
        summary(&tally.summary(registry.url(), if arguments.dry_run { "to change" } else { "changed" }));
        return Ok(tally.outcome());
    }
    // A line is printed as soon as its subject is done: an error behind it does not hide what was changed.
    let mut printed = Ok(());
    let result = registry.apply(&plan, |change| {
        if let Some(lock) = &mut lock {
            lock.applied(change);
        }
        if printed.is_ok() {
            printed = tally.applied(change);
        }
    });
    if let Some(lock) = lock {
        let is_whole = manifest.as_ref().is_some_and(|file| file.is_covered_by(&arguments.schemas.paths));
        lock.save(is_whole && result.is_ok(), &kept)?;
    }
    printed?;
    if let Err(error) = result {
        tally.unfinished(&error);
        print(&tally, arguments.output, || report::of_failure(&loaded, &error))?;
        summary(&tally.summary(registry.url(), "changed"));
        return Err(Failure::Unfinished { error: Box::new(error) });
    }
    print(&tally, arguments.output, || report::of_plan(&loaded, &plan, checker))?;
    summary(&tally.summary(registry.url(), "changed"));
    Ok(tally.outcome())
}

/// The subjects that a registry has. One that cannot be read counts: the lock keeps it.
fn still_registered<'s>(
    registry: &RegistryClient,
    subjects: impl Iterator<Item = &'s String>,
) -> BTreeSet<String> {
    let has = |subject: &&String| registry.versions(subject).map_or(true, |versions| !versions.is_empty());
    subjects.filter(has).cloned().collect()
}

/// Prints the report for programs. People have the lines of the subjects.
fn print(tally: &Tally, output: Output, found: impl FnOnce() -> Diagnostics) -> Result<(), Failure> {
    if output == Output::Human {
        return Ok(());
    }
    let text = registration_report(&found(), tally.subjects(), output)?;
    if text.is_empty() { Ok(()) } else { terminal::output(&text) }
}

//! `eventgen diff`: compares the contract with one that is in use, before it is merged.

mod old;
mod registry;

use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use eventgen_schema::comparison::Comparison;
use eventgen_schema::lint::Levels;
use eventgen_schema::{Loaded, Manifest, code};

use crate::arguments::{Against, Diff};
use crate::failure::Failure;
use crate::gate::{LeftOut, conclude, reported};
use crate::git::Snapshot;
use crate::load::{Read, load, manifest};
use crate::lock;
use crate::outcome::Outcome;
use crate::report::Title;
use crate::terminal::Terminal;

pub(crate) fn diff(arguments: &Diff, terminal: Terminal) -> Result<Outcome, Failure> {
    let compared = compare(arguments, terminal);
    compared.or_else(|failure| reported(failure, arguments.output, Title::DIFF))
}

fn compare(arguments: &Diff, terminal: Terminal) -> Result<Outcome, Failure> {
    let levels = allowed(&arguments.allow)?;
    let environment = arguments.env.as_deref();
    // Both versions are read at the same time.
    let (read, old) = thread::scope(|scope| {
        let old = match &arguments.against {
            Against::Git(reference) => Some(scope.spawn(|| commit(reference, arguments))),
            _ => None,
        };
        let read = load(&arguments.schemas, environment, terminal);
        (read, old.map(|old| old.join().unwrap_or_else(|panic| resume_unwind(panic))))
    });
    let Read { loaded, manifest } = read?;
    let levels = levels.over(manifest.as_ref().map(Manifest::levels));
    let mut comparison = Comparison::new(&loaded, arguments.mode);
    let left_out = match &arguments.against {
        Against::Git(reference) => {
            let (events, reason) = match old.transpose()? {
                Some((snapshot, narrow)) => {
                    let new = (&loaded, manifest.as_ref());
                    let old = old::whole(&snapshot, &arguments.schemas, new, (environment, narrow))?;
                    match &old {
                        Some(old) => {
                            (comparison.with_contract(old, |path| snapshot.shown(path)), "does not have")
                        }
                        None => (names(&loaded), "has no schemas there, and lacks"),
                    }
                }
                None => (names(&loaded), "was not read, and lacks"),
            };
            LeftOut { events, reason: format!("`{reference}` {reason}") }
        }
        Against::Folder(folder) => {
            let old = old::of_folder(folder, &arguments.schemas.include, environment)?;
            let events = comparison.with_contract(&old, Path::to_owned);
            LeftOut { events, reason: format!("{} does not have", folder.display()) }
        }
        Against::Registry => {
            let (url, context) = (arguments.schema_registry.as_deref(), arguments.context.as_deref());
            let registry = crate::registry::connect(url, context, environment, manifest.as_ref())?;
            let events = registry::compare(&registry, &loaded, &mut comparison)?;
            LeftOut { events, reason: format!("{} has no version of the subject of", registry.url()) }
        }
        Against::Lock => {
            let path = lock::path(manifest.as_ref());
            let lock = lock::read(&path)?;
            let variable = crate::registry::variable("SCHEMA_REGISTRY_URL");
            let registry = arguments.schema_registry.as_deref().or(environment).or(variable.as_deref());
            if let Some(registry) = registry.filter(|name| !lock.registries().contains_key(*name)) {
                let known = lock.registries().keys().map(|name| format!("`{name}`")).collect();
                return Err(Failure::NotLocked { path, registry: registry.to_owned(), known });
            }
            if lock.registries().is_empty() {
                return Err(Failure::EmptyLock { path });
            }
            comparison.with_lock(&lock, registry);
            LeftOut::default()
        }
    };
    let schemas = comparison.schema_count();
    let found = comparison.finish(&levels);
    conclude(&found, (schemas, &left_out), Title::DIFF, arguments.output, terminal)
}

/// The contract of a commit; none if the commit has no schemas.
fn commit(reference: &str, arguments: &Diff) -> Result<(Snapshot, Option<Loaded>), Failure> {
    let snapshot = Snapshot::of(reference)?;
    let manifest = manifest(&arguments.schemas.paths)?;
    let environment = arguments.env.as_deref();
    let old = old::of_commit(&snapshot, &arguments.schemas, manifest.as_ref(), environment)?;
    Ok((snapshot, old))
}

fn names(loaded: &Loaded) -> Vec<String> {
    loaded.contract.events.iter().map(|event| event.name.clone()).collect()
}

/// The lints that the command line allows.
fn allowed(names: &[String]) -> Result<Levels, Failure> {
    let mut levels = Levels::default();
    for name in names {
        let lint = code::Code::find(name).and_then(|code| code.lint);
        let lint = lint.ok_or_else(|| Failure::UnknownLint { lint: name.clone() })?;
        levels = levels.allow(lint);
    }
    Ok(levels)
}

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
use crate::gate::conclude;
use crate::git::Snapshot;
use crate::load::{Read, load, manifest};
use crate::lock;
use crate::outcome::Outcome;
use crate::report::Title;
use crate::terminal::Terminal;

pub(crate) fn diff(arguments: &Diff, terminal: Terminal) -> Result<Outcome, Failure> {
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
    match &arguments.against {
        Against::Git(_) => {
            if let Some((snapshot, Some(old))) = &old.transpose()? {
                comparison.with_contract(old, |path| snapshot.shown(path));
            }
        }
        Against::Folder(folder) => {
            let old = old::of_folder(folder, &arguments.schemas.include, environment)?;
            comparison.with_contract(&old, Path::to_owned);
        }
        Against::Registry => {
            let (url, context) = (arguments.schema_registry.as_deref(), arguments.context.as_deref());
            let registry = crate::registry::connect(url, context, environment, manifest.as_ref())?;
            registry::compare(&registry, &loaded, &mut comparison)?;
        }
        Against::Lock => {
            let path = lock::path(manifest.as_ref());
            let lock = lock::read(&path)?;
            let registry = arguments.schema_registry.as_deref().or(environment);
            if let Some(registry) = registry.filter(|name| !lock.registries().contains_key(*name)) {
                let known = lock.registries().keys().map(|name| format!("`{name}`")).collect();
                return Err(Failure::NotLocked { path, registry: registry.to_owned(), known });
            }
            comparison.with_lock(&lock, registry);
        }
    }
    let schemas = comparison.schema_count();
    let found = comparison.finish(&levels);
    conclude(&found, schemas, Title::DIFF, arguments.output, terminal)
}

/// The contract of a commit; none if the commit has no schemas.
fn commit(reference: &str, arguments: &Diff) -> Result<(Snapshot, Option<Loaded>), Failure> {
    let snapshot = Snapshot::of(reference)?;
    let manifest = manifest(&arguments.schemas.paths)?;
    let environment = arguments.env.as_deref();
    let old = old::of_commit(&snapshot, &arguments.schemas, manifest.as_ref(), environment)?;
    Ok((snapshot, old))
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

//! The contract that the new one is compared with.

use std::path::{Path, PathBuf};

use eventgen_schema::{Diagnostics, Event, Loaded, Loader, Manifest, Sources};

use crate::arguments::Schemas;
use crate::failure::Failure;
use crate::git::Snapshot;

/// The contract of a commit, of the schemas at the paths that are given; `None` if the commit has none there.
pub(super) fn of_commit(
    snapshot: &Snapshot,
    schemas: &Schemas,
    manifest: Option<&Manifest>,
    environment: Option<&str>,
) -> Result<Option<Loaded>, Failure> {
    let Places { manifest: old, given, listed } = places(snapshot, schemas, manifest)?;
    let commit = Commit { snapshot, schemas, manifest: old.as_ref(), environment };
    commit.load(if given.is_empty() { &listed } else { &given })
}

/// The same with the events that were in other files: a path may be new because a file was renamed.
pub(super) fn whole(
    snapshot: &Snapshot,
    schemas: &Schemas,
    (new, manifest): (&Loaded, Option<&Manifest>),
    (environment, narrow): (Option<&str>, Option<Loaded>),
) -> Result<Option<Loaded>, Failure> {
    let is_known = |event: &Event| narrow.as_ref().is_some_and(|old| has(old, event));
    if schemas.paths.is_empty() || new.contract.events.iter().all(is_known) {
        return Ok(narrow);
    }
    let Places { manifest: old, given, listed } = places(snapshot, schemas, manifest)?;
    let commit = Commit { snapshot, schemas, manifest: old.as_ref(), environment };
    let Some(mut wide) = commit.load(&[given.clone(), listed].concat())? else { return Ok(narrow) };
    let is_given = |event: &Event| {
        let location = wide.event_locations.get(&event.name);
        location.is_some_and(|(file, _)| given.iter().any(|path| file.starts_with(path)))
    };
    let counterparts = new.contract.counterparts(&wide.contract);
    let has_counterpart = |event: &Event| counterparts.iter().any(|(_, before)| before.name == event.name);
    let is_compared = |event: &Event| has_counterpart(event) || is_given(event);
    let compared: Vec<Event> =
        wide.contract.events.iter().filter(|event| is_compared(event)).cloned().collect();
    wide.contract.events = compared;
    Ok(Some(wide))
}

/// Where the schemas of a commit are.
struct Places {
    manifest: Option<Manifest>,
    /// The paths of the command line.
    given: Vec<PathBuf>,
    /// The paths of a manifest.
    listed: Vec<PathBuf>,
}

fn places(snapshot: &Snapshot, schemas: &Schemas, manifest: Option<&Manifest>) -> Result<Places, Failure> {
    let given = in_snapshot(snapshot, &schemas.paths)?;
    let start = given.iter().find(|path| path.exists()).cloned().unwrap_or_else(|| snapshot.current());
    let start = if start.is_dir() { &*start } else { start.parent().unwrap_or(&start) };
    let old = Manifest::discover(start).map_err(|found| of_snapshot(&found, snapshot))?;
    // Without a manifest of its own, the commit has its schemas where the present one lists them.
    let listed = match (&old, manifest) {
        (Some(old), _) => old.schemas().to_vec(),
        (None, Some(manifest)) => in_snapshot(snapshot, manifest.schemas())?,
        (None, None) => Vec::new(),
    };
    Ok(Places { manifest: old, given, listed })
}

/// Whether a contract has an event, or its subject.
fn has(loaded: &Loaded, event: &Event) -> bool {
    loaded.contract.events.iter().any(|known| known.name == event.name || known.subject == event.subject)
}

/// The schemas of a commit.
struct Commit<'a> {
    snapshot: &'a Snapshot,
    schemas: &'a Schemas,
    manifest: Option<&'a Manifest>,
    environment: Option<&'a str>,
}

impl Commit<'_> {
    /// Reads the schemas at some paths; `None` if the commit has none of them.
    fn load(&self, paths: &[PathBuf]) -> Result<Option<Loaded>, Failure> {
        let includes = in_snapshot(self.snapshot, &self.schemas.include)?;
        for path in paths.iter().chain(&includes).chain(self.manifest.iter().flat_map(|it| it.include())) {
            self.snapshot.check(path)?;
        }
        let existing: Vec<&PathBuf> = paths.iter().filter(|path| path.exists()).collect();
        if existing.is_empty() {
            return Ok(None);
        }
        // What the manifest lists is read as that, so that what is missing is said.
        let is_listed = self.manifest.is_some_and(|manifest| manifest.schemas() == paths);
        let mut loader = old_version(self.manifest.cloned(), self.environment);
        for path in existing.into_iter().filter(|_| !is_listed) {
            loader = loader.path(path);
        }
        for folder in includes.iter().filter(|folder| folder.is_dir()) {
            loader = loader.include(folder);
        }
        loader.load().map(Some).map_err(|found| of_snapshot(&found, self.snapshot))
    }
}

fn in_snapshot(snapshot: &Snapshot, paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    Ok(paths.iter().map(|path| snapshot.path(path)).collect::<Result<_, _>>()?)
}

/// A loader of what is only compared with. An environment that it does not have adds nothing to it.
fn old_version(manifest: Option<Manifest>, environment: Option<&str>) -> Loader {
    let environment = environment.filter(|name| manifest.as_ref().is_some_and(|it| it.has_environment(name)));
    Loader::new().manifest(manifest).environment(environment).without_lints()
}

/// The contract of the schemas in a folder.
pub(super) fn of_folder(
    folder: &Path,
    include: &[PathBuf],
    environment: Option<&str>,
) -> Result<Loaded, Failure> {
    let shown = (Path::to_owned, str::to_owned);
    let manifest = Manifest::discover(folder).map_err(|found| renamed(&found, shown.0, shown.1))?;
    let is_own = manifest.as_ref().is_some_and(|manifest| manifest.path().parent() == Some(folder));
    let mut loader = old_version(manifest, environment);
    if !is_own {
        loader = loader.path(folder);
    }
    let loader = include.iter().fold(loader, Loader::include);
    loader.load().map_err(|found| renamed(&found, shown.0, shown.1))
}

/// The errors of a commit, with the paths that git writes.
fn of_snapshot(found: &Diagnostics, snapshot: &Snapshot) -> Failure {
    renamed(found, |path| snapshot.shown(path), |text| snapshot.shown_in(text))
}

/// The errors of an old version, in the files as they are shown.
fn renamed(found: &Diagnostics, path: impl Fn(&Path) -> PathBuf, text: impl Fn(&str) -> String) -> Failure {
    let mut sources = Sources::default();
    for id in found.sources().ids() {
        sources.add(path(found.sources().path(id)), found.sources().text(id).to_owned());
    }
    let diagnostics = found.iter().cloned().map(|mut diagnostic| {
        diagnostic.message = text(&diagnostic.message);
        diagnostic.help = diagnostic.help.map(|help| text(&help));
        for (_, remark) in &mut diagnostic.labels {
            *remark = text(remark);
        }
        diagnostic
    });
    Failure::OldVersion(Diagnostics::new(sources, diagnostics.collect()))
}

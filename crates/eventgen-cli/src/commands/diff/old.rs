//! The contract that the new one is compared with.

use std::path::{Path, PathBuf};

use eventgen_schema::{Diagnostics, Loaded, Loader, Manifest, Sources};

use crate::arguments::Schemas;
use crate::failure::Failure;
use crate::git::Snapshot;

/// The contract of a commit; `None` if the commit has no schemas yet.
pub(super) fn of_commit(
    snapshot: &Snapshot,
    schemas: &Schemas,
    manifest: Option<&Manifest>,
    environment: Option<&str>,
) -> Result<Option<Loaded>, Failure> {
    let shown = |path: &Path| snapshot.shown(path);
    let given: Vec<PathBuf> =
        schemas.paths.iter().map(|path| snapshot.path(path)).collect::<Result<_, _>>()?;
    let start = given.iter().find(|path| path.exists()).cloned().unwrap_or_else(|| snapshot.current());
    let start = if start.is_dir() { &*start } else { start.parent().unwrap_or(&start) };
    let old = Manifest::discover(start).map_err(|found| renamed(&found, shown))?;
    // Without a manifest of its own, the commit has its schemas where the present one lists them.
    let listed = match (&old, manifest) {
        (None, Some(manifest)) if given.is_empty() => {
            manifest.schemas().iter().map(|path| snapshot.path(path)).collect::<Result<_, _>>()?
        }
        _ => given.clone(),
    };
    let existing: Vec<PathBuf> = listed.iter().filter(|path| path.exists()).cloned().collect();
    let has_schemas = match &old {
        Some(old) if listed.is_empty() => old.schemas().iter().any(|path| path.exists()),
        _ => !existing.is_empty(),
    };
    if !has_schemas {
        return Ok(None);
    }
    // An environment that the commit does not have adds nothing to it.
    let environment = environment.filter(|name| old.as_ref().is_some_and(|old| old.has_environment(name)));
    let mut loader = Loader::new().manifest(old).environment(environment);
    for path in existing {
        loader = loader.path(path);
    }
    for folder in &schemas.include {
        let folder = snapshot.path(folder)?;
        if folder.is_dir() {
            loader = loader.include(folder);
        }
    }
    loader.load().map(Some).map_err(|found| renamed(&found, shown))
}

/// The contract of the schemas in a folder.
pub(super) fn of_folder(
    folder: &Path,
    include: &[PathBuf],
    environment: Option<&str>,
) -> Result<Loaded, Failure> {
    let manifest = Manifest::discover(folder).map_err(|found| renamed(&found, Path::to_owned))?;
    let is_own = manifest.as_ref().is_some_and(|manifest| manifest.path().parent() == Some(folder));
    let environment = environment.filter(|name| manifest.as_ref().is_some_and(|it| it.has_environment(name)));
    let mut loader = Loader::new().manifest(manifest).environment(environment);
    if !is_own {
        loader = loader.path(folder);
    }
    let loader = include.iter().fold(loader, Loader::include);
    loader.load().map_err(|found| renamed(&found, Path::to_owned))
}

/// The errors of an old version, in the files as they are shown.
fn renamed(found: &Diagnostics, show: impl Fn(&Path) -> PathBuf) -> Failure {
    let mut sources = Sources::default();
    for id in found.sources().ids() {
        sources.add(show(found.sources().path(id)), found.sources().text(id).to_owned());
    }
    Failure::OldVersion(Diagnostics::new(sources, found.iter().cloned().collect()))
}

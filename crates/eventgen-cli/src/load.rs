//! Loads the contract of a command line.

use std::env;
use std::path::{Component, Path, PathBuf};

use eventgen_schema::{Loaded, Loader, Manifest};

use crate::arguments::Schemas;
use crate::failure::Failure;
use crate::progress::Working;
use crate::terminal::Terminal;

/// A contract and the `eventgen.toml` it was read with.
pub(crate) struct Read {
    pub(crate) loaded: Loaded,
    pub(crate) manifest: Option<Manifest>,
}

/// Reads schemas and `eventgen.toml`; warnings go to the terminal.
pub(crate) fn load(
    schemas: &Schemas,
    environment: Option<&str>,
    terminal: Terminal,
) -> Result<Read, Failure> {
    let read = read(schemas, environment)?;
    terminal.diagnostics(&read.loaded.warnings);
    Ok(read)
}

/// Reads schemas and `eventgen.toml`.
pub(crate) fn read(schemas: &Schemas, environment: Option<&str>) -> Result<Read, Failure> {
    let _working = Working::new("reading schemas");
    let manifest = manifest(&schemas.paths)?;
    if let (None, Some(environment)) = (&manifest, environment) {
        return Err(Failure::NoManifest { environment: environment.to_owned() });
    }
    let empty = Loader::new().manifest(manifest.clone()).environment(environment);
    let given = schemas.paths.iter().map(|path| near(path)).fold(empty, Loader::path);
    let loaded = schemas.include.iter().map(|folder| near(folder)).fold(given, Loader::include).load()?;
    Ok(Read { loaded, manifest })
}

/// The nearest `eventgen.toml` above one of the paths, else above the current folder.
pub(crate) fn manifest(paths: &[PathBuf]) -> Result<Option<Manifest>, Failure> {
    for path in paths.iter().map(|path| near(path)) {
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if let Some(manifest) = Manifest::discover(folder)? {
            return Ok(Some(manifest));
        }
    }
    Ok(Manifest::discover(Path::new("."))?)
}

/// The path relative to the current folder, where it is below it.
fn near(path: &Path) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).unwrap_or(path);
    let plain: PathBuf = below.components().filter(|part| *part != Component::CurDir).collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

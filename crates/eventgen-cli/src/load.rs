//! Loads the contract of a command line.

use std::env;
use std::path::{Component, Path, PathBuf};

use eventgen_schema::{Loaded, Loader, Manifest};

use crate::arguments::Schemas;
use crate::failure::Failure;
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
    terminal.warnings(&read.loaded.warnings);
    Ok(read)
}

/// Reads schemas and `eventgen.toml`.
pub(crate) fn read(schemas: &Schemas, environment: Option<&str>) -> Result<Read, Failure> {
    let manifest = Manifest::discover(Path::new("."))?;
    if let (None, Some(environment)) = (&manifest, environment) {
        return Err(Failure::NoManifest { environment: environment.to_owned() });
    }
    let empty = Loader::new().manifest(manifest.clone()).environment(environment);
    let loaded = schemas.paths.iter().map(|path| near(path)).fold(empty, Loader::path).load()?;
    Ok(Read { loaded, manifest })
}

/// The path relative to the current folder, where it is below it.
fn near(path: &Path) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).unwrap_or(path);
    let plain: PathBuf = below.components().filter(|part| *part != Component::CurDir).collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

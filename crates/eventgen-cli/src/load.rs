//! Reads the contract that a command line names.

use std::env;
use std::path::{Path, PathBuf};

use eventgen_schema::{Loaded, Loader, Manifest};

use crate::arguments::Schemas;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// A contract, and the `eventgen.toml` that it was read with.
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
    let manifest = Manifest::discover(Path::new("."))?;
    if let (None, Some(environment)) = (&manifest, environment) {
        return Err(Failure::NoManifest { environment: environment.to_owned() });
    }
    let paths = match &manifest {
        Some(manifest) if schemas.paths.is_empty() => {
            manifest.schemas().iter().map(|path| near(path)).collect()
        }
        _ => schemas.paths.clone(),
    };
    let empty = Loader::new().manifest(manifest.clone()).environment(environment);
    let loaded = paths.into_iter().fold(empty, Loader::path).load()?;
    terminal.warnings(&loaded.warnings);
    Ok(Read { loaded, manifest })
}

/// The path as a person would write it: relative where it is below the current folder.
fn near(path: &Path) -> PathBuf {
    let here = env::current_dir().and_then(|folder| folder.canonicalize()).unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(below) => below.to_owned(),
        Err(_) => path.to_owned(),
    }
}

//! The `build.rs` face of eventgen: annotated schemas in, Rust in `OUT_DIR`.
//!
//! ```no_run
//! fn main() -> Result<(), eventgen_build::Error> {
//!     eventgen_build::configure().compile("schemas")
//! }
//! ```
//!
//! The crate then includes the code with `eventgen::include_events!()`.

mod error;

use std::path::{Path, PathBuf};
use std::{env, fs};

use eventgen_schema::{Loaded, Loader, Manifest};

pub use error::Error;

/// The generated file in `OUT_DIR`, which `eventgen::include_events!()` includes.
const FILE_NAME: &str = "eventgen.rs";

/// How code is generated.
#[derive(Debug, Clone, Default)]
#[must_use = "`compile` generates the code"]
pub struct Config {
    out_dir: Option<PathBuf>,
}

/// The settings that most packages need: none.
pub fn configure() -> Config {
    Config::default()
}

impl Config {
    /// Writes `eventgen.rs` into this folder in the place of `OUT_DIR`.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Generates code for a schema file, or for all schema files of a folder and those below. A relative path is
    /// relative to the package. Defaults come from the nearest `eventgen.toml` above the package.
    ///
    /// Imports of `.proto` files are relative to the folder. `eventgen/kafka.proto` and Google's well-known types are there
    /// without being in it, and no `protoc` is needed.
    ///
    /// Cargo is told of every file and folder read, and the generated file is written only when it changes.
    ///
    /// # Errors
    /// All mistakes in the schemas, a file that cannot be written, `OUT_DIR` not set.
    pub fn compile(self, path: impl AsRef<Path>) -> Result<(), Error> {
        // Also when the schemas are wrong, mending them must run this again.
        println!("cargo::rerun-if-changed={}", path.as_ref().display());
        let manifest = Manifest::discover(Path::new("."))?;
        if let Some(manifest) = &manifest {
            println!("cargo::rerun-if-changed={}", manifest.path().display());
        }
        let loaded = Loader::new().path(path.as_ref()).manifest(manifest).load()?;
        announce(&loaded);
        let code = eventgen_codegen::generate(&loaded.contract)?;
        let folder = match self.out_dir {
            Some(folder) => folder,
            None => env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoOutDir)?,
        };
        write_if_changed(&folder.join(FILE_NAME), &code)
    }
}

/// Tells cargo what was read and the author what to look at.
fn announce(loaded: &Loaded) {
    for path in loaded.files.iter().chain(&loaded.folders) {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    if !loaded.warnings.is_empty() {
        for line in loaded.warnings.to_string().lines() {
            println!("cargo::warning={line}");
        }
    }
}

/// A file that stays as it is keeps its time, and cargo compiles nothing again.
fn write_if_changed(path: &Path, code: &str) -> Result<(), Error> {
    if fs::read_to_string(path).is_ok_and(|existing| existing == code) {
        return Ok(());
    }
    fs::write(path, code).map_err(|source| Error::Write { path: path.to_owned(), source })
}

//! Generates Rust from annotated schemas in `build.rs`.
//!
//! ```no_run
//! fn main() -> Result<(), eventgen_build::Error> {
//!     eventgen_build::configure().compile("schemas")
//! }
//! ```
//!
//! The crate includes the code with `eventgen::include_events!()`.
//!
//! # Settings
//!
//! Most packages need no settings. Settings that apply to some types or fields are selected by path, with the names of the
//! schema. A leading dot anchors the path at the root: `.com.example` matches that namespace and everything below it,
//! `.com.example.Order` a type and its fields, `.com.example.Order.id` a field, and `.` everything. Without one, the path
//! matches as a suffix: `Order.id`. The enum of a union has the path of its field. A path that matches nothing and a value
//! that is not valid Rust are errors.
//!
//! ```no_run
//! use eventgen_build::{Dates, Decimals};
//!
//! fn main() -> Result<(), eventgen_build::Error> {
//!     eventgen_build::configure()
//!         .type_attribute(".com.example", "#[derive(PartialOrd)]")
//!         .field_attribute(".com.example.Order.note", "#[deprecated]")
//!         .serde(true) // eventgen's feature `serde`
//!         .decimals(Decimals::BigDecimal)
//!         .dates(Dates::Jiff) // eventgen's feature `jiff`
//!         .string_type(".com.example.Order.sku", "::compact_str::CompactString")
//!         .builders(8) // eventgen's feature `builders`
//!         .extern_path(".com.example.common", "::common_events::com::example::common")
//!         .compile("schemas")
//! }
//! ```
//!
//! The same settings can be made in the `[rust]` table of `eventgen.toml`, which `eventgen generate` reads too. Calls take
//! precedence over the table.
//!
//! ```toml
//! [rust]
//! serde = true
//! builders = 8
//! decimals = "bigdecimal"
//! dates = "jiff"
//!
//! [rust.type-attributes]
//! ".com.example" = "#[derive(PartialOrd)]"
//! ```
#![forbid(unsafe_code)]

mod error;
mod paths;

use std::path::{Path, PathBuf};
use std::{env, fs};

use eventgen_codegen::Settings;
use eventgen_schema::{Loaded, Loader, Manifest};

pub use error::Error;
pub use eventgen_codegen::{Dates, Decimals};
pub use paths::Paths;

/// The generated file in `OUT_DIR`, which `eventgen::include_events!()` includes.
const FILE_NAME: &str = "eventgen.rs";

/// How code is generated.
#[derive(Debug, Clone, Default)]
#[must_use = "`compile` generates the code"]
pub struct Config {
    out_dir: Option<PathBuf>,
    includes: Vec<PathBuf>,
    environment: Option<String>,
    settings: Settings,
}

/// Returns a configuration without settings, which is enough for most packages.
pub fn configure() -> Config {
    Config::default()
}

impl Config {
    /// Writes `eventgen.rs` to this folder instead of `OUT_DIR`.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Adds a folder that imports are searched in: an include path of Protobuf, a class path of Avro IDL. The folders are
    /// searched in the order of the calls, then those that `include` of `eventgen.toml` lists. A relative path starts at
    /// the package.
    ///
    /// A file that is found there belongs to another contract: its events are not generated, and of its types only those
    /// that are used. To generate all of it, compile the file, too.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), eventgen_build::Error> {
    /// eventgen_build::configure()
    ///     .include("proto")
    ///     .include("third_party/googleapis")
    ///     .compile(["proto/google/events/cloud/storage", "proto/google/events/cloud/pubsub"])
    /// # }
    /// ```
    pub fn include(mut self, folder: impl Into<PathBuf>) -> Self {
        self.includes.push(folder.into());
        self
    }

    /// Applies the settings of an environment of `eventgen.toml` to the topics. Default: none.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().environment("prod");
    /// ```
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Adds an attribute to the structs and enums that the path matches. Attributes keep the order of the calls.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().type_attribute(".com.example.Order", "#[derive(PartialOrd)]");
    /// ```
    pub fn type_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.settings = self.settings.type_attribute(path.as_ref(), attribute.as_ref());
        self
    }

    /// Adds an attribute to the fields of records and the symbols of enums that the path matches.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().field_attribute("Order.note", "#[deprecated]");
    /// ```
    pub fn field_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.settings = self.settings.field_attribute(path.as_ref(), attribute.as_ref());
        self
    }

    /// Derives serde's `Serialize` and `Deserialize` for all types of the schemas. Needs eventgen's feature `serde`.
    ///
    /// Fields, symbols and the branches of unions keep their names of the schema; dates, decimals and uuids are text.
    /// The JSON is for people and other programs. It is not Avro's JSON encoding.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().serde(true);
    /// ```
    pub fn serde(mut self, on: bool) -> Self {
        self.settings = self.settings.serde(on);
        self
    }

    /// Generates a second struct for each record, whose strings and bytes are borrowed from the payload:
    /// `OrderEventRef<'a>` in addition to `OrderEvent`. It is for programs that read events without keeping them.
    ///
    /// In these structs, maps are lists of entries, and arrays of numbers stay encoded until they are read.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().borrowed(true);
    /// ```
    pub fn borrowed(mut self, on: bool) -> Self {
        self.settings = self.settings.borrowed(on);
        self
    }

    /// Sets the type of decimals. Default: `rust_decimal`'s for up to 28 digits, `bigdecimal`'s for more.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().decimals(eventgen_build::Decimals::BigDecimal);
    /// ```
    pub fn decimals(mut self, decimals: Decimals) -> Self {
        self.settings = self.settings.decimals(decimals);
        self
    }

    /// Sets the types of dates, times and timestamps: those of chrono, those of jiff (needs eventgen's feature `jiff`) or
    /// integers. Default: chrono. Keys and headers do not depend on this setting.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().dates(eventgen_build::Dates::Integers);
    /// ```
    pub fn dates(mut self, dates: Dates) -> Self {
        self.settings = self.settings.dates(dates);
        self
    }

    /// Sets the type of strings in the fields that the path matches, in place of `String`. The type must dereference to
    /// `str` and implement `From<&str>`, such as `::compact_str::CompactString` or `::std::sync::Arc<str>`. The last call
    /// that matches a field applies. Keys of maps stay `String`.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().string_type(".", "::std::sync::Arc<str>");
    /// ```
    pub fn string_type(mut self, path: impl AsRef<str>, rust_type: impl AsRef<str>) -> Self {
        self.settings = self.settings.string_type(path.as_ref(), rust_type.as_ref());
        self
    }

    /// Generates producers, consumers and handlers. Default: on.
    ///
    /// A service that only encodes and decodes turns them off, together with the feature `kafka` of eventgen.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().clients(false);
    /// ```
    pub fn clients(mut self, on: bool) -> Self {
        self.settings = self.settings.clients(on);
        self
    }

    /// Derives builders for records with at least `fields` fields. Needs eventgen's feature `builders`.
    ///
    /// Nullable fields and fields with a default in the schema are optional. Building without one of the other fields does
    /// not compile.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().builders(0); // for all records
    /// ```
    pub fn builders(mut self, fields: usize) -> Self {
        self.settings = self.settings.builders(fields);
        self
    }

    /// Uses a type, or all types of a namespace, from another crate that generates them from the same schemas. Below a
    /// namespace, modules and types have the paths that generation gives them. The longest path that matches a type
    /// applies. Events among these types stay events of that crate.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure()
    ///     .extern_path(".com.example.common", "::common_events::com::example::common")
    ///     .extern_path(".com.example.common.Money", "::money::Money");
    /// ```
    pub fn extern_path(mut self, path: impl AsRef<str>, rust_path: impl AsRef<str>) -> Self {
        self.settings = self.settings.extern_path(path.as_ref(), rust_path.as_ref());
        self
    }

    /// Generates code for schema files, and for all schema files of folders and their subfolders: one path, or an array,
    /// slice or vector of paths. A relative path starts at the package. Defaults and settings come from the nearest
    /// `eventgen.toml` above the package.
    ///
    /// Imports of `.proto` files are relative to an [include path](Self::include) or to one of the folders.
    /// `eventgen/kafka.proto` and Google's well-known types are built in, and `protoc` is not needed. Imports of `.avdl`
    /// files are relative to the file or to an include path.
    ///
    /// Cargo runs the build script again if a file or folder that was read changes. The generated file is written only if
    /// it changes.
    ///
    /// # Errors
    /// All errors in the schemas and in `eventgen.toml`, settings that cannot be applied, an environment without an
    /// `eventgen.toml`, a file that cannot be written, `OUT_DIR` not set.
    pub fn compile(self, paths: impl Paths) -> Result<(), Error> {
        let paths = paths.into_paths();
        // First, so that the script runs again when wrong schemas are corrected.
        for path in paths.iter().chain(&self.includes) {
            println!("cargo::rerun-if-changed={}", path.display());
        }
        let manifest = Manifest::discover(Path::new("."))?;
        let mut settings = self.settings;
        if let Some(manifest) = &manifest {
            println!("cargo::rerun-if-changed={}", manifest.path().display());
            settings = settings.with_manifest(manifest).partial(!manifest.is_covered_by(&paths));
        }
        if let (None, Some(environment)) = (&manifest, &self.environment) {
            return Err(Error::NoManifest { environment: environment.clone() });
        }
        let schemas = paths.into_iter().fold(Loader::new(), Loader::path);
        let schemas = self.includes.into_iter().fold(schemas, Loader::include);
        let loaded = schemas.manifest(manifest).environment(self.environment.as_deref()).load()?;
        announce(&loaded);
        let code = eventgen_codegen::generate_with(&loaded.contract, &settings)?;
        let folder = match self.out_dir {
            Some(folder) => folder,
            None => env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoOutDir)?,
        };
        write_if_changed(&folder.join(FILE_NAME), &code)
    }
}

/// Tells Cargo which files and folders were read, and shows warnings.
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

/// Writes a file if its content changes: an unchanged file keeps its time, so that Cargo compiles nothing again.
fn write_if_changed(path: &Path, code: &str) -> Result<(), Error> {
    if fs::read_to_string(path).is_ok_and(|existing| existing == code) {
        return Ok(());
    }
    fs::write(path, code).map_err(|source| Error::Write { path: path.to_owned(), source })
}

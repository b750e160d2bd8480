//! The `build.rs` face of eventgen: annotated schemas in, Rust in `OUT_DIR`.
//!
//! ```no_run
//! fn main() -> Result<(), eventgen_build::Error> {
//!     eventgen_build::configure().compile("schemas")
//! }
//! ```
//!
//! The crate then includes the code with `eventgen::include_events!()`.
//!
//! # Settings
//!
//! Most packages need none. What there is is told by path: with a dot in front one from the root, so that
//! `.com.example` is everything in that namespace and below, `.com.example.Order` a type with its fields,
//! `.com.example.Order.id` a field and `.` everything; without one the end of a path, such as `Order.id`. The names are
//! the schema's. The enum of a union has the path of its field. A path that nothing has, and text that is not Rust, is
//! an error that names the call.
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
#![forbid(unsafe_code)]

mod error;

use std::path::{Path, PathBuf};
use std::{env, fs};

use eventgen_codegen::Settings;
use eventgen_schema::{Loaded, Loader, Manifest};

pub use error::Error;
pub use eventgen_codegen::{Dates, Decimals};

/// The generated file in `OUT_DIR`, which `eventgen::include_events!()` includes.
const FILE_NAME: &str = "eventgen.rs";

/// How code is generated.
#[derive(Debug, Clone, Default)]
#[must_use = "`compile` generates the code"]
pub struct Config {
    out_dir: Option<PathBuf>,
    settings: Settings,
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

    /// Puts an attribute on the structs and enums of a path. Attributes come in the order of the calls.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().type_attribute(".com.example.Order", "#[derive(PartialOrd)]");
    /// ```
    pub fn type_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.settings = self.settings.type_attribute(path.as_ref(), attribute.as_ref());
        self
    }

    /// Puts an attribute on the fields of records and the symbols of enums of a path.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().field_attribute("Order.note", "#[deprecated]");
    /// ```
    pub fn field_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.settings = self.settings.field_attribute(path.as_ref(), attribute.as_ref());
        self
    }

    /// Derives serde's `Serialize` and `Deserialize` for all types of the schemas; takes eventgen's feature `serde`.
    /// Fields, symbols and the branches of unions are called as in the schema; dates, decimals and uuids are text. It is
    /// JSON to be read by people and other programs, not Avro's JSON encoding.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().serde(true);
    /// ```
    pub fn serde(mut self, on: bool) -> Self {
        self.settings = self.settings.serde(on);
        self
    }

    /// Generates records a second time, with strings and bytes that are borrowed from the payload: `OrderEventRef<'a>`
    /// beside `OrderEvent`, for programs that look at events and keep nothing of them. Maps are lists of entries there,
    /// and arrays of numbers stay in the payload until they are asked for.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().borrowed(true);
    /// ```
    pub fn borrowed(mut self, on: bool) -> Self {
        self.settings = self.settings.borrowed(on);
        self
    }

    /// The type of decimals: `rust_decimal`'s unless they have more than 28 digits, or `bigdecimal`'s for all.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().decimals(eventgen_build::Decimals::BigDecimal);
    /// ```
    pub fn decimals(mut self, decimals: Decimals) -> Self {
        self.settings = self.settings.decimals(decimals);
        self
    }

    /// The types of dates, times and timestamps: chrono's unless told otherwise, jiff's with eventgen's feature `jiff`,
    /// or plain integers. Keys and headers are the same with all of them.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().dates(eventgen_build::Dates::Integers);
    /// ```
    pub fn dates(mut self, dates: Dates) -> Self {
        self.settings = self.settings.dates(dates);
        self
    }

    /// The type of strings in the fields of a path, in the place of `String`: one that derefs to `str` and is
    /// `From<&str>`, such as `::compact_str::CompactString` or `::std::sync::Arc<str>`. Of several calls for one field
    /// the last counts. Keys of maps stay `String`.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().string_type(".", "::std::sync::Arc<str>");
    /// ```
    pub fn string_type(mut self, path: impl AsRef<str>, rust_type: impl AsRef<str>) -> Self {
        self.settings = self.settings.string_type(path.as_ref(), rust_type.as_ref());
        self
    }

    /// Derives builders for records of at least so many fields; takes eventgen's feature `builders`. Fields with a
    /// default in the schema, and nullable ones, may be left out; a builder without one of the others does not compile.
    ///
    /// ```
    /// # let _ =
    /// eventgen_build::configure().builders(0); // for all records
    /// ```
    pub fn builders(mut self, fields: usize) -> Self {
        self.settings = self.settings.builders(fields);
        self
    }

    /// Takes a type, or all types of a namespace, from another crate, which generated them from the same schemas. Below
    /// a namespace modules and types are looked for as generation places them. Of several calls for one type the
    /// longest path counts. Events among them stay events of that crate.
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
        let code = eventgen_codegen::generate_with(&loaded.contract, &self.settings)?;
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

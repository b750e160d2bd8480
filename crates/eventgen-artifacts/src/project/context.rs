//! The names in a project, and the templates that show them.

use askama::Template;

use super::name::Name;
use crate::error::Error;
use crate::file::File;
use crate::quote;

/// Where a project gets the crates from unless it is told otherwise.
const REPOSITORY: &str = "https://github.com/eventgen/eventgen";
/// The width of lines, rustfmt's default.
const WIDTH: usize = 100;

/// What the names in a project depend on besides its own name.
#[derive(Debug, Clone, Copy)]
pub(super) struct FormNames {
    /// Whether the schema is derived from a Rust type, and no build script generates code.
    pub(super) is_derived: bool,
    /// An event as a line of JSON.
    pub(super) sample: &'static str,
    /// The path of the schema, for the name of the crate.
    pub(super) schema: fn(&str) -> String,
}

/// The names in a project.
#[derive(Debug)]
pub(super) struct Project {
    /// Whether the schema is derived from a Rust type.
    pub(super) is_derived: bool,
    /// An event as a line of JSON.
    pub(super) sample: &'static str,
    pub(super) name: String,
    /// The name of the crate in Rust, and the last part of the namespace.
    pub(super) package: String,
    pub(super) pascal: String,
    pub(super) topic: String,
    pub(super) group: String,
    /// The file of the schema.
    pub(super) schema: String,
    pub(super) group_constant: String,
    pub(super) topic_constant: String,
    pub(super) checkout: Option<String>,
}

impl Project {
    /// The names that follow from that of a project, for a contract in this form.
    pub(super) fn new(name: &Name, checkout: Option<&str>, form: FormNames) -> Self {
        let pascal = name.pascal();
        let name = name.as_str().to_owned();
        let package = name.replace('-', "_");
        let module = format!("events::{package}_orders_v1");
        let constant = |name: &str, value: &str| {
            let line = format!("pub const {name}: &str = {value};");
            if line.len() <= WIDTH { line } else { format!("pub const {name}: &str =\n    {value};") }
        };
        Self {
            is_derived: form.is_derived,
            sample: form.sample,
            pascal,
            // Names of topics that differ in `_` and `.` alone collide in metrics of brokers.
            topic: format!("{}.orders.v1", name.replace('_', "-")),
            group: name.replace('_', "-"),
            schema: (form.schema)(&package),
            group_constant: constant("GROUP", &format!("{module}::groups::{}", package.to_uppercase())),
            topic_constant: constant("TOPIC", &format!("{module}::TOPIC.name")),
            checkout: checkout.map(str::to_owned),
            name,
            package,
        }
    }

    /// The location of a crate in `Cargo.toml`.
    pub(super) fn source(&self, package: &str) -> String {
        match &self.checkout {
            None => format!("git = {}", quote::string(REPOSITORY)),
            Some(path) => format!("path = {}", quote::string(&format!("{path}/crates/{package}"))),
        }
    }
}

/// Fills in a template.
pub(super) fn render(path: &str, template: &impl Template) -> Result<File, Error> {
    File::render(path.to_owned(), template)
}

/// Declares templates that show the names of a project, and some that show nothing.
macro_rules! templates {
    ($($template:ident = $path:literal),*; $($plain:ident = $plain_path:literal),*) => {
        $(
            #[derive(Debug, Template)]
            #[template(path = $path, escape = "none")]
            struct $template<'a> {
                p: &'a Project,
            }
        )*
        $(
            #[derive(Debug, Template)]
            #[template(path = $plain_path, escape = "none")]
            struct $plain;
        )*
    };
}

pub(super) use templates;

//! The options of `eventgen docs`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::{Format, Schemas};

#[derive(Debug, Args)]
pub(crate) struct Docs {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Show the settings in this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// The title of the pages
    #[arg(long, value_name = "TITLE", default_value = Docs::TITLE)]
    pub(crate) title: String,
    /// Write for another catalogue instead of pages
    #[arg(long, value_name = "CATALOGUE")]
    pub(crate) export: Option<Export>,
    /// The version of the contract in an export
    #[arg(long, value_name = "VERSION", default_value = Docs::VERSION, value_parser = semantic_version, requires = "export")]
    pub(crate) contract_version: String,
    /// The folder. That of pages has to be new, empty, or that of an older catalogue; that of an export may have other files
    /// [default: catalogue, or the name of the export]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write nothing, and exit with 3 if a file is out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

impl Docs {
    /// The default title.
    pub(crate) const TITLE: &str = "Event catalogue";
    /// The default version of a contract.
    pub(crate) const VERSION: &str = "1.0.0";
}

/// Another catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Export {
    #[value(name = "eventcatalog", help = "Folders of EventCatalog")]
    EventCatalog,
    /// Entities of Backstage
    Backstage,
    /// Contracts of the Open Data Contract Standard
    Odcs,
}

/// Three numbers with dots, and what may follow them: <https://semver.org>.
fn semantic_version(text: &str) -> Result<String, String> {
    let numbers = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_rest = |byte: u8| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte);
    let is_complete = !text.ends_with(['-', '+']) && text[numbers.len()..].bytes().all(is_rest);
    if numbers.split('.').count() == 3 && numbers.split('.').all(is_number) && is_complete {
        Ok(text.to_owned())
    } else {
        Err("write three numbers, such as 1.2.0".to_owned())
    }
}

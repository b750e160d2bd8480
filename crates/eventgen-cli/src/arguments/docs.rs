//! The options of `eventgen docs`.

use std::path::PathBuf;

use clap::Args;

use super::common::{Format, Schemas};

#[derive(Debug, Args)]
pub(crate) struct Docs {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Show the settings in this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// The title of the pages
    #[arg(long, value_name = "TITLE", default_value = "Event catalogue")]
    pub(crate) title: String,
    /// The folder of the pages; it has to be new, empty, or that of an older catalogue
    #[arg(long, value_name = "DIR", default_value = "catalogue")]
    pub(crate) out: PathBuf,
    /// Write nothing, and exit with 3 if a page is out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

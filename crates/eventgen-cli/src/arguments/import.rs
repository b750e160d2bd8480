//! The options of `eventgen import`.

use std::path::PathBuf;

use clap::Args;

use super::common::{CONTEXT, Format, SCHEMA_REGISTRY};

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Subjects; a * at the end stands for any rest [default: all subjects]
    #[arg(value_name = "SUBJECTS")]
    pub(crate) subjects: Vec<String>,
    /// The folder of the files
    #[arg(long, value_name = "DIR", default_value = "schemas")]
    pub(crate) out: PathBuf,
    /// Use the registry of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    #[arg(long, value_name = "URL", help = SCHEMA_REGISTRY, visible_alias = "registry")]
    pub(crate) schema_registry: Option<String>,
    #[arg(long, value_name = "CONTEXT", help = CONTEXT)]
    pub(crate) context: Option<String>,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

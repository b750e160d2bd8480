//! The options of `eventgen send`.

use std::path::PathBuf;

use clap::Args;

use super::common::{Cluster, Format, Registry};

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// The topic, as the contract or the cluster names it
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: String,
    /// A file with a JSON object in each line [default: standard input]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Use the settings, the brokers and the registry of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// A schema file, or a folder with schema files; may be repeated [default: the schemas of eventgen.toml]
    #[arg(long, value_name = "PATH")]
    pub(crate) schemas: Vec<PathBuf>,
    /// A folder that imports of Protobuf and Avro IDL are searched in, before those of eventgen.toml; may be repeated
    #[arg(short = 'I', long, value_name = "DIR")]
    pub(crate) include: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) cluster: Cluster,
    #[command(flatten)]
    pub(crate) registry: Registry,
    /// The event, by its full or its short name [default: the only one on the topic]
    #[arg(long, value_name = "NAME")]
    pub(crate) event: Option<String>,
    /// Delete the keys of the lines, which need the fields of the key only: write tombstones to a compacted topic
    #[arg(long)]
    pub(crate) delete: bool,
    /// Check every line and show its key; send nothing, and ask neither brokers nor registry
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask before events go to an environment that is marked as production
    #[arg(long)]
    pub(crate) yes: bool,
    /// The format of the result: a line for each event
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

//! The arguments of `eventgen diff` and `eventgen compat`.

use std::path::PathBuf;

use clap::Args;
use eventgen_schema::compatibility::RuleSet;
use eventgen_schema::contract::Compatibility;

use super::common::{CONTEXT, Output, SCHEMA_REGISTRY, Schemas};

const AGAINST: &str = "What to compare with: git:REF, such as git:main or git:HEAD~1; registry; lock, which is eventgen.lock; \
    or a folder with schemas";

const MODE: &str = "The rules: registry is what a registry forbids; wire, wire-json and strict forbid more, each what the one \
    before it does: what readers do not read, what changes JSON, what breaks code";

#[derive(Debug, Args)]
pub(crate) struct Diff {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    #[arg(long, value_name = "VERSION", value_parser = against, help = AGAINST)]
    pub(crate) against: Against,
    /// Use the settings of this environment in eventgen.toml for both versions, and its registry
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    #[arg(long, value_name = "RULES", value_parser = rules, default_value = "registry", help = MODE)]
    pub(crate) mode: RuleSet,
    /// Accept changes that this lint reports, such as partition-increase; may be repeated
    #[arg(long, value_name = "LINT")]
    pub(crate) allow: Vec<String>,
    /// The format of the differences; every format but human goes to standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Output::Human)]
    pub(crate) output: Output,
    #[arg(long, value_name = "URL", help = SCHEMA_REGISTRY)]
    pub(crate) schema_registry: Option<String>,
    #[arg(long, value_name = "CONTEXT", help = CONTEXT)]
    pub(crate) context: Option<String>,
}

/// What a contract is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Against {
    Git(String),
    Registry,
    Lock,
    Folder(PathBuf),
}

#[derive(Debug, Args)]
pub(crate) struct Compat {
    /// The old schema: a file, or a folder with files
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The new schema
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// A folder that imports of Protobuf and Avro IDL are searched in; may be repeated
    #[arg(short = 'I', long, value_name = "DIR")]
    pub(crate) include: Vec<PathBuf>,
    /// Who has to read what: the new version the old records (BACKWARD), the old one the new records (FORWARD), or both (FULL)
    #[arg(long, value_name = "LEVEL", value_parser = level, default_value = "BACKWARD")]
    pub(crate) level: Compatibility,
    #[arg(long, value_name = "RULES", value_parser = rules, default_value = "registry", help = MODE)]
    pub(crate) mode: RuleSet,
    /// The format of the differences; every format but human goes to standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Output::Human)]
    pub(crate) output: Output,
}

fn against(text: &str) -> Result<Against, String> {
    match text {
        "registry" => Ok(Against::Registry),
        "lock" => Ok(Against::Lock),
        "" | "git:" => Err("write git:REF, registry, lock or a folder".to_owned()),
        _ => Ok(match text.strip_prefix("git:") {
            Some(reference) => Against::Git(reference.to_owned()),
            None => Against::Folder(PathBuf::from(text)),
        }),
    }
}

fn rules(text: &str) -> Result<RuleSet, String> {
    text.parse().map_err(|error| format!("{error}"))
}

/// Levels are written in any case, and with `-` as well: `full-transitive`. Two versions have no history.
fn level(text: &str) -> Result<Compatibility, String> {
    let name = text.to_uppercase().replace('-', "_");
    let level: Compatibility = name.parse().map_err(|error| format!("{error}: BACKWARD, FORWARD or FULL"))?;
    if level == Compatibility::None {
        return Err("NONE forbids nothing: BACKWARD, FORWARD or FULL".to_owned());
    }
    Ok(level)
}

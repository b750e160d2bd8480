//! What several commands take: the contract, the cluster, the registry, the format of a report.

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{StringValueParser, TypedValueParser as _};
use clap::{Args, ValueEnum};

/// The location of the contract.
#[derive(Debug, Args)]
pub(crate) struct Schemas {
    /// Schema files, or folders with schema files [default: the schemas of eventgen.toml]
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    /// A folder that imports of Protobuf and Avro IDL are searched in, before those of eventgen.toml; may be repeated
    #[arg(short = 'I', long, value_name = "DIR")]
    pub(crate) include: Vec<PathBuf>,
}

/// The cluster and how to connect.
#[derive(Debug, Args)]
pub(crate) struct Cluster {
    #[arg(long, value_name = "ADDRESSES", help = BOOTSTRAP_SERVERS)]
    pub(crate) bootstrap_servers: Option<String>,
    /// A property of librdkafka, such as sasl.mechanism=PLAIN; may be repeated
    #[arg(short = 'X', long, value_name = "NAME=VALUE", value_parser = StringValueParser::new().map(|text| property(&text)))]
    pub(crate) property: Vec<(String, String)>,
}

/// The registry that has the schemas of values.
#[derive(Debug, Args)]
pub(crate) struct Registry {
    #[arg(long, value_name = "URL", help = super::SCHEMA_REGISTRY)]
    pub(crate) schema_registry: Option<String>,
    #[arg(long, value_name = "CONTEXT", help = CONTEXT)]
    pub(crate) context: Option<String>,
}

const BOOTSTRAP_SERVERS: &str = "The addresses of some brokers, instead of the environment's [default: without --env, the \
    variable KAFKA_BOOTSTRAP_SERVERS]; credentials come from the other variables KAFKA_… of a service";

/// A number from 1 on. The standard library says of 0 that it would be zero for a non-zero type.
pub(crate) fn positive<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    let is_zero = !text.is_empty() && text.chars().all(|digit| digit == '0');
    if is_zero {
        Err("at least 1 is needed".to_owned())
    } else {
        text.parse().map_err(|error: T::Err| error.to_string())
    }
}

/// A property without a name has none here: an error of clap would print the text, which may be a secret.
fn property(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or_default();
    (name.to_owned(), value.to_owned())
}

pub(crate) const SCHEMA_REGISTRY: &str = "The address of the registry, instead of the environment's [default: without --env, the \
    variable SCHEMA_REGISTRY_URL]; several addresses of one registry are separated by commas; user and password come from \
    SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD, a token and certificates from the other variables SCHEMA_REGISTRY_…";

pub(crate) const CONTEXT: &str = "The context of the registry, such as staging, instead of the environment's [default: without --env, the \
    variable SCHEMA_REGISTRY_CONTEXT]";

/// The format of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[value(alias = "text", help = "Text, for people")]
    Human,
    #[value(help = "One JSON object, for scripts; a line of JSON for each record or sample of a stream")]
    Json,
}

/// The format of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// Source lines with messages, for people
    Human,
    /// One JSON object, for scripts
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    #[value(help = "A JUnit test report, one test case for each file")]
    Junit,
    /// Workflow commands, shown as annotations by GitHub Actions
    Github,
}

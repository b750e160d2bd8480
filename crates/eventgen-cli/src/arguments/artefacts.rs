//! The options of artefacts that say what a cluster has, and who may use it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Format, Schemas};

/// The options of every artefact of the resolved contract.
#[derive(Debug, Args)]
pub(crate) struct Resolved {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Generate with the settings of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// Write nothing, and exit with 3 if a file is out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Json {
    #[command(flatten)]
    pub(crate) resolved: Resolved,
    /// The folder of contract.json
    #[arg(long, value_name = "DIR", default_value = "contract")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Asyncapi {
    #[command(flatten)]
    pub(crate) resolved: Resolved,
    /// The title of the document
    #[arg(long, value_name = "TITLE", default_value = "Kafka")]
    pub(crate) title: String,
    /// The version of what the document describes
    #[arg(long, value_name = "VERSION", default_value = "1.0.0")]
    pub(crate) api_version: String,
    /// The vendor of the environment's Schema Registry
    #[arg(long, value_name = "VENDOR", default_value = "confluent")]
    pub(crate) registry_vendor: String,
    /// The folder of asyncapi.json
    #[arg(long, value_name = "DIR", default_value = "contract")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Strimzi {
    #[command(flatten)]
    pub(crate) resolved: Resolved,
    /// The name of the Kafka resource that the topics and users belong to
    #[arg(long, value_name = "NAME", default_value = "kafka", value_parser = resource_name)]
    pub(crate) cluster: String,
    /// The namespace of the resources [default: that of kubectl]
    #[arg(long, value_name = "NAMESPACE", value_parser = resource_name)]
    pub(crate) namespace: Option<String>,
    /// How users prove who they are
    #[arg(long, value_enum, value_name = "TYPE", default_value_t = Authentication::ScramSha512)]
    pub(crate) authentication: Authentication,
    /// The folder of kafka-topics.yaml and kafka-users.yaml
    #[arg(long, value_name = "DIR", default_value = "deploy/strimzi")]
    pub(crate) out: PathBuf,
}

/// How a user of Strimzi proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Authentication {
    #[value(name = "scram-sha-512", help = "With a password")]
    ScramSha512,
    #[value(help = "With a certificate of Strimzi")]
    Tls,
    #[value(name = "tls-external", help = "With a certificate of somebody else")]
    TlsExternal,
}

fn resource_name(name: &str) -> Result<String, String> {
    if eventgen_artifacts::strimzi::Settings::is_name(name) {
        Ok(name.to_owned())
    } else {
        Err("Kubernetes takes lower-case letters, digits, `-` and `.`".to_owned())
    }
}

#[derive(Debug, Args)]
pub(crate) struct Terraform {
    #[command(flatten)]
    pub(crate) resolved: Resolved,
    /// The provider whose resources are written
    #[arg(long, value_enum, value_name = "PROVIDER", default_value_t = Provider::Kafka)]
    pub(crate) provider: Provider,
    /// The folder of kafka-topics.tf
    #[arg(long, value_name = "DIR", default_value = "deploy/terraform")]
    pub(crate) out: PathBuf,
}

/// A provider of Terraform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Provider {
    #[value(help = "Mongey/kafka: kafka_topic, for every cluster")]
    Kafka,
    #[value(help = "confluentinc/confluent: confluent_kafka_topic, for Confluent Cloud")]
    Confluent,
}

#[derive(Debug, Args)]
pub(crate) struct Shell {
    #[command(flatten)]
    pub(crate) resolved: Resolved,
    /// The folder of kafka-topics.sh and kafka-acls.sh
    #[arg(long, value_name = "DIR", default_value = "deploy/shell")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Ci {
    /// The environment in eventgen.toml whose registry and cluster the contract is compared with
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// The folder of contract.yml
    #[arg(long, value_name = "DIR", default_value = ".github/workflows")]
    pub(crate) out: PathBuf,
    /// Write nothing, and exit with 3 if the file is out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Editor {
    /// The folder of the project, in which editors search for their settings
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) out: PathBuf,
    /// Write nothing, and exit with 3 if a schema is out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Sql {
    /// The table, such as outbox or orders.outbox
    #[arg(long, value_name = "TABLE", default_value = "outbox", value_parser = table_name)]
    pub(crate) table: String,
    /// Write the table of an inbox too, such as inbox or orders.inbox
    #[arg(long, value_name = "TABLE", value_parser = table_name, num_args = 0..=1, default_missing_value = "inbox")]
    pub(crate) inbox: Option<String>,
    /// Leave the trigger out that wakes the relay, which then polls
    #[arg(long)]
    pub(crate) no_notify: bool,
    /// The folder of the migrations and of Debezium's settings
    #[arg(long, value_name = "DIR", default_value = "migrations")]
    pub(crate) out: PathBuf,
    /// Write nothing, and exit with 3 if the files are out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

pub(super) fn table_name(name: &str) -> Result<String, String> {
    if eventgen_artifacts::outbox::Settings::is_table(name) {
        Ok(name.to_owned())
    } else {
        Err("a table has lower-case letters, digits and `_`, at most 48, with a schema and `.` before it or not".to_owned())
    }
}

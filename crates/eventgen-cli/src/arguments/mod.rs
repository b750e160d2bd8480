//! The command line.

mod artefacts;
mod common;
mod dlq;
mod docs;
mod gate;
mod import;
mod manual;
mod new;
mod outbox;
mod send;
mod tail;
mod topics;

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use artefacts::{
    Asyncapi, Authentication, Ci, Editor, Json, Provider, Resolved, Shell, Sql, Strimzi, Terraform,
};
use common::{CONTEXT, SCHEMA_REGISTRY, positive};
pub(crate) use common::{Cluster, Format, Output, Schemas};
pub(crate) use dlq::{Dlq, DlqDiscard, DlqList, DlqRedrive, DlqShow, Letters};
pub(crate) use docs::{Docs, Export};
pub(crate) use gate::{Against, Compat, Diff};
pub(crate) use import::Import;
pub(crate) use manual::{Completions, Man};
pub(crate) use new::New;
pub(crate) use outbox::{Change, Outbox, OutboxList, OutboxRelay, Parked, Table};
pub(crate) use send::Send;
pub(crate) use tail::Tail;
pub(crate) use topics::{Apply, Plan, Target, Topics};

use crate::outcome::Outcome;

/// Event contracts on Kafka from annotated schemas: check them, generate Rust, register them.
#[derive(Debug, Parser)]
#[command(name = "eventgen", version, after_help = exit_codes())]
pub(crate) struct Arguments {
    /// Run in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(crate) directory: Option<PathBuf>,
    /// When to color the output
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, global = true)]
    pub(crate) color: Color,
    /// Print errors only; what JSON, completions and the commands that show something were asked for is printed nevertheless
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

fn exit_codes() -> String {
    let codes = Outcome::ALL.map(|(outcome, meaning)| format!("  {}  {meaning}", outcome as u8));
    format!("Exit codes:\n{}", codes.join("\n"))
}

/// When to color the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[value(help = "On a terminal, unless NO_COLOR is set")]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a project that builds, passes its tests and runs
    New(New),
    /// Check schemas, annotations and eventgen.toml, and list the events
    Check(Check),
    /// Compare the contract with one that is in use: a commit, a registry or a folder
    Diff(Diff),
    /// Compare two versions of any schemas, with or without annotations
    Compat(Compat),
    /// Generate Rust code from schemas, or files for other tools
    Generate(Generate),
    /// Register the schemas of all events with their compatibility levels
    Register(Register),
    /// Write the schemas of a registry's subjects to files, with those that they refer to
    Import(Import),
    /// Show how far consumer groups are behind, by the limits of the contract
    Lag(Lag),
    /// Show the settings of all topics, with their defaults and those of an environment
    Show(Show),
    /// Compare the topics of the contract with a cluster, and bring them there
    #[command(subcommand)]
    Topics(Topics),
    /// Look at dead letters, whoever has written them, send them back or discard them
    #[command(subcommand)]
    Dlq(Dlq),
    /// Run the relay of an outbox in PostgreSQL, and look at the rows that it cannot publish
    #[command(subcommand)]
    Outbox(Outbox),
    /// Write a catalogue of the topics and events as static pages
    Docs(Docs),
    /// Send events to a topic, from lines of JSON
    Send(Send),
    /// Show the records of a topic, decoded
    Tail(Tail),
    /// Explain a code such as EG0107: what is wrong, why it matters, how to fix it
    Explain(Explain),
    /// Write a script that completes the command line in a shell
    Completions(Completions),
    /// Write the manual pages
    Man(Man),
}

impl Command {
    /// Whether the command writes files or changes a cluster, a registry or a database, which is worth finishing when nobody reads on.
    pub(crate) fn is_change(&self) -> bool {
        match self {
            Self::New(_)
            | Self::Generate(_)
            | Self::Register(_)
            | Self::Import(_)
            | Self::Docs(_)
            | Self::Send(_) => true,
            Self::Topics(topics) => matches!(topics, Topics::Apply(_)),
            Self::Dlq(dlq) => matches!(dlq, Dlq::Redrive(_) | Dlq::Discard(_)),
            Self::Outbox(outbox) => !matches!(outbox, Outbox::List(_)),
            _ => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Check with the settings of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// The format of diagnostics; every format but human goes to standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Output::Human)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Show the settings in this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human, help = SHOWN)]
    pub(crate) output: Format,
}

const SHOWN: &str =
    "The format of the result; JSON has topics, events and types, as `eventgen generate json` writes them";

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A code or the name of a lint [default: list all codes]
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_value_name = "ARTEFACT",
    subcommand_help_heading = "Artefacts"
)]
pub(crate) struct Generate {
    #[command(subcommand)]
    pub(crate) artefact: Option<Artefact>,
    #[command(flatten)]
    pub(crate) rust: Rust,
}

/// What is generated besides Rust.
#[derive(Debug, Subcommand)]
pub(crate) enum Artefact {
    /// Generate alert rules for Prometheus
    Prometheus(Prometheus),
    /// Generate dashboards for Grafana: one for each topic, and an overview
    Grafana(Grafana),
    /// Generate the resolved contract as JSON
    Json(Json),
    #[command(about = "Generate an AsyncAPI 3.1.0 document with Kafka bindings")]
    Asyncapi(Asyncapi),
    #[command(
        about = "Generate a KafkaTopic for each topic and a KafkaUser for each producer and group, for Strimzi"
    )]
    Strimzi(Strimzi),
    /// Generate topics as resources of Terraform
    Terraform(Terraform),
    /// Generate scripts that create topics and rights with the tools of Kafka
    Shell(Shell),
    /// Generate a workflow for GitHub Actions that checks the contract
    Ci(Ci),
    /// Write the table of an outbox in PostgreSQL, as migrations, and Debezium's settings for it
    Sql(Sql),
    /// Generate JSON schemas and settings with which editors complete and check contracts
    Editor(Editor),
}

/// The options of generated code.
#[derive(Debug, Args)]
pub(crate) struct Rust {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Generate with the settings of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// The folder of eventgen.rs
    #[arg(long, value_name = "DIR", default_value = "src/generated")]
    pub(crate) out: PathBuf,
    /// Write nothing, and exit with 3 if eventgen.rs is out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Prometheus {
    #[command(flatten)]
    pub(crate) monitoring: Monitoring,
    /// The folder of kafka.rules.yml
    #[arg(long, value_name = "DIR", default_value = "monitoring/prometheus")]
    pub(crate) out: PathBuf,
    /// Write tests of the rules for promtool, too: tests/kafka.rules.test.yml
    #[arg(long)]
    pub(crate) tests: bool,
    /// Write rules about an outbox, too, for what `outbox relay --listen` serves: outbox.rules.yml; may be repeated
    #[arg(long, value_name = "TABLE", value_parser = artefacts::table_name)]
    pub(crate) outbox: Vec<String>,
    /// Write nothing, and exit with 3 if a file is out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Grafana {
    #[command(flatten)]
    pub(crate) monitoring: Monitoring,
    /// The title of the overview; dashboards with different titles are different ones, also for the same topic [default:
    /// Kafka]
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
    /// Write a dashboard of an outbox, too, for what `outbox relay --listen` serves: outbox.json; may be repeated
    #[arg(long, value_name = "TABLE", value_parser = artefacts::table_name)]
    pub(crate) outbox: Vec<String>,
    /// The folder of overview.json and topics
    #[arg(long, value_name = "DIR", default_value = "monitoring/grafana")]
    pub(crate) out: PathBuf,
    /// Write nothing, and exit with 3 if a file is out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

/// The options of what watches topics and groups.
#[derive(Debug, Args)]
pub(crate) struct Monitoring {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Generate with the settings of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// Whose metrics are read
    #[arg(long, value_enum, value_name = "EXPORTER", default_value_t = Exporter::Kafka)]
    pub(crate) exporter: Exporter,
    #[arg(long, value_name = "LABEL", value_parser = cluster_label, help = CLUSTER_LABEL)]
    pub(crate) cluster_label: Vec<String>,
}

const CLUSTER_LABEL: &str = "A label that distinguishes clusters in Prometheus; may be repeated [default: cluster, with \
    klag-exporter cluster_name]";

/// A source of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Exporter {
    #[value(name = "kafka-exporter", help = "kafka_exporter, github.com/danielqsj/kafka_exporter")]
    Kafka,
    #[value(help = "KMinion, github.com/redpanda-data/kminion")]
    Kminion,
    #[value(name = "klag-exporter", help = "klag-exporter, github.com/softwaremill/klag-exporter")]
    Klag,
    #[value(
        help = "The producers and consumers themselves, with a feature of the crate eventgen; the exporters' alerts about \
        replicas and members are not among theirs"
    )]
    Runtime,
}

fn cluster_label(name: &str) -> Result<String, String> {
    if eventgen_artifacts::Settings::is_cluster_label(name) {
        Ok(name.to_owned())
    } else {
        Err("it is not a name of a label, or the rules use the label for something else".to_owned())
    }
}

#[derive(Debug, Args)]
pub(crate) struct Register {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Use the settings and the registry of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    #[arg(long, value_name = "URL", help = SCHEMA_REGISTRY)]
    pub(crate) schema_registry: Option<String>,
    /// Change nothing, and print the plan that a run carries out
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Set compatibility levels of the contract that are weaker than those of the registry
    #[arg(long)]
    pub(crate) allow_weaker_level: bool,
    /// Do not write eventgen.lock, which is beside eventgen.toml
    #[arg(long)]
    pub(crate) no_lock: bool,
    /// The format of the result; with every format but human the lines of the subjects go to standard error
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Output::Human)]
    pub(crate) output: Output,
    #[arg(long, value_name = "CONTEXT", help = CONTEXT)]
    pub(crate) context: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Lag {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Use the settings and the brokers of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    #[command(flatten)]
    pub(crate) cluster: Cluster,
    /// Show this group only; may be repeated [default: the groups of the contract, and others that have committed offsets]
    #[arg(long, value_name = "GROUP")]
    pub(crate) group: Vec<String>,
    /// Show the partitions of each group, too
    #[arg(long)]
    pub(crate) partitions: bool,
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "10", help = WATCH, value_parser = positive::<NonZeroU64>)]
    pub(crate) watch: Option<NonZeroU64>,
    #[arg(long, value_name = "ADDRESS", help = LISTEN)]
    pub(crate) listen: Option<String>,
    /// The format of the result
    #[arg(long, alias = "format", value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

const WATCH: &str = "Show the lag every 10 seconds, or as often as given, until the command is interrupted; the states STALL, \
    STOP and REWIND need it";

const LISTEN: &str = "Serve metrics for Prometheus at /metrics and a health check at /health of this address, such as \
    0.0.0.0:9308; sampled every 15 seconds, or as often as --watch says";

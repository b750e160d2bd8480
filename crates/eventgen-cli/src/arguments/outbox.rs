//! The options of `eventgen outbox`.

use std::time::Duration;

use clap::{Args, Subcommand};
use eventgen_schema::contract::parse_duration;

use super::common::{Cluster, Format};

#[derive(Debug, Subcommand)]
pub(crate) enum Outbox {
    /// Publish the rows of an outbox until the command is interrupted
    Relay(OutboxRelay),
    /// Show how far an outbox is behind, and the rows that cannot be published
    List(OutboxList),
    /// Let parked rows wait for the relay again
    Retry(OutboxRetry),
    /// Delete parked rows: their events are never published
    Discard(OutboxDiscard),
}

/// The table of an outbox.
#[derive(Debug, Args)]
pub(crate) struct Table {
    #[arg(long, value_name = "ADDRESS", env = "DATABASE_URL", hide_env_values = true, hide_env = true, help = DATABASE)]
    pub(crate) database: Option<String>,
    /// The table, with a schema or without
    #[arg(long, value_name = "NAME", default_value = "outbox")]
    pub(crate) table: String,
}

const DATABASE: &str = "The address of PostgreSQL, such as postgres://user@host/database [default: the variable DATABASE_URL]; \
    without a password in it, that is PGPASSWORD";

/// Some of the parked rows.
#[derive(Debug, Args)]
pub(crate) struct Parked {
    /// Only rows with these numbers
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<i64>,
    /// Only rows of this topic, as the cluster names it; may be repeated
    #[arg(long, value_name = "TOPIC")]
    pub(crate) topic: Vec<String>,
    /// Only rows whose reason contains this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct OutboxRelay {
    #[command(flatten)]
    pub(crate) table: Table,
    /// Use the brokers of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    #[command(flatten)]
    pub(crate) cluster: Cluster,
    /// Keep published rows for this time, such as 7d, instead of deleting them at once
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) keep: Option<Duration>,
    /// Read this many rows together
    #[arg(long, value_name = "ROWS", default_value_t = 5_000, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) batch: u16,
    /// Look for rows this often if PostgreSQL does not notify
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = duration)]
    pub(crate) poll: Duration,
    #[arg(long, value_name = "ADDRESS", help = LISTEN)]
    pub(crate) listen: Option<String>,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

const LISTEN: &str = "Serve metrics for Prometheus at /metrics and a health check at /health of this address, such as 0.0.0.0:9309; \
    sampled every 15 seconds";

#[derive(Debug, Args)]
pub(crate) struct OutboxList {
    #[command(flatten)]
    pub(crate) table: Table,
    #[command(flatten)]
    pub(crate) parked: Parked,
    /// Show at most this many rows
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    pub(crate) limit: usize,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct OutboxRetry {
    #[command(flatten)]
    pub(crate) change: Change,
}

#[derive(Debug, Args)]
pub(crate) struct OutboxDiscard {
    #[command(flatten)]
    pub(crate) change: Change,
}

/// A change of parked rows.
#[derive(Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    pub(crate) table: Table,
    #[command(flatten)]
    pub(crate) parked: Parked,
    /// All parked rows
    #[arg(long, conflicts_with_all = ["ids", "topic", "reason"], required_unless_present_any = ["ids", "topic", "reason"])]
    pub(crate) all: bool,
    /// Change nothing, and show which rows are meant
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text).filter(|duration| !duration.is_zero());
    duration.ok_or_else(|| "write a duration such as 1s, 30m or 7d".to_owned())
}

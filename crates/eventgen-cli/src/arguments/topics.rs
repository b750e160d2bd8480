//! The options of `eventgen topics`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use eventgen_admin::PlanOptions;
use eventgen_schema::contract::parse_duration;

use super::common::{Cluster, Format, Schemas};

#[derive(Debug, Subcommand)]
pub(crate) enum Topics {
    /// Show what differs between the contract and a cluster; change nothing
    Plan(Plan),
    /// Show the plan, ask, and change the cluster
    Apply(Apply),
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) allowed: Allowed,
    /// Write the plan to this file, for `eventgen topics apply FILE`
    #[arg(long, value_name = "FILE.json", value_parser = saved)]
    pub(crate) out: Option<PathBuf>,
    /// Exit with 3 if the cluster differs from the contract
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) allowed: Allowed,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

/// The contract and the cluster.
#[derive(Debug, Args)]
pub(crate) struct Target {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Use the settings and the brokers of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    #[command(flatten)]
    pub(crate) cluster: Cluster,
    /// Look at this topic only, with its dead-letter topic; may be repeated [default: all topics of the contract]
    #[arg(long, value_name = "TOPIC")]
    pub(crate) topic: Vec<String>,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

/// What is refused without an option.
#[derive(Debug, Args)]
pub(crate) struct Allowed {
    /// Add partitions to topics with an order by key: keys move, and the records of a key may come out of order, those in
    /// retry topics too
    #[arg(long)]
    pub(crate) allow_repartition: bool,
    /// Lower retention and change cleanup.policy at once: records are deleted
    #[arg(long)]
    pub(crate) allow_retention_cut: bool,
    /// Lower retention.ms by at most this much with each apply, such as 24h
    #[arg(long, value_name = "DURATION", value_parser = step)]
    pub(crate) retention_step: Option<Duration>,
}

impl Allowed {
    pub(crate) fn options(&self) -> PlanOptions {
        PlanOptions::default()
            .allow_repartition(self.allow_repartition)
            .allow_retention_cut(self.allow_retention_cut)
            .retention_step(self.retention_step)
    }

    pub(crate) fn is_default(&self) -> bool {
        self.options() == PlanOptions::default()
    }
}

/// The path of a saved plan, which `eventgen topics apply` tells from schemas by its ending.
fn saved(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    if is_json { Ok(path) } else { Err("write a name that ends in `.json`".to_owned()) }
}

fn step(text: &str) -> Result<Duration, String> {
    let step = parse_duration(text).filter(|step| !step.is_zero());
    step.ok_or_else(|| "write a number with ms, s, m, h, d or w, such as 24h".to_owned())
}

//! The options of `eventgen tail`.

use std::num::{NonZeroU16, NonZeroU64};

use clap::Args;

use super::common::{Cluster, Format, Registry, positive};

#[derive(Debug, Args)]
pub(crate) struct Tail {
    /// The topic, as the contract or the cluster names it
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: String,
    /// Use the brokers and the registry of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    #[command(flatten)]
    pub(crate) cluster: Cluster,
    #[command(flatten)]
    pub(crate) registry: Registry,
    #[arg(long, value_name = "TIME", help = FROM, conflicts_with_all = ["last", "offset"])]
    pub(crate) from: Option<String>,
    /// End before the first record with this timestamp or a later one, written as for --from
    #[arg(long, value_name = "TIME", conflicts_with = "follow")]
    pub(crate) to: Option<String>,
    /// Begin at this offset; needs one --partition
    #[arg(long, value_name = "OFFSET", requires = "partition", conflicts_with = "last")]
    pub(crate) offset: Option<u32>,
    #[arg(long, value_name = "COUNT", conflicts_with = "to", help = LAST, value_parser = positive::<NonZeroU16>)]
    pub(crate) last: Option<NonZeroU16>,
    /// Show this partition only; may be repeated
    #[arg(long, value_name = "PARTITION", value_parser = clap::value_parser!(i32).range(0..))]
    pub(crate) partition: Vec<i32>,
    /// Show records with this key only; a composite key has `|` between its parts, a typed key of several fields is JSON
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    #[arg(long = "where", value_name = "FIELD=VALUE", value_parser = condition, help = WHERE)]
    pub(crate) conditions: Vec<(String, String)>,
    /// End after this many records
    #[arg(long, value_name = "COUNT", value_parser = positive::<NonZeroU64>)]
    pub(crate) limit: Option<NonZeroU64>,
    /// Go on with records that are written from now on, until the command is interrupted
    #[arg(short, long)]
    pub(crate) follow: bool,
    /// Show the headers of records, too
    #[arg(long)]
    pub(crate) headers: bool,
    /// The format of the result: a line for each record
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

const FROM: &str = "Where to begin: `beginning`, `end`, the time of a record such as 2026-01-31T09:30:00Z or 2026-01-31, or how long \
    ago, such as 2h";
const LAST: &str = "Show this many of the newest records; with --follow, begin this many offsets before the end of each partition \
    [default: 10, unless an option says where to begin or which records are shown]";
const WHERE: &str = "Show records only whose value has this in a field, such as customer.id=ada; may be repeated, and then all of \
    them have to be so";

fn condition(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("write FIELD=VALUE")?;
    Ok((field.to_owned(), value.to_owned()))
}

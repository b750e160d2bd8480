//! The options of `eventgen dlq`.

use std::num::{NonZeroU32, NonZeroUsize};

use clap::{Args, Subcommand};
use eventgen_admin::dead_letters::{LetterFilter, OffsetRange};

use super::common::{Cluster, Format, Schemas, positive};
use crate::instant;

#[derive(Debug, Subcommand)]
pub(crate) enum Dlq {
    /// Count dead letters by topic, group and error
    List(DlqList),
    /// Show dead letters with their values, read by the registry
    Show(DlqShow),
    /// Send dead letters back to the group that could not handle them, and to no other
    Redrive(DlqRedrive),
    /// Note that dead letters are not to be handled, with the reason
    Discard(DlqDiscard),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct DlqRedrive {
    #[command(flatten)]
    pub(crate) letters: Letters,
    #[arg(long, value_name = "TOPIC", value_parser = topic, help = TO)]
    pub(crate) to: Option<String>,
    /// Leave letters where they are whose key has a newer record
    #[arg(long, conflicts_with = "skip_stale_check")]
    pub(crate) refuse_stale: bool,
    /// Do not look for newer records of the same keys, for which the topics are read
    #[arg(long)]
    pub(crate) skip_stale_check: bool,
    /// Send letters back that have come back three times
    #[arg(long)]
    pub(crate) include_parked: bool,
    /// Send back at most this many letters
    #[arg(long, value_name = "NUMBER", value_parser = positive::<NonZeroUsize>)]
    pub(crate) limit: Option<NonZeroUsize>,
    /// Send at most this many letters per second
    #[arg(long, value_name = "NUMBER", value_parser = positive::<NonZeroU32>)]
    pub(crate) rate: Option<NonZeroU32>,
    /// Change nothing, and show what would be sent where
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DlqDiscard {
    #[command(flatten)]
    pub(crate) letters: Letters,
    /// Why; `eventgen dlq show --all` shows it
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub(crate) reason: String,
    /// Who has decided it [default: the variable USER]
    #[arg(long, value_name = "NAME", env = "USER", hide_env = true)]
    pub(crate) by: Option<String>,
    /// Discard at most this many letters
    #[arg(long, value_name = "NUMBER", value_parser = positive::<NonZeroUsize>)]
    pub(crate) limit: Option<NonZeroUsize>,
    /// Change nothing, and show what would be discarded
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

const TO: &str = "Send the letters to this topic instead, without a header that names their group: all who read it get them";

/// The longest reason, in bytes: reasons share the little room that a commit has.
const LONGEST_REASON: usize = 200;

fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why, for those who look at it later".to_owned()),
        text if text.len() > LONGEST_REASON => Err(format!("write at most {LONGEST_REASON} bytes")),
        text => Ok(text.to_owned()),
    }
}

/// The name of a topic, as Kafka allows it.
fn topic(name: &str) -> Result<String, String> {
    let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    let is_allowed = (1..=249).contains(&name.len()) && !matches!(name, "." | "..");
    if is_allowed && name.chars().all(allowed) {
        Ok(name.to_owned())
    } else {
        Err("topics have names of at most 249 ASCII letters, digits, `.`, `_` and `-`".to_owned())
    }
}

#[derive(Debug, Args)]
pub(crate) struct DlqList {
    #[command(flatten)]
    pub(crate) letters: Letters,
    /// List letters that were sent back or discarded, too
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DlqShow {
    #[command(flatten)]
    pub(crate) letters: Letters,
    /// Show letters that were sent back or discarded, too
    #[arg(long)]
    pub(crate) all: bool,
    /// Show at most this many letters
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    pub(crate) limit: usize,
    #[arg(long, value_name = "URL", help = super::SCHEMA_REGISTRY)]
    pub(crate) schema_registry: Option<String>,
    /// The context of the registry, instead of the environment's
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) context: Option<String>,
}

/// The cluster, and some of its dead letters.
#[derive(Debug, Args)]
pub(crate) struct Letters {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Use the settings and the brokers of this environment in eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    #[command(flatten)]
    pub(crate) cluster: Cluster,
    #[arg(long, value_name = "TOPIC", help = TOPIC)]
    pub(crate) topic: Vec<String>,
    /// Only letters of this group; may be repeated
    #[arg(long, value_name = "GROUP")]
    pub(crate) group: Vec<String>,
    /// Only letters whose record has this key, as JSON if it is typed; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<String>,
    /// Only letters whose error, or the type of it, contains this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) error: Option<String>,
    /// Only letters with this disposition, such as poison, unknown, rejected or exhausted; may be repeated
    #[arg(long, value_name = "DISPOSITION")]
    pub(crate) disposition: Vec<String>,
    #[arg(long, value_name = "PARTITION:OFFSET[-OFFSET]", value_parser = range, help = OFFSET)]
    pub(crate) offset: Vec<OffsetRange>,
    #[arg(long, value_name = "TIME", value_parser = instant::parse, help = SINCE)]
    pub(crate) since: Option<i64>,
    /// Only letters that failed before this time
    #[arg(long, value_name = "TIME", value_parser = instant::parse)]
    pub(crate) until: Option<i64>,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

const TOPIC: &str = "Only letters of this topic of the contract, or in this dead-letter topic, which need not be in the contract; \
    may be repeated [default: all dead-letter topics of the contract]";
const OFFSET: &str = "Only the letter at this partition and offset of the dead-letter topic, such as 3:17, or those of a range, \
    such as 3:17-40; may be repeated";
const SINCE: &str = "Only letters that failed at this time or later: 2h ago, or 2026-11-27T03:00:00Z; dates and times are UTC";

impl Letters {
    /// The filter, for records of some topics.
    pub(crate) fn filter(&self, sources: Vec<String>) -> LetterFilter {
        let mut filter = LetterFilter::default();
        filter.offsets.clone_from(&self.offset);
        filter.sources = sources;
        filter.groups.clone_from(&self.group);
        filter.keys = self.key.iter().map(|key| key.clone().into_bytes()).collect();
        filter.error.clone_from(&self.error);
        filter.dispositions.clone_from(&self.disposition);
        filter.since = self.since;
        filter.until = self.until;
        filter
    }
}

fn range(text: &str) -> Result<OffsetRange, String> {
    let parsed = || {
        let (partition, offsets) = text.split_once(':')?;
        let (first, last) = offsets.split_once('-').unwrap_or((offsets, offsets));
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
        let range =
            OffsetRange { partition: partition.parse().ok()?, first: number(first)?, last: number(last)? };
        (range.first <= range.last && range.partition >= 0).then_some(range)
    };
    parsed()
        .ok_or_else(|| "write PARTITION:OFFSET or PARTITION:FIRST-LAST, such as 3:17 or 3:17-40".to_owned())
}

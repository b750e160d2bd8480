//! The report for programs. docs/lag.md describes it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventgen_admin::{AdminError, GroupPartition, LagLimit, LagReason, PartitionStatus};
use serde::Serialize;

use super::report::{Report, Row};
use crate::failure::Failure;

/// Incremented when a property is removed or changes its meaning. Properties may be added at any time.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    /// In milliseconds since the Unix epoch.
    timestamp: u64,
    bootstrap_servers: &'a str,
    groups: Vec<Entry<'a>>,
    problems: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    group: &'a str,
    topic: &'a str,
    in_contract: bool,
    state: &'static str,
    reasons: Vec<Reason>,
    lag: Option<u64>,
    lag_seconds: Option<f64>,
    max_lag: Option<Limit>,
    members: Option<usize>,
    partitions: Vec<Partition<'a>>,
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Limit {
    Records(u64),
    Seconds(f64),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Partition<'a> {
    #[serde(rename = "partition")]
    number: i32,
    state: &'static str,
    reason: Option<Reason>,
    committed: Option<i64>,
    oldest: Option<i64>,
    end: Option<i64>,
    lag: Option<u64>,
    lag_seconds: Option<f64>,
    owner: Option<Owner<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Owner<'a> {
    client_id: &'a str,
    host: &'a str,
}

/// A sample that failed, in `--watch`.
#[derive(Serialize)]
struct Unanswered {
    version: u32,
    timestamp: u64,
    error: String,
}

pub(super) fn pretty(report: &Report) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(&Document::of(report))?)
}

pub(super) fn line(report: &Report) -> Result<String, Failure> {
    Ok(serde_json::to_string(&Document::of(report))?)
}

pub(super) fn error(error: &AdminError) -> Result<String, Failure> {
    let error = error.to_string();
    Ok(serde_json::to_string(&Unanswered { version: VERSION, timestamp: millis(SystemTime::now()), error })?)
}

fn millis(at: SystemTime) -> u64 {
    let millis = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    u64::try_from(millis).unwrap_or(u64::MAX)
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            version: VERSION,
            timestamp: millis(report.at),
            bootstrap_servers: report.cluster,
            groups: report.rows.iter().map(Entry::of).collect(),
            problems: &report.problems,
        }
    }
}

impl<'a> Entry<'a> {
    fn of(row: &'a Row) -> Self {
        let status = &row.status;
        let partitions = row.partitions.iter().zip(&status.partitions);
        Self {
            group: &row.group,
            topic: &row.topic,
            in_contract: row.is_in_contract,
            state: status.state.as_str(),
            reasons: status.reasons.iter().map(Reason::of).collect(),
            lag: status.lag,
            lag_seconds: status.age.as_ref().map(Duration::as_secs_f64),
            max_lag: status.limit.and_then(|limit| match limit {
                LagLimit::Records(records) => Some(Limit::Records(records)),
                LagLimit::Time(time) => Some(Limit::Seconds(time.as_secs_f64())),
                _ => None,
            }),
            members: row.members,
            partitions: partitions.map(|(partition, status)| Partition::of(partition, status)).collect(),
        }
    }
}

impl Reason {
    fn of(reason: &LagReason) -> Self {
        Self { code: reason.code(), message: reason.to_string() }
    }
}

impl<'a> Partition<'a> {
    fn of(found: &'a GroupPartition, status: &PartitionStatus) -> Self {
        let owner = found.owner.as_ref();
        Self {
            number: found.partition,
            state: status.state.as_str(),
            reason: status.reason.as_ref().map(Reason::of),
            committed: found.committed,
            oldest: found.oldest,
            end: found.end,
            lag: found.lag,
            lag_seconds: found.age.as_ref().map(Duration::as_secs_f64),
            owner: owner.map(|owner| Owner { client_id: &owner.client_id, host: &owner.host }),
        }
    }
}

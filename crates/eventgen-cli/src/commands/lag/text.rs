//! The table for people.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventgen_admin::{GroupPartition, LagState, PartitionStatus, short_duration};

use super::report::{Report, Row};
use crate::table::aligned;

/// The columns. Numbers are aligned at the right.
const COLUMNS: [(&str, bool); 8] = [
    ("STATE", false),
    ("GROUP", false),
    ("TOPIC", false),
    ("LAG", true),
    ("BEHIND", true),
    ("MAXLAG", true),
    ("MEMBERS", true),
    ("WHY", false),
];

/// The columns of partitions.
const PARTITION_COLUMNS: [(&str, bool); 8] = [
    ("PARTITION", true),
    ("COMMITTED", true),
    ("OLDEST", true),
    ("END", true),
    ("LAG", true),
    ("BEHIND", true),
    ("OWNER", false),
    ("WHY", false),
];

/// What is unknown, or not there.
const NONE: &str = "-";
/// The members of a group that is there, and whose members the brokers do not show.
const UNKNOWN: &str = "unknown";

/// One line for each group and topic, and a table of the partitions below it on request.
pub(super) fn table(report: &Report, with_partitions: bool) -> String {
    if report.rows.is_empty() {
        return "no groups".to_owned();
    }
    let rows: Vec<[String; 8]> = report.rows.iter().map(cells).collect();
    let mut lines = aligned(COLUMNS, &rows).into_iter();
    let mut out: Vec<String> = lines.next().into_iter().collect();
    for (line, row) in lines.zip(&report.rows) {
        out.push(line);
        if with_partitions && !row.partitions.is_empty() {
            let partitions = row.partitions.iter().zip(&row.status.partitions);
            let cells: Vec<[String; 8]> =
                partitions.map(|(partition, status)| partition_cells(partition, status)).collect();
            out.extend(aligned(PARTITION_COLUMNS, &cells).into_iter().map(|line| format!("  {line}")));
        }
    }
    out.join("\n")
}

/// The time of day.
pub(super) fn time(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() % 86_400;
    format!("{:02}:{:02}:{:02} UTC", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

fn cells(row: &Row) -> [String; 8] {
    let status = &row.status;
    let mut why: Vec<String> = status.reasons.iter().map(ToString::to_string).collect();
    if !row.is_in_contract {
        why.push("not in the contract".to_owned());
    }
    [
        status.state.to_string(),
        row.group.clone(),
        row.topic.clone(),
        status.lag.map_or_else(|| NONE.to_owned(), |lag| lag.to_string()),
        behind(status.age),
        status.limit.map_or_else(|| NONE.to_owned(), |limit| limit.to_string()),
        members(row),
        why.join("; "),
    ]
}

fn members(row: &Row) -> String {
    match row.members {
        Some(members) => members.to_string(),
        None if row.partitions.iter().any(|partition| partition.committed.is_some()) => UNKNOWN.to_owned(),
        None => NONE.to_owned(),
    }
}

fn partition_cells(partition: &GroupPartition, status: &PartitionStatus) -> [String; 8] {
    let offset = |offset: Option<i64>| offset.map_or_else(|| NONE.to_owned(), |offset| offset.to_string());
    let owner = partition.owner.as_ref();
    let why = match (&status.reason, status.state) {
        (Some(reason), LagState::Ok) => reason.to_string(),
        (Some(reason), state) => format!("{state}: {reason}"),
        (None, _) => String::new(),
    };
    [
        partition.partition.to_string(),
        offset(partition.committed),
        offset(partition.oldest),
        offset(partition.end),
        partition.lag.map_or_else(|| NONE.to_owned(), |lag| lag.to_string()),
        behind(partition.age),
        owner.map_or_else(|| NONE.to_owned(), |owner| format!("{} at {}", owner.client_id, owner.host)),
        why,
    ]
}

/// An age, in whole seconds where it has some: the rest changes from one look to the next.
fn behind(age: Option<Duration>) -> String {
    age.map_or_else(|| NONE.to_owned(), short_duration)
}

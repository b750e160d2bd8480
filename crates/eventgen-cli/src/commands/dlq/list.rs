//! `eventgen dlq list`: how many letters there are, of whom and why.

use std::ops::ControlFlow;

use eventgen_admin::dead_letters::Progress;

use super::counts::{Kind, Row, Rows, add};
use super::list_json;
use super::select::remark;
use super::target::{Opened, Target};
use crate::arguments::{DlqList, Format};
use crate::count::count;
use crate::failure::Failure;
use crate::instant::{ago, now};
use crate::outcome::Outcome;
use crate::table::aligned;
use crate::terminal::{Terminal, output, summary};

/// The longest error in a table, in characters.
const LONGEST_ERROR: usize = 80;

pub(super) fn list(arguments: &DlqList, terminal: Terminal) -> Result<Outcome, Failure> {
    let target = Target::new(&arguments.letters, terminal)?;
    let mut rows = Rows::new();
    let opened = target.open()?;
    let mut undecided = 0;
    for topic in &opened {
        undecided += collect(topic, &mut rows)?;
    }
    let total = |of: fn(&Row) -> u64| rows.values().map(of).sum::<u64>();
    let (open, parked) = (total(|row| row.open), total(|row| row.parked));
    let done = total(|row| row.redriven + row.discarded);
    let selected = rows.len();
    if !arguments.all {
        rows.retain(|_, row| row.open + row.parked > 0);
    }
    match arguments.letters.output {
        Format::Human if rows.is_empty() => {}
        Format::Human => output(&table(&rows))?,
        Format::Json => output(&list_json::pretty(&rows, &target.cluster)?)?,
    }
    let topics = count(opened.len(), "dead-letter topic");
    summary(&format!("{open} open, {parked} parked, {done} done in {topics} at {}", target.cluster));
    Ok(remark(&target.topics, selected, undecided))
}

fn collect(topic: &Opened<'_>, rows: &mut Rows) -> Result<u64, Failure> {
    let nothing = Progress::default();
    let undecided = topic.letters.read(topic.filter, |letter| {
        let state = topic.progress.get(&letter.partition).unwrap_or(&nothing).state(&letter);
        add(rows, &letter, state);
        ControlFlow::Continue(())
    })?;
    Ok(undecided)
}

/// One line for each kind, those with the most open letters first.
fn table(rows: &Rows) -> String {
    let mut sorted: Vec<(&Kind, &Row)> = rows.iter().collect();
    sorted.sort_by_key(|(_, row)| std::cmp::Reverse(row.open + row.parked));
    let now = now();
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let cells = sorted.into_iter().map(|(kind, row)| {
        [
            row.open.to_string(),
            row.parked.to_string(),
            (row.redriven + row.discarded).to_string(),
            kind.letters.clone(),
            or_none(&kind.source),
            or_none(&kind.group),
            or_none(&kind.disposition),
            ago(row.oldest, now),
            ago(row.newest, now),
            format!("{}:{}", row.at.0, row.at.1),
            short(&row.example),
        ]
    });
    let columns = [
        ("OPEN", true),
        ("PARKED", true),
        ("DONE", true),
        ("DEAD-LETTER TOPIC", false),
        ("FROM", false),
        ("GROUP", false),
        ("WHY", false),
        ("OLDEST", true),
        ("NEWEST", true),
        ("AT", false),
        ("ERROR", false),
    ];
    aligned(columns, &cells.collect::<Vec<_>>()).join("\n")
}

/// The first line of an error, cut.
fn short(error: &str) -> String {
    let first = error.lines().next().unwrap_or_default();
    if first.chars().count() <= LONGEST_ERROR {
        return first.to_owned();
    }
    let cut: String = first.chars().take(LONGEST_ERROR - 1).collect();
    format!("{cut}…")
}

//! Letters, counted by what they have in common.

use std::collections::BTreeMap;

use eventgen_admin::dead_letters::{DeadLetter, LetterState};

/// What letters of one row have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) letters: String,
    pub(super) source: Option<String>,
    pub(super) group: Option<String>,
    pub(super) disposition: Option<String>,
    pub(super) cause: String,
}

/// The letters of one row.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) open: u64,
    pub(super) parked: u64,
    pub(super) redriven: u64,
    pub(super) discarded: u64,
    /// When the first and the last one failed, in milliseconds since the Unix epoch.
    pub(super) oldest: Option<i64>,
    pub(super) newest: Option<i64>,
    /// The error of one of them, and where that is.
    pub(super) example: String,
    pub(super) at: (i32, i64),
}

pub(super) type Rows = BTreeMap<Kind, Row>;

/// Counts a letter.
pub(super) fn add(rows: &mut Rows, letter: &DeadLetter, state: LetterState) {
    let origin = &letter.origin;
    let kind = Kind {
        letters: letter.topic.clone(),
        source: origin.topic.clone(),
        group: origin.group.clone(),
        disposition: origin.disposition.clone(),
        cause: letter.cause(),
    };
    let row = rows.entry(kind).or_default();
    match state {
        LetterState::Parked => row.parked += 1,
        LetterState::Redriven => row.redriven += 1,
        LetterState::Discarded => row.discarded += 1,
        _ => row.open += 1,
    }
    if let Some(at) = letter.failed_at() {
        row.oldest = Some(row.oldest.map_or(at, |oldest| oldest.min(at)));
        row.newest = Some(row.newest.map_or(at, |newest| newest.max(at)));
    }
    let error = origin.message.as_deref().or(origin.exception.as_deref()).unwrap_or_default();
    error.clone_into(&mut row.example);
    row.at = (letter.partition, letter.offset);
}

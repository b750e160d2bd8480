//! Bugs that a test plants, to show that the checks of whole runs find them, and faults that bring them to light.
//!
//! This module is compiled only with `--cfg eventgen_planted`, which the package of that test sets for a build of its own.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// A record counts as done when it is fetched.
    CommitBeforeHandling,
    /// Records of one key are handled side by side.
    KeyOrderBroken,
    /// A dead letter is not written.
    DeadLetterDropped,
    /// A report of an earlier assignment counts.
    StaleEpochAccepted,
    /// The pause of a partition is kept across assignments.
    PauseNotReset,
    /// A record is handled although an earlier one of its key is out on retry.
    FollowerOvertakes,
    /// A transactional consumer writes records to retry topics at once, and not in the transaction that commits them.
    RetryRecordOutside,
    /// The offsets of a transaction are committed by a request of their own, after it.
    OffsetsOutsideTransaction,
    /// What a transaction has written is written again although the transaction may be committed.
    SentBeforeAbortIsKnown,
    /// A producer is used again whose first request to commit may still be on its way.
    ProducerKept,
}

impl Bug {
    const ALL: [(Self, &str); 10] = [
        (Self::CommitBeforeHandling, "commit-before-handling"),
        (Self::KeyOrderBroken, "key-order-broken"),
        (Self::DeadLetterDropped, "dead-letter-dropped"),
        (Self::StaleEpochAccepted, "stale-epoch-accepted"),
        (Self::PauseNotReset, "pause-not-reset"),
        (Self::FollowerOvertakes, "follower-overtakes"),
        (Self::RetryRecordOutside, "retry-record-outside"),
        (Self::OffsetsOutsideTransaction, "offsets-outside-transaction"),
        (Self::SentBeforeAbortIsKnown, "sent-before-abort-is-known"),
        (Self::ProducerKept, "producer-kept"),
    ];
}

/// Whether this process has the bug: the environment variable `EVENTGEN_PLANTED` names it.
pub(crate) fn is_planted(bug: Bug) -> bool {
    static PLANTED: OnceLock<Option<Bug>> = OnceLock::new();
    let planted = PLANTED.get_or_init(|| {
        let name = std::env::var("EVENTGEN_PLANTED").ok()?;
        let known = Bug::ALL.iter().find(|(_, known)| *known == name);
        Some(known.unwrap_or_else(|| panic!("no bug has the name `{name}`")).0)
    });
    *planted == Some(bug)
}

/// The time between a transaction and its offsets with [`Bug::OffsetsOutsideTransaction`]. A member that is killed is nearly
/// always between the two.
pub(crate) const APART: Duration = Duration::from_millis(1_500);

/// What happens to requests to commit a transaction, now and then. A runtime without a bug gets over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The transaction is committed, and nobody learns of it.
    AnswerLost,
    /// The request is late, so that it is repeated.
    RequestLate,
}

impl Fault {
    const ALL: [(Self, &str); 2] = [(Self::AnswerLost, "answer-lost"), (Self::RequestLate, "request-late")];
    /// It happens to one of this many requests.
    const OF: usize = 3;
}

/// Whether a fault happens to this request: the environment variable `EVENTGEN_FAULT` names it.
pub(crate) fn happens(fault: Fault) -> bool {
    static REQUESTS: AtomicUsize = AtomicUsize::new(0);
    static NAMED: OnceLock<Option<Fault>> = OnceLock::new();
    let named = NAMED.get_or_init(|| {
        let name = std::env::var("EVENTGEN_FAULT").ok()?;
        let known = Fault::ALL.iter().find(|(_, known)| *known == name);
        Some(known.unwrap_or_else(|| panic!("no fault has the name `{name}`")).0)
    });
    *named == Some(fault) && (REQUESTS.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(Fault::OF)
}

//! Bugs that a test plants, to show that the checks of whole runs find them.
//!
//! This module is compiled only with `--cfg eventgen_planted`, which the package of that test sets for a build of its own.

use std::sync::OnceLock;

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
}

impl Bug {
    const ALL: [(Self, &str); 7] = [
        (Self::CommitBeforeHandling, "commit-before-handling"),
        (Self::KeyOrderBroken, "key-order-broken"),
        (Self::DeadLetterDropped, "dead-letter-dropped"),
        (Self::StaleEpochAccepted, "stale-epoch-accepted"),
        (Self::PauseNotReset, "pause-not-reset"),
        (Self::FollowerOvertakes, "follower-overtakes"),
        (Self::RetryRecordOutside, "retry-record-outside"),
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

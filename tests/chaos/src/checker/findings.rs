//! What the checker reports.

use std::collections::BTreeMap;
use std::fmt;

/// What can be wrong with a run. The terms are those of [Jepsen](https://jepsen.io/analyses/redpanda-21.10.1), where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anomaly {
    /// An acknowledged record is not on the topic, or what its handler has sent is not written.
    LostWrite,
    /// An event is on the topic twice, or what its handler has sent.
    DuplicateWrite,
    /// The group has committed past a record that nobody handled and that is in no dead letter.
    PollSkip,
    /// The group has not come to a record.
    Unseen,
    /// A record was handled for the first time before an earlier one of its key was done.
    Nonmonotonic,
    /// What members have written of a key is not in the order of its records.
    NonmonotonicSend,
    /// A record was handled again before the delay of its retry was over.
    Early,
    /// Two handlers worked on one key at the same time.
    Overlap,
    /// A handler or a reader was given a record that is not on the topic, such as one of an aborted transaction, or something
    /// is written of an attempt that has failed.
    G1a,
    /// A record that must become a dead letter has none.
    LetterMissing,
    /// A dead letter of a record that is to be handled.
    LetterUnexpected,
    /// A dead letter differs from its record, or states another reason.
    LetterChanged,
    /// A dead letter was written again although no member was killed or paused, or all members are transactional.
    LetterRepeated,
    /// More finished records were handled again than the scenario allows.
    Replays,
    /// A partition of a stable group made no progress.
    Stalled,
    /// A member ended by itself.
    Ended,
    /// The memory of a member grew.
    Memory,
}

impl Anomaly {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::LostWrite => "lost-write",
            Self::DuplicateWrite => "duplicate-write",
            Self::PollSkip => "poll-skip",
            Self::Unseen => "unseen",
            Self::Nonmonotonic => "nonmonotonic-poll",
            Self::NonmonotonicSend => "nonmonotonic-send",
            Self::Early => "before-due",
            Self::Overlap => "overlap",
            Self::G1a => "G1a",
            Self::LetterMissing => "dead-letter-missing",
            Self::LetterUnexpected => "dead-letter-unexpected",
            Self::LetterChanged => "dead-letter-changed",
            Self::LetterRepeated => "dead-letter-repeated",
            Self::Replays => "replays",
            Self::Stalled => "stalled",
            Self::Ended => "ended",
            Self::Memory => "memory",
        }
    }
}

/// How many of an anomaly are shown.
const SHOWN: usize = 8;

/// The anomalies of a run.
#[derive(Debug, Default)]
pub struct Findings(BTreeMap<Anomaly, (usize, Vec<String>)>);

impl Findings {
    /// Adds one.
    pub fn add(&mut self, anomaly: Anomaly, what: impl FnOnce() -> String) {
        let (count, shown) = self.0.entry(anomaly).or_default();
        *count += 1;
        if shown.len() < SHOWN {
            shown.push(what());
        }
    }

    /// How many there are.
    pub fn count(&self, anomaly: Anomaly) -> usize {
        self.0.get(&anomaly).map_or(0, |(count, _)| *count)
    }

    /// The kinds of anomalies that there are.
    pub fn kinds(&self) -> Vec<Anomaly> {
        self.0.keys().copied().collect()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (anomaly, (count, shown)) in &self.0 {
            writeln!(f, "  {}: {count}", anomaly.name())?;
            for line in shown {
                writeln!(f, "    {line}")?;
            }
        }
        Ok(())
    }
}

/// How many finished records may be handled again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replays {
    /// None.
    None,
    /// On average this many for each member that was killed or paused.
    PerKill(usize),
}

/// What a scenario allows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub replays: Replays,
}

/// The figures of a run that are not anomalies in themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Records on the topic.
    pub written: usize,
    /// Records that a handler accepted.
    pub handled: usize,
    /// Records with a dead letter.
    pub letters: usize,
    /// Dead letters that were written again.
    pub repeated_letters: usize,
    /// Finished records that were handled again, each time.
    pub replays: usize,
    /// The most replays of records that one member had finished.
    pub worst_instance: usize,
    /// Members that were killed or paused.
    pub kills: usize,
    /// Overlaps of a member that the group had given up on, because it was paused.
    pub fenced_overlaps: usize,
    /// Records that are on the topic without an acknowledgement.
    pub unacknowledged: usize,
}

impl Figures {
    /// Replays for each member that was killed or paused.
    pub fn replays_per_kill(&self) -> f64 {
        let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        count(self.replays) / count(self.kills.max(1))
    }
}

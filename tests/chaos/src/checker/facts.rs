//! What is known about a run when it has ended.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::history::{End, Key, Line, Time};

/// A topic that is deleted and created anew has another generation: its offsets start again.
pub type Generation = u8;

/// A process that consumed.
pub type Member = u16;

/// What a record was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The handler accepts it.
    Handled,
    /// The handler fails once, then accepts it.
    FailsOnce,
    /// The handler fails until no retry is left.
    FailsAlways,
    /// The handler rejects it.
    Rejected,
    /// The bytes do not decode.
    Poison,
}

impl Fate {
    /// The disposition of the dead letter.
    pub fn disposition(self) -> Option<&'static str> {
        match self {
            Self::Handled | Self::FailsOnce => None,
            Self::FailsAlways => Some("exhausted"),
            Self::Rejected => Some("rejected"),
            Self::Poison => Some("poison"),
        }
    }
}

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub generation: Generation,
    pub partition: i32,
    pub offset: i64,
}

/// A record on the topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub at: Place,
    /// The key and the number of the record among those of the key. Poison has none.
    pub event: Option<(Key, u32)>,
    pub fate: Fate,
}

/// A record that a producer knows to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    pub key: Key,
    pub sequence: u32,
    pub at: Place,
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The record that it names.
    pub from: Place,
    pub disposition: String,
    /// Whether key, value and headers are those of the record.
    pub is_unchanged: bool,
}

/// What a handler has sent for a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Its partition and offset.
    pub at: (i32, i64),
    /// The key and the number of the record.
    pub event: (Key, u32),
    /// The record.
    pub from: Place,
    /// The attempt that has sent it.
    pub attempt: u32,
}

/// What members have copied.
#[derive(Debug, Default)]
pub struct Copies {
    /// What is committed when the run has ended, in the order of each partition.
    pub written: Vec<Copy>,
    /// The partition and the offset of what a reader with `isolation.level=read_committed` saw meanwhile, in its order.
    pub polled: Vec<(i32, i64)>,
}

/// One call of a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handling {
    pub member: Member,
    pub key: Key,
    pub sequence: u32,
    pub partition: i32,
    pub offset: i64,
    pub attempt: u32,
    pub started: Time,
    /// When and how it ended; `None` if the process ended first.
    pub ended: Option<(Time, End)>,
}

impl Handling {
    /// When the handler accepted the record.
    pub(super) fn handled_at(&self) -> Option<Time> {
        self.ended.filter(|(_, end)| *end == End::Handled).map(|(time, _)| time)
    }
}

/// Everything that is known about a run.
#[derive(Debug, Default)]
pub struct Facts {
    pub acknowledged: Vec<Acknowledged>,
    /// Records of transactions that were aborted.
    pub aborted: HashSet<(Key, u32)>,
    pub written: Vec<Written>,
    /// The offsets up to which the group has committed.
    pub committed: HashMap<(Generation, i32), i64>,
    pub letters: Vec<Letter>,
    /// What members have copied, if they are transactional.
    pub copies: Option<Copies>,
    pub handlings: Vec<Handling>,
    /// When each member ended.
    pub ends: HashMap<Member, Time>,
    /// The members that were killed.
    pub killed: Vec<Member>,
    /// The members that were paused, and when.
    pub paused: Vec<(Member, Time, Time)>,
    /// Disturbances other than of members that may cause replays, such as brokers that were killed.
    pub other_kills: usize,
    /// How often a handler is called again after an error.
    pub retries: u32,
    /// How long a record waits before each of these calls, at least; empty if that is not checked.
    pub delays: &'static [Duration],
}

impl Facts {
    /// Adds the history of a member.
    ///
    /// # Errors
    /// The history is not one of a member.
    pub fn add_member(&mut self, member: Member, lines: Vec<Line>) -> Result<(), String> {
        let first = self.handlings.len();
        for line in lines {
            match line {
                Line::Started { serial, time, key, sequence, partition, offset, attempt } => {
                    if serial != self.handlings.len() - first {
                        return Err(format!("the history of member {member} has no call number {serial}"));
                    }
                    let (started, ended) = (time, None);
                    let handling =
                        Handling { member, key, sequence, partition, offset, attempt, started, ended };
                    self.handlings.push(handling);
                }
                Line::Ended { serial, time, end } => {
                    let started = self.handlings.get_mut(first + serial);
                    let started =
                        started.ok_or_else(|| format!("call {serial} of member {member} did not start"))?;
                    started.ended = Some((time, end));
                }
                other => return Err(format!("not a line of a member: {other}")),
            }
        }
        Ok(())
    }

    /// Adds the history of a producer that wrote to this generation of the topic. Returns how many records were not
    /// acknowledged.
    ///
    /// # Errors
    /// The history is not one of a producer.
    pub fn add_producer(&mut self, generation: Generation, lines: Vec<Line>) -> Result<usize, String> {
        let mut failed = 0;
        for line in lines {
            match line {
                Line::Acknowledged { key, sequence, partition, offset, .. } => {
                    let at = Place { generation, partition, offset };
                    self.acknowledged.push(Acknowledged { key, sequence, at });
                }
                Line::NotAcknowledged { .. } => failed += 1,
                Line::Aborted { key, sequence, .. } => {
                    self.aborted.insert((key, sequence));
                }
                other => return Err(format!("not a line of a producer: {other}")),
            }
        }
        Ok(failed)
    }
}

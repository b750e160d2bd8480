//! Which letters are sent back, and where to.

use std::collections::{BTreeMap, BTreeSet};

use super::filter::Selection;
use super::letter::DeadLetter;
use super::progress::Progress;

/// Where letters go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct RedriveOptions {
    /// A topic that all letters go to, instead of back to their groups.
    pub to: Option<String>,
    /// The first retry topic of a group, by the names of the topic and the group.
    pub retry_topics: BTreeMap<(String, String), String>,
    /// Topics that no letter is sent to, because they have dead letters themselves. The topic of a letter is always one.
    pub dead_letter_topics: BTreeSet<String>,
    /// Leave letters alone whose key has a newer record.
    pub refuse_stale: bool,
    /// Do not look for newer records.
    pub skip_stale_check: bool,
    /// Send letters back that are parked.
    pub include_parked: bool,
    /// The most letters.
    pub limit: Option<usize>,
}

/// How a letter goes back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Route {
    /// To the retry topic of its group, which no other group reads.
    RetryTopic {
        /// The retry topic.
        topic: String,
        /// The group.
        group: String,
    },
    /// To its topic, with a header that names its group. Consumers of eventgen in other groups skip it.
    Source {
        /// The topic.
        topic: String,
        /// The group.
        group: String,
    },
    /// To a topic that was asked for.
    Asked {
        /// The topic.
        topic: String,
    },
}

impl Route {
    /// The topic that is written to.
    pub fn topic(&self) -> &str {
        match self {
            Self::RetryTopic { topic, .. } | Self::Source { topic, .. } | Self::Asked { topic } => topic,
        }
    }
}

/// Why a letter stays where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stays {
    /// Its headers name no group.
    NoGroup,
    /// Its headers name no topic.
    NoTopic,
    /// It has come back too often.
    Parked,
    /// Its key has a newer record, and that was to be refused.
    Stale,
    /// The topic has this very letter already: it was sent back, and what was known of that has expired.
    AlreadySent,
    /// The topic that it would go to has dead letters itself.
    DeadLetterTopic,
    /// The topic that it would go to does not exist.
    NoSuchTopic,
    /// The user may not see the topic that it would go to.
    Denied,
    /// It has no value, and the record that it is about is gone.
    RecordGone,
}

impl Stays {
    /// A name for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoGroup => "no-group",
            Self::NoTopic => "no-topic",
            Self::Parked => "parked",
            Self::Stale => "stale",
            Self::AlreadySent => "already-sent",
            Self::DeadLetterTopic => "dead-letter-topic",
            Self::NoSuchTopic => "no-such-topic",
            Self::Denied => "denied",
            Self::RecordGone => "record-gone",
        }
    }

    /// What it means, and what to do.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::NoGroup => "its headers name no group: pass --to with a topic that only its consumer reads",
            Self::NoTopic => "its headers name no topic: pass --to",
            Self::Parked => {
                "it has come back three times: fix its cause, then pass --include-parked, or discard it"
            }
            Self::Stale => "a newer record of its key exists: discard it, or leave out --refuse-stale",
            Self::AlreadySent => "its topic has it already, sent back by an earlier run",
            Self::DeadLetterTopic => {
                "its headers name a dead-letter topic: pass --to with the topic that it belongs to, or discard it"
            }
            Self::NoSuchTopic => "its topic does not exist: create it, or pass --to with another one",
            Self::Denied => {
                "its topic may not be seen: the user needs the operations Describe and Write on it"
            }
            Self::RecordGone => "it has no value, and its record is gone from its topic: discard it",
        }
    }
}

/// What happens to a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// It is sent back.
    Send(Route),
    /// It stays.
    Stay(Stays),
}

/// A letter that was selected, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedLetter {
    /// The partition of the letter.
    pub partition: i32,
    /// The offset of the letter.
    pub offset: i64,
    /// The key.
    pub key: Option<Vec<u8>>,
    /// Topic, partition and offset of the record, if all are known.
    pub source: Option<(String, i32, i64)>,
    /// What happens to it.
    pub decision: Decision,
    /// The offset of a newer record with its key.
    pub newer: Option<i64>,
    /// Whether its value is read from the record that it is about.
    pub(crate) lacks_value: bool,
}

/// What is to be done with the letters of a dead-letter topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LetterPlan {
    /// The letters that were selected, by partition and offset.
    pub letters: Vec<PlannedLetter>,
    /// What could not be checked.
    pub problems: Vec<String>,
    /// How many open letters would be selected but for their keys, whose schemas are not known.
    pub undecided: u64,
    /// The offsets of all letters of a partition that are open, selected or not.
    pub(crate) open: BTreeMap<i32, BTreeSet<i64>>,
    /// The end of the offsets that were read for newer records, by topic and partition.
    pub(crate) read_to: BTreeMap<String, BTreeMap<i32, i64>>,
}

impl LetterPlan {
    /// The letters that are sent back.
    pub fn sent(&self) -> impl Iterator<Item = &PlannedLetter> {
        self.letters.iter().filter(|letter| matches!(letter.decision, Decision::Send(_)))
    }

    /// The letters that stay.
    pub fn staying(&self) -> impl Iterator<Item = (&PlannedLetter, Stays)> {
        self.letters.iter().filter_map(|letter| match letter.decision {
            Decision::Stay(why) => Some((letter, why)),
            Decision::Send(_) => None,
        })
    }

    /// Adds a letter that is open, and what happens to it if it is selected.
    pub(crate) fn add(
        &mut self,
        letter: &DeadLetter,
        progress: &Progress,
        selection: Selection,
        decide: impl FnOnce(&DeadLetter) -> Decision,
    ) {
        if progress.is_done(letter.offset) {
            return;
        }
        self.open.entry(letter.partition).or_default().insert(letter.offset);
        let decision = match selection {
            Selection::Selected => decide(letter),
            Selection::Other => return,
            Selection::Undecided => {
                self.undecided += 1;
                return;
            }
        };
        let origin = &letter.origin;
        let source = match (&origin.topic, origin.partition, origin.offset) {
            (Some(topic), Some(partition), Some(offset)) => Some((topic.clone(), partition, offset)),
            _ => None,
        };
        self.letters.push(PlannedLetter {
            partition: letter.partition,
            offset: letter.offset,
            key: letter.key.clone(),
            source,
            decision,
            newer: None,
            lacks_value: letter.lacks_value(),
        });
    }

    pub(crate) fn sort(&mut self) {
        self.letters.sort_by_key(|letter| (letter.partition, letter.offset));
    }

    /// Letters that would go to a topic stay.
    pub(crate) fn keep_from(&mut self, topic: &str, why: Stays) {
        for letter in &mut self.letters {
            if matches!(&letter.decision, Decision::Send(route) if route.topic() == topic) {
                letter.decision = Decision::Stay(why);
            }
        }
    }

    /// Forgets letters that are done. The answer is their number.
    pub(crate) fn forget_done(&mut self, progress: &BTreeMap<i32, Progress>) -> u64 {
        let before = self.letters.len();
        self.letters
            .retain(|letter| !progress.get(&letter.partition).is_some_and(|it| it.is_done(letter.offset)));
        u64::try_from(before - self.letters.len()).unwrap_or(u64::MAX)
    }

    /// Keeps the first letters that are sent. Those that stay are kept up to there.
    pub(crate) fn cut(&mut self, limit: usize) {
        let mut sent = 0;
        self.letters.retain(|letter| {
            if sent >= limit {
                return false;
            }
            sent += usize::from(matches!(letter.decision, Decision::Send(_)));
            true
        });
    }
}

impl RedriveOptions {
    /// What happens to a letter, as far as its headers tell.
    pub(crate) fn decide(&self, letter: &DeadLetter) -> Decision {
        let origin = &letter.origin;
        if letter.is_parked() && !self.include_parked {
            return Decision::Stay(Stays::Parked);
        }
        let has_letters = |topic: &String| *topic == letter.topic || self.dead_letter_topics.contains(topic);
        if self.to.as_ref().or(origin.topic.as_ref()).is_some_and(has_letters) {
            return Decision::Stay(Stays::DeadLetterTopic);
        }
        if let Some(topic) = &self.to {
            return Decision::Send(Route::Asked { topic: topic.clone() });
        }
        let Some(topic) = &origin.topic else { return Decision::Stay(Stays::NoTopic) };
        let Some(group) = &origin.group else { return Decision::Stay(Stays::NoGroup) };
        let (topic, group) = (topic.clone(), group.clone());
        // A record of a retry topic belongs to the members that have its partition of the source.
        let retry =
            self.retry_topics.get(&(topic.clone(), group.clone())).filter(|_| origin.partition.is_some());
        Decision::Send(match retry {
            Some(retry) => Route::RetryTopic { topic: retry.clone(), group },
            None => Route::Source { topic, group },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::letter::letter;
    use super::*;

    const OF_BILLING: [(&str, &str); 4] = [
        ("__dlq.errors.topic", "orders"),
        ("__dlq.errors.partition", "1"),
        ("__dlq.errors.offset", "9"),
        ("__dlq.errors.group", "billing"),
    ];

    #[test]
    fn a_letter_goes_to_its_group_and_to_no_other() {
        let mut options = RedriveOptions::default();
        let found = letter(0, 0, &OF_BILLING);
        let source = Route::Source { topic: "orders".into(), group: "billing".into() };
        assert_eq!(options.decide(&found), Decision::Send(source));
        options.retry_topics.insert(("orders".into(), "billing".into()), "orders.billing.retry.1".into());
        let retry = Route::RetryTopic { topic: "orders.billing.retry.1".into(), group: "billing".into() };
        assert_eq!(options.decide(&found), Decision::Send(retry));
        assert_eq!(options.decide(&letter(0, 0, &OF_BILLING[..3])), Decision::Stay(Stays::NoGroup));
        assert_eq!(options.decide(&letter(0, 0, &[])), Decision::Stay(Stays::NoTopic));
        options.to = Some("fixed".into());
        assert_eq!(
            options.decide(&letter(0, 0, &[])),
            Decision::Send(Route::Asked { topic: "fixed".into() })
        );
    }

    #[test]
    fn no_letter_goes_to_a_dead_letter_topic() {
        let from = |topic| [&[("__dlq.errors.topic", topic)], &OF_BILLING[1..]].concat();
        let stays = Decision::Stay(Stays::DeadLetterTopic);
        let mut options = RedriveOptions::default();
        assert_eq!(options.decide(&letter(0, 0, &from("orders.dlq"))), stays, "its own");
        assert!(matches!(options.decide(&letter(0, 0, &from("sales.dlq"))), Decision::Send(_)));
        options.dead_letter_topics.insert("sales.dlq".into());
        assert_eq!(options.decide(&letter(0, 0, &from("sales.dlq"))), stays);
        options.to = Some("orders".into());
        assert!(matches!(options.decide(&letter(0, 0, &from("orders.dlq"))), Decision::Send(_)));
        for to in ["orders.dlq", "sales.dlq"] {
            options.to = Some(to.into());
            assert_eq!(options.decide(&letter(0, 0, &OF_BILLING)), stays, "{to}");
        }
    }

    #[test]
    fn what_comes_back_a_third_time_is_parked() {
        let of = |count| [OF_BILLING.as_slice(), &[("__dlq.redrive.count", count)]].concat();
        let options = RedriveOptions::default();
        assert!(matches!(options.decide(&letter(0, 0, &of("2"))), Decision::Send(_)));
        assert_eq!(options.decide(&letter(0, 0, &of("3"))), Decision::Stay(Stays::Parked));
        let options = RedriveOptions { include_parked: true, ..options };
        assert!(matches!(options.decide(&letter(0, 0, &of("3"))), Decision::Send(_)));
    }

    #[test]
    fn a_limit_counts_what_is_sent() {
        let mut plan = LetterPlan::default();
        let options = RedriveOptions::default();
        for offset in (0..10).rev() {
            let found = letter(0, offset, if offset % 2 == 0 { &OF_BILLING } else { &[] });
            plan.add(&found, &Progress::default(), Selection::Selected, |letter| options.decide(letter));
        }
        plan.add(&letter(1, 0, &OF_BILLING), &Progress::default(), Selection::Other, |_| unreachable!());
        plan.sort();
        plan.cut(2);
        let offsets: Vec<i64> = plan.letters.iter().map(|letter| letter.offset).collect();
        assert_eq!(offsets, [0, 1, 2]);
        assert_eq!((plan.sent().count(), plan.staying().count()), (2, 1));
        assert_eq!(plan.open[&0].len() + plan.open[&1].len(), 11, "what is not selected is open");
    }
}

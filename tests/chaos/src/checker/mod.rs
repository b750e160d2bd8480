//! Decides from the histories of all processes whether a run kept the promises: every record is handled or is a dead letter,
//! the records of a key in order, and no more often than the scenario allows.

mod copies;
mod facts;
mod findings;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

pub use facts::{
    Acknowledged, Copies, Copy, Facts, Fate, Generation, Handling, Letter, Member, Place, Written,
};
pub use findings::{Anomaly, Figures, Findings, Limits, Replays};

use crate::history::{End, Key, Time};

/// How long after a pause a member may not know yet that the group has given up on it, in nanoseconds.
const FENCED_FOR: Time = 20_000_000_000;

/// Times at which records are due have whole milliseconds.
const ROUNDING: Duration = Duration::from_millis(2);

/// Checks a run.
pub fn check(mut facts: Facts, limits: Limits, findings: &mut Findings) -> Figures {
    let mut figures = Figures { written: facts.written.len(), ..Figures::default() };
    figures.kills = facts.killed.len() + facts.paused.len() + facts.other_kills;
    check_writes(&facts, findings, &mut figures);
    let letters = check_letters(&facts, findings, &mut figures);
    copies::check(&facts, findings);
    facts.written.sort_by_key(|written| (written.event.map(|(key, _)| key), written.at));
    facts
        .handlings
        .sort_by_key(|handling| (handling.key, handling.partition, handling.offset, handling.started));
    let mut replayed: HashMap<Member, usize> = HashMap::new();
    let mut at = 0;
    for records in facts.written.chunk_by(same_queue) {
        let Some((key, _)) = records[0].event else {
            for record in records.iter().filter(|record| !letters.contains(&record.at)) {
                unfinished(&facts, record, findings);
            }
            continue;
        };
        let queue = Queue { facts: &facts, letters: &letters, key, partition: records[0].at.partition };
        let handlings = queue.handlings(&mut at, findings);
        queue.check(records, handlings, findings, &mut figures, &mut replayed);
        queue.check_overlaps(handlings, findings, &mut figures);
    }
    for handling in &facts.handlings[at..] {
        unknown(handling, &facts, findings);
    }
    figures.worst_instance = replayed.values().copied().max().unwrap_or_default();
    check_replays(limits, findings, &figures);
    figures
}

/// Whether two records are in the same queue: those of a key in one partition. More partitions move keys.
fn same_queue(a: &Written, b: &Written) -> bool {
    let queue =
        |written: &Written| written.event.map(|(key, _)| (key, written.at.generation, written.at.partition));
    queue(a) == queue(b)
}

fn check_writes(facts: &Facts, findings: &mut Findings, figures: &mut Figures) {
    let written: HashMap<Place, Option<(Key, u32)>> =
        facts.written.iter().map(|written| (written.at, written.event)).collect();
    let mut acknowledged = HashSet::new();
    for ack in &facts.acknowledged {
        acknowledged.insert(ack.at);
        let is_there = written
            .get(&ack.at)
            .is_some_and(|event| event.is_none_or(|event| event == (ack.key, ack.sequence)));
        if !is_there {
            findings.add(Anomaly::LostWrite, || {
                format!("{} of {} was acknowledged and is not at {}", ack.sequence, ack.key, ack.at)
            });
        }
    }
    figures.unacknowledged =
        facts.written.iter().filter(|written| !acknowledged.contains(&written.at)).count();
    let mut seen = HashMap::new();
    for record in &facts.written {
        let Some(event) = record.event else { continue };
        if let Some(first) = seen.insert(event, record.at) {
            findings.add(Anomaly::DuplicateWrite, || {
                format!("{} of {} is at {first} and at {}", event.1, event.0, record.at)
            });
        }
    }
}

/// Compares dead letters with the expected ones. Returns the records that have one.
fn check_letters(facts: &Facts, findings: &mut Findings, figures: &mut Figures) -> HashSet<Place> {
    let fates: HashMap<Place, Fate> =
        facts.written.iter().map(|written| (written.at, written.fate)).collect();
    let mut letters = HashSet::new();
    // Dead letters of transactional members are part of their transactions.
    let may_repeat = figures.kills > 0 && facts.copies.is_none();
    for letter in &facts.letters {
        let expected = fates.get(&letter.from).and_then(|fate| fate.disposition());
        match expected {
            None => findings.add(Anomaly::LetterUnexpected, || {
                format!("{} is a dead letter ({}) and must be handled", letter.from, letter.disposition)
            }),
            Some(expected) if expected != letter.disposition || !letter.is_unchanged => {
                findings.add(Anomaly::LetterChanged, || {
                    let what = if letter.is_unchanged { "unchanged" } else { "changed" };
                    format!("{}: {} instead of {expected}, {what}", letter.from, letter.disposition)
                });
            }
            Some(_) => {}
        }
        if !letters.insert(letter.from) {
            figures.repeated_letters += 1;
            if !may_repeat {
                findings.add(Anomaly::LetterRepeated, || format!("{} has a second dead letter", letter.from));
            }
        }
    }
    figures.letters = letters.len();
    letters
}

/// Reports a record that is neither handled nor a dead letter.
fn unfinished(facts: &Facts, record: &Written, findings: &mut Findings) {
    let at = record.at;
    let committed = facts.committed.get(&(at.generation, at.partition)).copied();
    let (anomaly, what) = match committed {
        Some(committed) if committed > at.offset && record.fate.disposition().is_some() => {
            (Anomaly::LetterMissing, "is in no dead letter, and the group has committed past it")
        }
        Some(committed) if committed > at.offset => {
            (Anomaly::PollSkip, "was handled by nobody, and the group has committed past it")
        }
        _ => (Anomaly::Unseen, "was handled by nobody"),
    };
    findings.add(anomaly, || match record.event {
        Some((key, sequence)) => format!("{sequence} of {key} at {at} {what}"),
        None => format!("the record at {at} {what}"),
    });
}

fn unknown(handling: &Handling, facts: &Facts, findings: &mut Findings) {
    findings.add(Anomaly::G1a, || {
        let is_aborted = facts.aborted.contains(&(handling.key, handling.sequence));
        let what = if is_aborted { "belongs to an aborted transaction" } else { "is not on the topic" };
        format!(
            "member {} was given {} of {} at partition {} offset {}, which {what}",
            handling.member, handling.sequence, handling.key, handling.partition, handling.offset
        )
    });
}

fn check_replays(limits: Limits, findings: &mut Findings, figures: &Figures) {
    let allowed = match limits.replays {
        Replays::None => 0,
        Replays::PerKill(most) => most * figures.kills,
    };
    if figures.replays > allowed {
        findings.add(Anomaly::Replays, || {
            let Figures { replays, kills, .. } = figures;
            format!("{replays} finished records were handled again after {kills} kills and pauses; allowed are {allowed}")
        });
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "partition {} offset {}", self.partition, self.offset)?;
        if self.generation > 0 { write!(f, " (topic {})", self.generation) } else { Ok(()) }
    }
}

/// The records of one key in one partition.
struct Queue<'a> {
    facts: &'a Facts,
    letters: &'a HashSet<Place>,
    key: Key,
    partition: i32,
}

impl<'a> Queue<'a> {
    /// The handlings of this queue. `at` is the first that no queue has taken.
    fn handlings(&self, at: &mut usize, findings: &mut Findings) -> &'a [Handling] {
        let all = &self.facts.handlings;
        let queue = (self.key, self.partition);
        while let Some(handling) = all.get(*at).filter(|handling| (handling.key, handling.partition) < queue)
        {
            unknown(handling, self.facts, findings);
            *at += 1;
        }
        let first = *at;
        while all.get(*at).is_some_and(|handling| (handling.key, handling.partition) == queue) {
            *at += 1;
        }
        &all[first..*at]
    }

    /// Checks that every record was finished, and in order.
    fn check(
        &self,
        records: &[Written],
        mut handlings: &[Handling],
        findings: &mut Findings,
        figures: &mut Figures,
        replayed: &mut HashMap<Member, usize>,
    ) {
        let (mut done_before, mut last): (Time, Option<u32>) = (0, None);
        for record in records {
            let Some((_, sequence)) = record.event else { continue };
            while let Some(other) = handlings.first().filter(|handling| handling.offset < record.at.offset) {
                unknown(other, self.facts, findings);
                handlings = &handlings[1..];
            }
            let count = handlings
                .iter()
                .take_while(|handling| handling.offset == record.at.offset && handling.sequence == sequence)
                .count();
            let (of_record, rest) = handlings.split_at(count);
            handlings = rest;
            self.check_delays(of_record, findings);
            let mut finished: Vec<(Time, Member)> = of_record
                .iter()
                .filter_map(|handling| Some((handling.handled_at()?, handling.member)))
                .collect();
            finished.sort_unstable();
            figures.handled += usize::from(!finished.is_empty());
            figures.replays += finished.len().saturating_sub(1);
            for (_, member) in finished.iter().take(finished.len().saturating_sub(1)) {
                *replayed.entry(*member).or_default() += 1;
            }
            let is_handled = !finished.is_empty() && record.fate.disposition().is_none();
            if !is_handled && !self.letters.contains(&record.at) {
                unfinished(self.facts, record, findings);
            }
            // A record that no handler was given, such as one that was skipped, has no place in the order.
            let Some(first) = of_record.iter().map(|handling| handling.started).min() else { continue };
            if first < done_before {
                findings.add(Anomaly::Nonmonotonic, || {
                    format!(
                        "{sequence} of {} at {} began before {} was done",
                        self.key,
                        record.at,
                        last.map_or("an earlier one".to_owned(), |last| format!("{last}"))
                    )
                });
            }
            let done = of_record.iter().filter_map(|handling| self.final_end(handling)).min();
            let done = done.unwrap_or(Time::MAX);
            if done > done_before {
                (done_before, last) = (done, Some(sequence));
            }
        }
        for handling in handlings {
            unknown(handling, self.facts, findings);
        }
    }

    /// Checks that no attempt at a record began before it was due.
    fn check_delays(&self, handlings: &[Handling], findings: &mut Findings) {
        for (number, delay) in (1..).zip(self.facts.delays) {
            let of = |attempt: u32| handlings.iter().filter(move |handling| handling.attempt == attempt);
            let failed = of(number).filter_map(|handling| handling.ended).map(|(time, _)| time).min();
            let Some(next) = of(number + 1).min_by_key(|handling| handling.started) else { continue };
            let delay = Time::try_from(delay.saturating_sub(ROUNDING).as_nanos()).unwrap_or(Time::MAX);
            if failed.is_none_or(|failed| next.started < failed + delay) {
                findings.add(Anomaly::Early, || {
                    format!(
                        "attempt {} at {} of {} (partition {} offset {}) began before it was due",
                        next.attempt, next.sequence, self.key, next.partition, next.offset
                    )
                });
            }
        }
    }

    /// When a handling was the last one that its record needs.
    fn final_end(&self, handling: &Handling) -> Option<Time> {
        let (time, end) = handling.ended?;
        let is_final = match end {
            End::Handled | End::Rejected => true,
            End::Failed => handling.attempt > self.facts.retries,
            End::Cancelled => false,
        };
        is_final.then_some(time)
    }

    /// Reports handlers that worked on the key at the same time.
    fn check_overlaps(&self, handlings: &[Handling], findings: &mut Findings, figures: &mut Figures) {
        let mut calls: Vec<(Time, Time, &Handling)> =
            handlings.iter().map(|handling| (handling.started, self.until(handling), handling)).collect();
        calls.sort_by_key(|(from, until, _)| (*from, *until));
        let mut running: Option<(Time, &Handling)> = None;
        for (from, until, handling) in calls {
            if let Some((busy_until, other)) = running
                && from < busy_until
            {
                let overlap = (from, until.min(busy_until));
                if self.is_fenced(handling.member, overlap) || self.is_fenced(other.member, overlap) {
                    figures.fenced_overlaps += 1;
                } else {
                    findings.add(Anomaly::Overlap, || {
                        format!(
                            "members {} and {} handled {} of {} and {} of it at once for {} ms",
                            other.member,
                            handling.member,
                            other.sequence,
                            self.key,
                            handling.sequence,
                            (overlap.1 - overlap.0) / 1_000_000
                        )
                    });
                }
            }
            if running.is_none_or(|(busy_until, _)| until > busy_until) {
                running = Some((until, handling));
            }
        }
    }

    /// When a handling ended, at the latest with its process.
    fn until(&self, handling: &Handling) -> Time {
        let ended = handling.ended.map(|(time, _)| time);
        let ended = ended.or_else(|| self.facts.ends.get(&handling.member).copied());
        ended.unwrap_or(Time::MAX).max(handling.started)
    }

    /// Whether the group had given up on a member in a part of this time, because the member was paused.
    fn is_fenced(&self, member: Member, (from, until): (Time, Time)) -> bool {
        self.facts.paused.iter().any(|(paused, begin, end)| {
            *paused == member && *begin <= until && from <= end.saturating_add(FENCED_FOR)
        })
    }
}

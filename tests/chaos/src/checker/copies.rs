//! Checks what transactional members have written: one copy of each record that is handled, of the attempt that succeeded,
//! in the order of the records of its key, and nothing else. A reader beside them saw the same.

use std::collections::{HashMap, HashSet};

use super::{Anomaly, Copies, Copy, Facts, Fate, Findings, Place, Written};
use crate::history::Key;

pub(super) fn check(facts: &Facts, findings: &mut Findings) {
    let Some(Copies { written, polled }) = &facts.copies else { return };
    check_written(facts, written, findings);
    check_polled(written, polled, findings);
}

fn check_written(facts: &Facts, copies: &[Copy], findings: &mut Findings) {
    let records: HashMap<Place, &Written> = facts.written.iter().map(|record| (record.at, record)).collect();
    let mut seen: HashMap<Place, (i32, i64)> = HashMap::new();
    let mut last: HashMap<(i32, Key), &Copy> = HashMap::new();
    for copy in copies {
        let record = records.get(&copy.from).filter(|record| record.event == Some(copy.event));
        if let Some(why) = refusal(facts, record.copied(), copy) {
            findings.add(Anomaly::G1a, || format!("{} is a copy of {}, {why}", place(copy.at), named(copy)));
            continue;
        }
        if let Some(first) = seen.insert(copy.from, copy.at) {
            findings.add(Anomaly::DuplicateWrite, || {
                format!("the copy of {} is at {} and at {}", named(copy), place(first), place(copy.at))
            });
            continue;
        }
        // A key has one partition of the copies, so that another one has no order with it.
        if let Some(before) = last.insert((copy.from.partition, copy.event.0), copy)
            && (before.from.offset > copy.from.offset || before.at.0 != copy.at.0)
        {
            findings.add(Anomaly::NonmonotonicSend, || {
                format!(
                    "the copy of {} at {} is before that of {}",
                    named(before),
                    place(before.at),
                    named(copy)
                )
            });
        }
    }
    for record in facts.written.iter().filter(|record| record.fate.disposition().is_none()) {
        if !seen.contains_key(&record.at) {
            findings.add(Anomaly::LostWrite, || match record.event {
                Some((key, sequence)) => format!("{sequence} of {key} at {} has no copy", record.at),
                None => format!("the record at {} has no copy", record.at),
            });
        }
    }
}

/// Why there must be no such copy.
fn refusal(facts: &Facts, record: Option<&Written>, copy: &Copy) -> Option<String> {
    let Some(record) = record else { return Some("which is not on the topic".to_owned()) };
    if let Some(disposition) = record.fate.disposition() {
        return Some(format!("which is a dead letter ({disposition})"));
    }
    let failures = if facts.delays.is_empty() { 1 } else { facts.retries };
    (record.fate == Fate::FailsOnce && copy.attempt <= failures)
        .then(|| format!("by attempt {}, which has failed", copy.attempt))
}

fn check_polled(copies: &[Copy], polled: &[(i32, i64)], findings: &mut Findings) {
    let written: HashSet<(i32, i64)> = copies.iter().map(|copy| copy.at).collect();
    let mut last: HashMap<i32, i64> = HashMap::new();
    for at @ (partition, offset) in polled {
        if !written.contains(at) {
            findings.add(Anomaly::G1a, || format!("a reader saw {}, which is not committed", place(*at)));
        }
        if let Some(before) = last.insert(*partition, *offset)
            && before >= *offset
        {
            findings
                .add(Anomaly::Nonmonotonic, || format!("a reader saw {} after offset {before}", place(*at)));
        }
    }
    let polled: HashSet<&(i32, i64)> = polled.iter().collect();
    for at in written.iter().filter(|at| !polled.contains(at)) {
        let has_passed = last.get(&at.0).is_some_and(|last| *last > at.1);
        let anomaly = if has_passed { Anomaly::PollSkip } else { Anomaly::Unseen };
        findings.add(anomaly, || format!("a reader did not see {}", place(*at)));
    }
}

fn place((partition, offset): (i32, i64)) -> String {
    format!("partition {partition} offset {offset} of the copies")
}

fn named(copy: &Copy) -> String {
    format!("{} of {} at {}", copy.event.1, copy.event.0, copy.from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const KEY: Key = Key { producer: 0, number: 7 };

    fn from(offset: i64) -> Place {
        Place { generation: 0, partition: 0, offset }
    }

    /// The copy of a record, at this offset of partition 2.
    fn copy(record: u32, offset: i64) -> Copy {
        Copy { at: (2, offset), event: (KEY, record), from: from(i64::from(record)), attempt: 1 }
    }

    /// The anomalies of a run with these records, copies and what a reader saw.
    fn found(fates: &[Fate], written: Vec<Copy>, polled: &[i64]) -> Vec<Anomaly> {
        let records = fates.iter().zip(0..).map(|(fate, sequence)| Written {
            at: from(i64::from(sequence)),
            event: Some((KEY, sequence)),
            fate: *fate,
        });
        let polled = polled.iter().map(|offset| (2, *offset)).collect();
        let facts = Facts {
            written: records.collect(),
            copies: Some(Copies { written, polled }),
            ..Facts::default()
        };
        let mut findings = Findings::default();
        check(&facts, &mut findings);
        findings.kinds()
    }

    const TWO: &[Fate] = &[Fate::Handled; 2];

    #[test]
    fn one_copy_of_each_record_in_order_is_no_anomaly() {
        assert_eq!(found(TWO, vec![copy(0, 3), copy(1, 5)], &[3, 5]), []);
    }

    #[test]
    fn a_record_without_a_copy_is_a_lost_write() {
        assert_eq!(found(TWO, vec![copy(0, 3)], &[3]), [Anomaly::LostWrite]);
    }

    #[test]
    fn a_second_copy_is_a_duplicate_write() {
        let copies = vec![copy(0, 3), copy(1, 5), copy(0, 6), copy(1, 7)];
        assert_eq!(found(TWO, copies, &[3, 5, 6, 7]), [Anomaly::DuplicateWrite]);
    }

    #[test]
    fn copies_of_a_key_in_another_order_or_partition_are_a_nonmonotonic_send() {
        assert_eq!(found(TWO, vec![copy(1, 3), copy(0, 5)], &[3, 5]), [Anomaly::NonmonotonicSend]);
        let elsewhere = Copy { at: (1, 5), ..copy(1, 5) };
        let (written, polled) = (vec![copy(0, 3), elsewhere], &[3]);
        assert_eq!(found(TWO, written, polled), [Anomaly::Unseen, Anomaly::NonmonotonicSend]);
    }

    #[test]
    fn a_copy_of_a_dead_letter_of_a_failed_attempt_or_of_nothing_is_a_g1a() {
        let rejected = &[Fate::Handled, Fate::Rejected];
        assert_eq!(found(rejected, vec![copy(0, 3), copy(1, 5)], &[3, 5]), [Anomaly::G1a]);
        assert_eq!(found(rejected, vec![copy(0, 3)], &[3]), []);
        let again = Copy { attempt: 2, ..copy(0, 3) };
        assert_eq!(found(&[Fate::FailsOnce], vec![again], &[3]), []);
        assert_eq!(found(&[Fate::FailsOnce], vec![copy(0, 3)], &[3]), [Anomaly::LostWrite, Anomaly::G1a]);
        assert_eq!(found(&[Fate::Handled], vec![copy(0, 3), copy(9, 4)], &[3, 4]), [Anomaly::G1a]);
    }

    #[test]
    fn a_copy_of_an_attempt_before_the_last_delay_is_a_g1a() {
        const DELAYS: &[Duration] = &[Duration::from_secs(1); 2];
        let record = Written { at: from(0), event: Some((KEY, 0)), fate: Fate::FailsOnce };
        let found = |attempt| {
            let written = vec![Copy { attempt, ..copy(0, 3) }];
            let copies = Some(Copies { written, polled: vec![(2, 3)] });
            let written = vec![record.clone()];
            let mut findings = Findings::default();
            check(&Facts { written, copies, retries: 2, delays: DELAYS, ..Facts::default() }, &mut findings);
            findings.kinds()
        };
        assert_eq!(found(3), []);
        assert_eq!(found(2), [Anomaly::LostWrite, Anomaly::G1a]);
    }

    #[test]
    fn a_reader_beside_the_members_sees_what_is_committed() {
        let copies = || vec![copy(0, 3), copy(1, 5)];
        assert_eq!(found(TWO, copies(), &[3, 4, 5]), [Anomaly::G1a]);
        assert_eq!(found(TWO, copies(), &[5]), [Anomaly::PollSkip]);
        assert_eq!(found(TWO, copies(), &[3]), [Anomaly::Unseen]);
        assert_eq!(found(TWO, copies(), &[5, 3]), [Anomaly::Nonmonotonic]);
        assert_eq!(found(TWO, copies(), &[3, 3, 5]), [Anomaly::Nonmonotonic]);
    }
}

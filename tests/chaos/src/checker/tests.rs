use super::*;
use crate::history::Line;

const KEY: Key = Key { producer: 0, number: 7 };

/// A run in which one key has records in partition 0, written and acknowledged.
fn run(fates: &[Fate]) -> Facts {
    let mut facts = Facts { retries: 2, ..Facts::default() };
    for (fate, sequence) in fates.iter().zip(0..) {
        let at = Place { generation: 0, partition: 0, offset: i64::from(sequence) };
        let event = (*fate != Fate::Poison).then_some((KEY, sequence));
        facts.acknowledged.push(Acknowledged { key: KEY, sequence, at });
        facts.written.push(Written { at, event, fate: *fate });
    }
    facts.committed.insert((0, 0), i64::try_from(fates.len()).expect("few"));
    facts
}

fn call(member: Member, sequence: u32, started: Time, ended: Option<(Time, End)>) -> Handling {
    let offset = i64::from(sequence);
    Handling { member, key: KEY, sequence, partition: 0, offset, attempt: 1, started, ended }
}

fn handled(member: Member, sequence: u32, started: Time) -> Handling {
    call(member, sequence, started, Some((started + 5, End::Handled)))
}

fn letter(offset: i64, disposition: &str) -> Letter {
    let from = Place { generation: 0, partition: 0, offset };
    Letter { from, disposition: disposition.to_owned(), is_unchanged: true }
}

fn checked(facts: Facts) -> (Vec<Anomaly>, Figures) {
    checked_with(facts, Replays::PerKill(10))
}

fn checked_with(facts: Facts, replays: Replays) -> (Vec<Anomaly>, Figures) {
    let mut findings = Findings::default();
    let figures = check(facts, Limits { replays }, &mut findings);
    (findings.kinds(), figures)
}

/// Three records, each handled after the one before.
fn in_order() -> Facts {
    let mut facts = run(&[Fate::Handled; 3]);
    facts.handlings = vec![handled(0, 0, 10), handled(0, 1, 20), handled(1, 2, 30)];
    facts
}

#[test]
fn records_that_are_handled_in_order_are_no_anomaly() {
    let (anomalies, figures) = checked(in_order());
    assert_eq!(anomalies, []);
    assert_eq!((figures.written, figures.handled, figures.replays, figures.unacknowledged), (3, 3, 0, 0));
}

#[test]
fn a_failing_record_holds_back_the_next_one_until_its_last_attempt() {
    let attempts = |last_ends| {
        let mut facts = run(&[Fate::FailsAlways, Fate::Handled]);
        facts.letters = vec![letter(0, "exhausted")];
        facts.handlings = (1..=3)
            .map(|attempt| {
                let started = u64::from(attempt) * 10;
                let ended = if attempt == 3 { last_ends } else { started + 5 };
                Handling { attempt, ..call(0, 0, started, Some((ended, End::Failed))) }
            })
            .collect();
        facts.handlings.push(handled(0, 1, 40));
        checked(facts).0
    };
    assert_eq!(attempts(39), []);
    assert_eq!(attempts(43), [Anomaly::Nonmonotonic, Anomaly::Overlap]);
}

#[test]
fn an_acknowledged_record_that_is_not_on_the_topic_is_a_lost_write() {
    let mut facts = in_order();
    facts.written.remove(1);
    facts.handlings.remove(1);
    assert_eq!(checked(facts).0, [Anomaly::LostWrite]);
}

#[test]
fn acknowledged_poison_that_is_not_on_the_topic_is_a_lost_write() {
    let mut facts = run(&[Fate::Poison]);
    facts.written.clear();
    assert_eq!(checked(facts).0, [Anomaly::LostWrite]);
}

#[test]
fn an_event_at_two_offsets_is_a_duplicate_write() {
    let mut facts = in_order();
    let at = Place { generation: 0, partition: 0, offset: 3 };
    facts.written.push(Written { at, event: Some((KEY, 2)), fate: Fate::Handled });
    facts.handlings.push(Handling { offset: 3, ..handled(0, 2, 50) });
    let (anomalies, figures) = checked(facts);
    assert_eq!(anomalies, [Anomaly::DuplicateWrite]);
    assert_eq!(figures.unacknowledged, 1);
}

#[test]
fn an_unhandled_record_is_skipped_before_the_committed_offset_and_unseen_after_it() {
    let mut facts = in_order();
    facts.handlings.remove(2);
    assert_eq!(checked(facts).0, [Anomaly::PollSkip]);

    let mut facts = in_order();
    facts.handlings.remove(2);
    facts.committed.insert((0, 0), 2);
    assert_eq!(checked(facts).0, [Anomaly::Unseen]);
}

#[test]
fn a_record_whose_handler_was_killed_is_not_handled() {
    let mut facts = in_order();
    facts.handlings[2].ended = None;
    facts.killed.push(1);
    facts.ends.insert(1, 32);
    assert_eq!(checked(facts).0, [Anomaly::PollSkip]);
}

#[test]
fn a_first_call_before_the_previous_record_is_done_is_nonmonotonic() {
    let mut facts = in_order();
    (facts.handlings[1].started, facts.handlings[1].ended) = (30, Some((35, End::Handled)));
    (facts.handlings[2].started, facts.handlings[2].ended) = (20, Some((25, End::Handled)));
    assert_eq!(checked(facts).0, [Anomaly::Nonmonotonic]);
}

#[test]
fn a_replay_after_a_kill_is_counted_for_the_member_that_had_finished_the_record() {
    let mut facts = in_order();
    // Member 1 replays what member 0 had not committed.
    facts.handlings =
        vec![handled(0, 0, 10), handled(0, 1, 20), handled(1, 0, 30), handled(1, 1, 40), handled(1, 2, 50)];
    facts.killed.push(0);
    facts.ends.insert(0, 26);
    let (anomalies, figures) = checked(facts);
    assert_eq!(anomalies, []);
    assert_eq!((figures.replays, figures.worst_instance, figures.kills), (2, 2, 1));
    assert!((figures.replays_per_kill() - 2.0).abs() < f64::EPSILON);
}

#[test]
fn replays_beyond_the_limit_are_an_anomaly() {
    let replayed = || {
        let mut facts = in_order();
        facts.handlings.push(handled(1, 1, 40));
        facts
    };
    assert_eq!(checked(replayed()).0, [Anomaly::Replays], "no member was killed");
    let mut facts = replayed();
    facts.killed.push(0);
    assert_eq!(checked(facts).0, []);
    let mut facts = replayed();
    facts.killed.push(0);
    assert_eq!(checked_with(facts, Replays::None).0, [Anomaly::Replays]);
}

#[test]
fn two_members_on_one_key_overlap_unless_one_was_paused() {
    let overlapping = || {
        let mut facts = in_order();
        facts.killed.push(5);
        facts.handlings.push(call(1, 0, 12, Some((14, End::Handled))));
        facts
    };
    let (anomalies, figures) = checked(overlapping());
    assert_eq!((anomalies, figures.fenced_overlaps), (vec![Anomaly::Overlap], 0));

    let mut facts = overlapping();
    facts.paused.push((0, 11, 13));
    let (anomalies, figures) = checked(facts);
    assert_eq!((anomalies, figures.fenced_overlaps), (vec![], 1));
}

#[test]
fn a_call_without_an_end_lasts_until_its_process_ends() {
    let overlapping = |ends| {
        let mut facts = in_order();
        facts.handlings.push(call(2, 2, 26, None));
        facts.killed.push(2);
        facts.ends.insert(2, ends);
        checked(facts).0
    };
    assert_eq!(overlapping(28), []);
    assert_eq!(overlapping(31), [Anomaly::Overlap]);
}

#[test]
fn a_record_that_is_not_on_the_topic_is_g1a() {
    let mut facts = in_order();
    facts.aborted.insert((KEY, 9));
    facts.handlings.push(handled(0, 9, 50));
    assert_eq!(checked(facts).0, [Anomaly::G1a]);

    let mut facts = in_order();
    let other = Key { producer: 0, number: 1 };
    facts.handlings.push(Handling { key: other, ..handled(0, 0, 50) });
    assert_eq!(checked(facts).0, [Anomaly::G1a]);
}

#[test]
fn dead_letters_are_exactly_those_expected() {
    let with = |letters: Vec<Letter>| {
        let mut facts = run(&[Fate::Poison, Fate::Rejected, Fate::Handled]);
        facts.handlings = vec![call(0, 1, 10, Some((15, End::Rejected))), handled(0, 2, 20)];
        facts.letters = letters;
        checked(facts).0
    };
    let both = || vec![letter(0, "poison"), letter(1, "rejected")];
    assert_eq!(with(both()), []);
    assert_eq!(with(both()[..1].to_vec()), [Anomaly::LetterMissing]);
    assert_eq!(with(both()[1..].to_vec()), [Anomaly::LetterMissing]);
    assert_eq!(with([both(), vec![letter(2, "rejected")]].concat()), [Anomaly::LetterUnexpected]);
    assert_eq!(with(vec![letter(0, "poison"), letter(1, "exhausted")]), [Anomaly::LetterChanged]);
    let changed = Letter { is_unchanged: false, ..letter(1, "rejected") };
    assert_eq!(with(vec![letter(0, "poison"), changed]), [Anomaly::LetterChanged]);
    assert_eq!(with([both(), both()].concat()), [Anomaly::LetterRepeated]);
}

#[test]
fn a_topic_that_is_created_anew_has_other_records_at_the_same_offsets() {
    let mut facts = in_order();
    let key = Key { producer: 1, number: 7 };
    let at = Place { generation: 1, partition: 0, offset: 0 };
    facts.written.push(Written { at, event: Some((key, 0)), fate: Fate::Handled });
    facts.committed.insert((1, 0), 1);
    facts.handlings.push(Handling { key, ..handled(0, 0, 60) });
    assert_eq!(checked(facts).0, []);
}

#[test]
fn histories_are_joined_by_the_numbers_of_calls() {
    let mut facts = in_order();
    facts.handlings.clear();
    let start = |serial, sequence, time| Line::Started {
        serial,
        time,
        key: KEY,
        sequence,
        partition: 0,
        offset: i64::from(sequence),
        attempt: 1,
    };
    let end = |serial, time| Line::Ended { serial, time, end: End::Handled };
    facts.add_member(0, vec![start(0, 0, 10), end(0, 11), start(1, 1, 20), end(1, 21)]).expect("a history");
    facts.add_member(1, vec![start(0, 2, 30), end(0, 31)]).expect("a history");
    assert!(facts.add_member(2, vec![end(0, 31)]).is_err());
    assert_eq!(checked(facts).0, []);
}

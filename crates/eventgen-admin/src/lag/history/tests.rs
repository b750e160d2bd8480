use std::collections::BTreeMap;

use super::*;
use crate::{GroupSample, PartitionOffsets};

const GROUP: &str = "warehouse";
const TOPIC: &str = "orders";

/// A partition with records from 0 to `end`, and the age of the next one.
fn at(committed: i64, end: i64, age: u64) -> GroupPartition {
    GroupPartition {
        partition: 0,
        committed: Some(committed),
        oldest: Some(0),
        end: Some(end),
        lag: Some(u64::try_from(end - committed).unwrap_or(0)),
        age: Some(Duration::from_secs(age)),
        due: None,
        appended: None,
        owner: None,
    }
}

fn never(end: i64) -> GroupPartition {
    GroupPartition { committed: None, lag: None, age: None, ..at(0, end, 0) }
}

/// A sample of one group, `number` times 10 s after the first.
fn sample(number: u64, members: Option<usize>, partitions: Vec<GroupPartition>) -> LagSample {
    let topic = partitions.iter().map(|partition| PartitionOffsets {
        partition: partition.partition,
        oldest: partition.oldest,
        end: partition.end,
        leader: Some(1),
        is_led_by_preferred: true,
        replicas: 1,
        in_sync: 1,
    });
    let topics = BTreeMap::from([(TOPIC.to_owned(), topic.collect())]);
    let group = GroupSample { members, topics: BTreeMap::from([(TOPIC.to_owned(), partitions)]) };
    LagSample {
        at: SystemTime::UNIX_EPOCH + Duration::from_secs(10 * number),
        brokers: 1,
        topics,
        groups: BTreeMap::from([(GROUP.to_owned(), group)]),
        unread: BTreeMap::new(),
        problems: Vec::new(),
    }
}

fn status(limit: Option<LagLimit>, samples: impl IntoIterator<Item = LagSample>) -> GroupStatus {
    let mut history = LagHistory::new(4);
    for sample in samples {
        history.push(sample);
    }
    history.status(GROUP, TOPIC, limit)
}

fn one(limit: Option<LagLimit>, partitions: Vec<GroupPartition>) -> (LagState, Vec<LagReason>) {
    let status = status(limit, [sample(0, Some(1), partitions)]);
    (status.state, status.reasons)
}

/// The state and the first reason after samples of one partition.
fn watched(members: Option<usize>, partitions: &[GroupPartition]) -> (LagState, Option<LagReason>) {
    let samples = partitions.iter().zip(0..).map(|(at, number)| sample(number, members, vec![at.clone()]));
    let status = status(None, samples);
    assert_eq!(status.reasons.is_empty(), status.state == LagState::Ok, "{status:?}");
    (status.state, status.reasons.first().cloned())
}

#[test]
fn the_limit_in_records_is_for_all_partitions_together() {
    let two = |lag: i64| vec![at(0, lag, 0), GroupPartition { partition: 1, ..at(10, 16, 0) }];
    assert_eq!(one(Some(LagLimit::Records(10)), two(4)), (LagState::Ok, vec![]));
    let over = LagReason::OverRecords { lag: 11, limit: 10 };
    assert_eq!(one(Some(LagLimit::Records(10)), two(5)), (LagState::Err, vec![over]));
}

#[test]
fn the_limit_in_time_is_for_the_oldest_record() {
    let minute = Duration::from_secs(60);
    let two = |age| vec![at(0, 4, 5), GroupPartition { partition: 1, ..at(10, 16, age) }];
    assert_eq!(one(Some(LagLimit::Time(minute)), two(60)), (LagState::Ok, vec![]));
    let over = LagReason::OverTime { age: Duration::from_secs(61), limit: minute };
    assert_eq!(one(Some(LagLimit::Time(minute)), two(61)), (LagState::Err, vec![over]));
    let unknown = vec![GroupPartition { age: None, ..at(0, 4, 0) }];
    assert_eq!(
        one(Some(LagLimit::Time(minute)), unknown.clone()),
        (LagState::Warn, vec![LagReason::AgeUnknown])
    );
    assert_eq!(one(Some(LagLimit::Records(9)), unknown), (LagState::Ok, vec![]));
}

#[test]
fn one_sample_shows_what_retention_has_deleted() {
    let lost = |oldest| vec![GroupPartition { oldest: Some(oldest), ..at(5, 20, 0) }];
    assert_eq!(one(None, lost(5)), (LagState::Ok, vec![]));
    assert_eq!(one(None, lost(12)), (LagState::Err, vec![LagReason::Lost { records: 7 }]));
}

#[test]
fn a_group_without_offsets_is_not_found_if_there_is_something_to_read() {
    assert_eq!(one(None, vec![never(3)]), (LagState::NotFound, vec![LagReason::NoOffsets]));
    assert_eq!(one(None, vec![never(0)]), (LagState::Ok, vec![]));
    let one_of_two = vec![never(3), GroupPartition { partition: 1, ..at(1, 1, 0) }];
    assert_eq!(one(None, one_of_two), (LagState::Ok, vec![]));
}

#[test]
fn topics_and_groups_that_vanish_are_not_found() {
    let mut history = LagHistory::new(4);
    assert_eq!(history.status(GROUP, TOPIC, None).state, LagState::Ok, "nothing is known");
    history.push(sample(0, Some(1), vec![at(0, 1, 0)]));
    let mut without_group = sample(1, None, vec![at(0, 1, 0)]);
    without_group.groups.clear();
    history.push(without_group.clone());
    assert_eq!(history.status(GROUP, TOPIC, None).reasons, [LagReason::NoOffsets]);
    without_group.unread.insert(GROUP.to_owned(), "denied".to_owned());
    history.push(without_group.clone());
    let denied = LagReason::NotRead { reason: "denied".to_owned() };
    assert_eq!(history.status(GROUP, TOPIC, None).reasons, [denied]);
    without_group.topics.clear();
    history.push(without_group);
    let status = history.status(GROUP, TOPIC, None);
    assert_eq!((status.state, &status.reasons[..]), (LagState::NotFound, &[LagReason::NoTopic][..]));
}

#[test]
fn a_group_without_members_is_told_as_soon_as_records_wait() {
    let state = |members, lag| status(None, [sample(0, members, vec![at(0, lag, 0)])]).state;
    assert_eq!(state(Some(0), 1), LagState::Warn);
    assert_eq!(state(Some(0), 0), LagState::Ok);
    assert_eq!(state(None, 1), LagState::Ok, "nobody knows");
}

#[test]
fn an_offset_that_does_not_move_is_a_stall_with_members_and_a_stop_without() {
    let still = [at(5, 9, 0), at(5, 9, 0), at(5, 12, 0), at(5, 12, 0)];
    let within = Duration::from_secs(30);
    let reason = Some(LagReason::NotMoving { within });
    assert_eq!(watched(Some(2), &still), (LagState::Stall, reason.clone()));
    assert_eq!(watched(None, &still), (LagState::Stall, reason.clone()));
    assert_eq!(watched(Some(0), &still), (LagState::Stop, reason));
    assert_eq!(watched(Some(2), &still[..3]), (LagState::Ok, None), "the window is not full");
}

#[test]
fn a_lag_of_zero_within_the_window_is_ok() {
    assert_eq!(
        watched(Some(1), &[at(5, 9, 0), at(5, 5, 0), at(5, 12, 0), at(5, 12, 0)]),
        (LagState::Ok, None)
    );
}

#[test]
fn a_lag_that_never_decreases_while_the_group_commits_is_falling_behind() {
    let within = Duration::from_secs(30);
    let slow = [at(5, 9, 0), at(6, 10, 0), at(7, 15, 0), at(8, 16, 0)];
    let reason = Some(LagReason::NotDecreasing { within });
    assert_eq!(watched(Some(1), &slow), (LagState::Warn, reason));
    let catches_up_once = [at(5, 9, 0), at(6, 9, 0), at(7, 15, 0), at(8, 16, 0)];
    assert_eq!(watched(Some(1), &catches_up_once), (LagState::Ok, None));
}

#[test]
fn an_offset_that_decreases_is_told_at_once_and_for_a_window() {
    let reason = Some(LagReason::Rewound { by: 4 });
    assert_eq!(watched(Some(1), &[at(5, 9, 0), at(1, 9, 0)]), (LagState::Rewind, reason.clone()));
    let rewound = [at(5, 9, 0), at(1, 9, 0), at(9, 9, 0), at(9, 9, 0), at(9, 9, 0)];
    assert_eq!(watched(Some(1), &rewound[..4]), (LagState::Rewind, reason));
    assert_eq!(watched(Some(1), &rewound), (LagState::Ok, None));
}

#[test]
fn the_worst_state_is_shown_with_all_reasons() {
    let limit = Some(LagLimit::Records(3));
    let samples = (0..4).map(|number| sample(number, Some(0), vec![at(5, 9, 0)]));
    let status = status(limit, samples);
    assert_eq!(status.state, LagState::Stop);
    let codes: Vec<&str> = status.reasons.iter().map(LagReason::code).collect();
    assert_eq!(codes, ["not-moving", "over-max-lag", "no-members"]);
    assert_eq!(status.partitions[0].state, LagState::Stop);
}

#[test]
fn records_that_wait_in_a_retry_topic_are_no_trouble_until_they_are_overdue() {
    let due = |seconds: u64| GroupPartition {
        due: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
        ..at(3, 5, 0)
    };
    let other = |partition: GroupPartition| GroupPartition { partition: 1, ..partition };
    let waiting = |partitions: Vec<GroupPartition>| {
        let mut history = LagHistory::new(4);
        // The same for as long as the window, and the group has no members.
        for number in 97..=100 {
            history.push(sample(number, Some(0), partitions.clone()));
        }
        let status = history.waiting(GROUP, TOPIC, Some(Duration::from_secs(500)));
        (status.state, status.lag, status.reasons)
    };
    let next = |seconds| LagReason::Waiting { next: Some(Duration::from_secs(seconds)) };
    assert_eq!(waiting(vec![due(1_500), other(due(1_060))]), (LagState::Ok, Some(4), vec![next(60)]));
    assert_eq!(waiting(vec![due(900), other(due(1_060))]), (LagState::Ok, Some(4), vec![next(60)]));
    let overdue = LagReason::Overdue { by: Duration::from_secs(400) };
    assert_eq!(waiting(vec![due(600), other(due(1_060))]), (LagState::Warn, Some(4), vec![overdue]));
    // Followers have no time of their own.
    let followers = LagReason::Waiting { next: None };
    assert_eq!(waiting(vec![at(3, 5, 900)]), (LagState::Ok, Some(2), vec![followers]));
    assert_eq!(waiting(vec![at(5, 5, 0)]), (LagState::Ok, Some(0), vec![]));
}

#[test]
fn a_record_that_states_to_be_due_later_than_its_delay_allows_is_trouble() {
    const DELAY: Duration = Duration::from_secs(600);
    let time = |seconds: u64| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    // The time of the sample is 10,000 s.
    let waiting = |due: u64, appended: Option<u64>| {
        let partition = GroupPartition { due: time(due), appended: appended.and_then(time), ..at(3, 5, 0) };
        let mut history = LagHistory::new(1);
        history.push(sample(1_000, Some(1), vec![partition]));
        let status = history.waiting(GROUP, TOPIC, Some(DELAY));
        (status.state, status.age, status.reasons.into_iter().next())
    };
    let seconds = Duration::from_secs;
    let fine =
        |next| (LagState::Ok, Some(Duration::ZERO), Some(LagReason::Waiting { next: Some(seconds(next)) }));
    assert_eq!(waiting(10_600, Some(10_000)), fine(600));
    assert_eq!(waiting(10_650, None), fine(650), "clocks differ a little");
    assert_eq!(waiting(10_650, Some(10_000)), fine(600));
    let ahead = |due| LagReason::DueTooLate { due: seconds(due), delay: DELAY };
    assert_eq!(waiting(20_000, None), (LagState::Warn, Some(Duration::ZERO), Some(ahead(10_000))));
    assert_eq!(waiting(20_000, Some(9_999)), (LagState::Warn, Some(Duration::ZERO), Some(ahead(10_000))));
    // It states that it is due in 10 minutes, and is there for 20: nobody handles it.
    let overdue = LagReason::Overdue { by: seconds(400) };
    assert_eq!(waiting(10_600, Some(9_000)), (LagState::Warn, Some(seconds(400)), Some(overdue)));
    // A forged header says nothing absurd: the record is due no earlier than it was in the topic.
    let since = |seconds: u64| Some(Duration::from_secs(seconds));
    assert_eq!(waiting(0, Some(9_900)), (LagState::Ok, since(100), None));
}

#[test]
fn the_age_of_a_record_in_a_retry_topic_is_bounded_by_when_it_came_there() {
    let time = |seconds: u64| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    let (now, delay) = (time(10_000).expect("a time"), Some(Duration::from_secs(600)));
    let overdue = |due: u64, appended: Option<u64>, delay| {
        let partition =
            GroupPartition { due: time(due), appended: appended.and_then(time), ..at(3, 5, 777_777) };
        partition.overdue(now, delay).map(|overdue| overdue.as_secs())
    };
    assert_eq!(overdue(9_500, Some(9_000), delay), Some(500));
    assert_eq!(overdue(0, Some(9_000), delay), Some(1_000));
    assert_eq!(overdue(u64::MAX / 4, Some(9_000), delay), Some(400));
    assert_eq!(overdue(0, None, delay), Some(10_000), "the topic keeps the time of producers");
    // Followers wait for no time, and a header that says otherwise has no meaning.
    assert_eq!(overdue(0, Some(9_000), None), Some(1_000));
    assert_eq!(at(3, 5, 900).overdue(now, None), Some(Duration::from_secs(900)));
}

#[test]
fn what_is_overdue_and_what_is_due_too_late_are_told_together() {
    let due = |partition: i32, seconds: u64| GroupPartition {
        partition,
        due: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
        ..at(3, 5, 0)
    };
    let mut history = LagHistory::new(1);
    history.push(sample(1_000, Some(1), vec![due(0, 9_000), due(1, 90_000), due(2, 10_005)]));
    let status = history.waiting(GROUP, TOPIC, Some(Duration::from_secs(10)));
    let codes: Vec<&str> = status.reasons.iter().map(LagReason::code).collect();
    assert_eq!((status.state, codes), (LagState::Warn, vec!["overdue", "due-too-late"]));
}

use super::*;

fn row(id: i64, lock: Option<i64>) -> Row {
    let (event_id, topic, headers) = (String::new(), "orders".to_owned(), "[]".to_owned());
    Row { id, event_id, topic, key: None, headers, payload: Some(vec![0; 10]), lock }
}

/// Reads rows, and sends those that may be sent.
fn read(lanes: &mut Lanes, rows: impl IntoIterator<Item = (i64, Option<i64>)>, now: Instant) -> Vec<i64> {
    lanes.begin_reading();
    take(lanes, rows, now)
}

/// Takes rows that were read, and sends those that may be sent.
fn take(lanes: &mut Lanes, rows: impl IntoIterator<Item = (i64, Option<i64>)>, now: Instant) -> Vec<i64> {
    let mut sent = Vec::new();
    for (id, lock) in rows {
        if let Some(row) = lanes.admit(row(id, lock), now) {
            lanes.begin(&row, false, now);
            sent.push(row.id);
        }
    }
    sent
}

fn done(lanes: &mut Lanes, id: i64, now: Instant) -> Option<i64> {
    let next = lanes.done(id);
    lanes.finished([id].into_iter());
    next.map(|row| {
        lanes.begin(&row, false, now);
        row.id
    })
}

#[test]
fn one_record_of_a_key_is_on_its_way_and_rows_without_a_key_do_not_wait() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    let sent = read(&mut lanes, [(1, Some(7)), (2, Some(7)), (3, Some(8)), (4, None), (5, None)], now);
    assert_eq!(sent, [1, 3, 4, 5]);
    assert_eq!(lanes.excluded(2, now).ids, [3, 4, 5]);
    assert_eq!(done(&mut lanes, 1, now), Some(2));
    assert_eq!(done(&mut lanes, 2, now), None);
    assert_eq!(read(&mut lanes, [(6, Some(7))], now), [6]);
    for id in [3, 4, 5, 6] {
        assert_eq!(done(&mut lanes, id, now), None);
    }
    assert_eq!((lanes.load(), lanes.flights()), ((0, 0, 0), 0));
}

#[test]
fn a_key_that_fails_is_left_out_for_longer_pauses_and_its_rows_are_read_again() {
    let (mut lanes, mut now) = (Lanes::default(), Instant::now());
    read(&mut lanes, [(1, Some(7)), (2, Some(8)), (3, Some(7))], now);
    lanes.failed(1, now);
    assert_eq!(lanes.take_returned(), Some(1));
    let excluded = lanes.excluded(0, now);
    assert_eq!((excluded.ids, excluded.locks, excluded.only_read), (vec![2], vec![7], false));
    assert_eq!(read(&mut lanes, [(3, Some(7))], now), [0; 0], "a row that was read before the failure");
    let release = lanes.next_release(now).expect("a pause");
    assert_eq!(release - now, FIRST_PAUSE);
    now = release;
    assert_eq!(lanes.excluded(0, now).locks, [0; 0]);
    assert_eq!(read(&mut lanes, [(1, Some(7)), (3, Some(7))], now), [1]);
    lanes.failed(1, now);
    assert_eq!(lanes.next_release(now).map(|release| release - now), Some(FIRST_PAUSE * 2));
    now = lanes.next_release(now).expect("a pause");
    read(&mut lanes, [(1, Some(7))], now);
    assert_eq!(done(&mut lanes, 1, now), None);
    read(&mut lanes, [(3, Some(7))], now);
    lanes.failed(3, now);
    assert_eq!(lanes.next_release(now).map(|release| release - now), Some(FIRST_PAUSE), "it starts over");
}

#[test]
fn later_rows_of_a_key_that_fails_while_they_are_read_wait_for_the_earlier_ones() {
    let (mut lanes, mut now) = (Lanes::default(), Instant::now());
    read(&mut lanes, [(1, Some(7)), (2, Some(8))], now);
    lanes.begin_reading();
    lanes.failed(1, now);
    // The pause ends before the rows are there.
    now = lanes.next_release(now).expect("a pause");
    assert_eq!(take(&mut lanes, [(3, Some(7)), (4, Some(9))], now), [4]);
    assert!(lanes.take_released(), "they are read again");
    assert_eq!(lanes.take_returned(), Some(1));
    assert_eq!(read(&mut lanes, [(1, Some(7)), (3, Some(7))], now), [1]);
    assert_eq!(done(&mut lanes, 1, now), Some(3));
}

#[test]
fn a_hot_key_leaves_the_window_to_others() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    let many = i64::try_from(FULL).expect("a small number") + 1;
    read(&mut lanes, (1..=many).map(|id| (id, Some(7))), now);
    let excluded = lanes.excluded(0, now);
    assert_eq!((excluded.locks, excluded.only_read), (vec![7], false));
    for id in 1..many {
        assert_eq!(done(&mut lanes, id, now), Some(id + 1));
    }
    assert!(lanes.take_released(), "more of its rows can be read");
    assert_eq!(lanes.excluded(0, now).locks, [0; 0]);
}

#[test]
fn a_record_that_takes_long_does_not_count_and_its_key_is_left_out() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    read(&mut lanes, [(1, Some(7)), (2, Some(7)), (3, None)], now);
    lanes.find_slow(now + SLOW);
    assert_eq!(lanes.load().0, 0);
    assert_eq!(lanes.take_returned(), Some(2));
    assert_eq!(lanes.excluded(0, now).locks, [7]);
    assert_eq!(done(&mut lanes, 1, now), None);
    assert!(lanes.take_released());
    assert_eq!(read(&mut lanes, [(2, Some(7))], now), [2]);
}

#[test]
fn suspects_are_sent_alone_and_their_topic_waits() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    read(&mut lanes, [(1, Some(7)), (2, Some(8)), (3, Some(8)), (4, Some(9))], now);
    lanes.suspected(1);
    assert_eq!(lanes.suspects(), [0; 0], "others of the topic are on their way");
    assert_eq!(done(&mut lanes, 2, now), None, "the next one waits in the table");
    lanes.suspected(4);
    assert_eq!(lanes.excluded(0, now).topics, ["orders"]);
    assert_eq!(lanes.suspects(), [1]);
    let first = row(1, Some(7));
    lanes.admit_alone(&first);
    lanes.begin(&first, true, now);
    assert!(lanes.is_alone(1));
    assert_eq!(lanes.suspects(), [0; 0]);
    assert_eq!(done(&mut lanes, 1, now), None);
    lanes.acquit(1);
    assert_eq!(lanes.suspects(), [4]);
    lanes.acquit(4);
    assert!(lanes.take_released() && lanes.excluded(0, now).topics.is_empty());
    assert_eq!(lanes.take_returned(), Some(1));
}

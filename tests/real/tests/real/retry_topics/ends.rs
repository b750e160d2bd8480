//! How waiting ends other than with success, and who sees it.

use std::num::ParseIntError;

use eventgen::{Consumer, HandlerError, TopicEvents as _, dead_letter};
use eventgen_testkit::{Record, send_with_headers};
use orders::events::com::example::orders::OrdersEventsV1;

use super::support::{Delayed, Member, Remembering, Stage, Twice, ids, now};

/// What the headers of a dead letter may take beside those of its record: two of the headers are bounded at 2 KiB.
const MOST_HEADERS: usize = 6 * 1024;

fn size(record: &Record) -> usize {
    record.headers.iter().map(|(name, value)| name.len() + value.map_or(0, <[u8]>::len)).sum()
}

fn number(letter: &Record, name: &str) -> i64 {
    letter
        .headers
        .text(name)
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("{name}: {letter:?}"))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_record_that_fails_after_the_last_delay_is_a_dead_letter_with_a_bounded_history() {
    let stage = Stage::prepared::<Twice>("exhausted").await;
    let begun = now();
    stage.send([(1, "ada"), (2, "ada")]).await;
    let handler = Remembering::<Twice>::new(|id, _| match id {
        // Longer than any topic accepts.
        "order-000001" => Err(HandlerError::retry("closed ".repeat(1_000_000))),
        _ => Ok(()),
    });
    let member = stage.start(handler.clone());
    handler.until_accepted(1).await;
    stage.until_nothing_waits().await;
    let letter = stage.letters().await.remove(0);
    let attempts = handler.attempts();
    let numbers: Vec<u32> =
        attempts.iter().filter(|attempt| !attempt.is_ok).map(|attempt| attempt.delivery.attempt).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6], "two attempts at first and after each delay");
    assert_eq!(number(&letter, dead_letter::DELIVERY_COUNT), 6);
    assert_eq!(number(&letter, dead_letter::DELAYS), 2);
    let (first, written) =
        (number(&letter, dead_letter::FIRST_FAILURE), number(&letter, dead_letter::TIMESTAMP));
    assert!(begun <= first && first < attempts[2].at && attempts[5].at <= written, "{letter:?}");
    let original =
        eventgen_testkit::records(&stage.client, OrdersEventsV1::TOPIC.name).await.expect("records");
    let original = &original[0];
    assert_eq!((&letter.key, &letter.value), (&original.key, &original.value));
    assert_eq!(letter.partition, original.partition);
    assert!(size(&letter) <= size(original) + MOST_HEADERS, "{} bytes", size(&letter));
    for waited in stage.retried(1).await.iter().chain(&stage.retried(2).await) {
        assert!(size(waited) <= size(original) + MOST_HEADERS, "{} bytes", size(waited));
    }

    // Sent again as it is, it fails again, and has the history of this time only.
    let (key, value) = (letter.key.as_deref().expect("a key"), letter.value.as_deref().expect("a value"));
    let topic = OrdersEventsV1::TOPIC.name;
    send_with_headers(&stage.client, topic, key, value, &letter.headers).await.expect("sent");
    handler.until(|attempts| attempts.len() >= 13).await;
    stage.until_caught_up().await;
    stage.until_nothing_waits().await;
    let report = member.stop().await;
    assert_eq!((report.handled, report.exhausted), (1, 2), "{report:?}");
    let again = stage.letters().await.remove(1);
    assert_eq!(number(&again, dead_letter::DELIVERY_COUNT), 6);
    assert!(number(&again, dead_letter::FIRST_FAILURE) >= written, "{again:?}");
    assert_eq!(number(&again, dead_letter::OFFSET), 2);
    assert_eq!(size(&again), size(&letter), "nothing piles up");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn an_error_that_is_rejected_does_not_wait_also_behind_a_delay() {
    let stage = Stage::prepared::<Delayed>("rejected").await;
    stage.send([(1, "ada"), (2, "grace"), (3, "grace")]).await;
    let handler = Remembering::<Delayed>::new(|id, delivery| match (id, delivery.attempt) {
        ("order-000001", _) | ("order-000002", 2..) => Err("x".parse::<u8>().expect_err("no number").into()),
        ("order-000002", 1) => Err(HandlerError::retry("not yet")),
        _ => Ok(()),
    });
    let member = stage.start_with(handler.clone(), |consumer| {
        consumer.reject_errors(|error| error.cause::<ParseIntError>().is_some())
    });
    handler.until_accepted(1).await;
    stage.until_caught_up().await;
    stage.until_nothing_waits().await;
    let report = member.stop().await;
    assert_eq!((report.handled, report.retried, report.rejected), (1, 1, 2), "{report:?}");
    assert_eq!(handler.by_key()["grace"], ids([3]));
    let mut letters = stage.letters().await;
    letters.sort_by_key(|letter| number(letter, dead_letter::DELIVERY_COUNT));
    let [at_once, later] = &letters[..] else { panic!("{letters:?}") };
    assert_eq!((at_once.key.as_deref(), later.key.as_deref()), (Some(&b"ada"[..]), Some(&b"grace"[..])));
    for letter in [at_once, later] {
        assert_eq!(letter.headers.text(dead_letter::DISPOSITION), Some("rejected"));
        assert_eq!(letter.headers.text(dead_letter::EXCEPTION), Some("core::num::error::ParseIntError"));
    }
    assert_eq!((at_once.headers.text(dead_letter::DELAYS), number(later, dead_letter::DELAYS)), (None, 1));
    let retried = stage.retried(1).await;
    assert_eq!(retried.len(), 1);
    assert!(stage.retried(2).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn another_group_neither_sees_what_is_retried_nor_waits_for_it() {
    let stage = Stage::prepared::<Delayed>("groups").await;
    let other_group: &'static str = format!("{}-other", stage.group).leak();
    stage.create::<Delayed>(other_group).await;
    stage.send((1..=20).map(|number| (number, "ada"))).await;
    let failing = Remembering::<Delayed>::new(|id, delivery| match id {
        "order-000001" if delivery.attempt < 3 => Err(HandlerError::retry("not yet")),
        _ => Ok(()),
    });
    let other = Remembering::<Delayed>::new(|_, _| Ok(()));
    let members = [
        stage.start(failing.clone()),
        Member::start(Consumer::new(&stage.client, other_group).subscribe(other.clone())),
    ];
    other.until_accepted(20).await;
    assert!(failing.accepted().is_empty(), "the key waits in the first group");
    failing.until_accepted(20).await;
    stage.until_nothing_waits().await;
    for member in members {
        let report = member.stop().await;
        assert_eq!((report.handled, report.dead_lettered()), (20, 0), "{report:?}");
    }
    assert_eq!(other.attempts().len(), 20);
    assert_eq!((failing.by_key(), other.by_key()["ada"].clone()), (other.by_key(), ids(1..=20)));
    assert_eq!(stage.retried(0).await.len(), 19);
    for tier in 0..=2 {
        let name = eventgen::retry_topic_name(OrdersEventsV1::TOPIC.name, other_group, tier);
        assert!(eventgen_testkit::records(&stage.client, &name).await.expect("records").is_empty(), "{name}");
    }
}

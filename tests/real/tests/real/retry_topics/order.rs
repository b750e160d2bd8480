//! The order of records of one key, and of those without one.

use eventgen::{Delivery, HandlerError, Headers, TopicEvents as _, dead_letter};
use eventgen_testkit::{send_bytes, send_record};
use orders::events::com::example::orders::OrdersEventsV1;

use super::support::{Compacted, Delayed, LONG, Remembering, Stage, ids};

const TOPIC: &str = OrdersEventsV1::TOPIC.name;

/// The second order fails twice, so that it waits for both delays.
fn second_fails_twice(id: &str, delivery: &Delivery) -> Result<(), HandlerError> {
    match id {
        "order-000002" if delivery.attempt < 3 => Err(HandlerError::retry("not yet")),
        _ => Ok(()),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn later_records_of_a_key_follow_while_other_keys_go_on() {
    let stage = Stage::prepared::<Delayed>("order").await;
    // All keys share partitions with others.
    let customers = ["ada", "grace", "donald", "edsger", "barbara", "tony"];
    stage.send((1..=60).map(|number| (number, customers[number % 6]))).await;
    let handler = Remembering::<Delayed>::new(second_fails_twice);
    let first = stage.start(handler.clone());
    handler.until_accepted(50).await;
    stage.until_caught_up().await;
    let before = first.stop().await;
    // They come while nobody runs, and follow too.
    stage.send([(62, "donald"), (63, "ada"), (68, "donald")]).await;
    let second = stage.start(handler.clone());
    handler.until_accepted(63).await;
    stage.until_nothing_waits().await;
    let after = second.stop().await;
    assert_eq!((before.handled + after.handled, before.retried + after.retried), (63, 2));
    let by_key = handler.by_key();
    for (number, customer) in customers.iter().enumerate() {
        let sent = if *customer == "donald" { 1..=68 } else { 1..=60 };
        let mut expected: Vec<usize> = sent.filter(|sent| sent % 6 == number).collect();
        expected.extend((*customer == "ada").then_some(63));
        assert_eq!(by_key[*customer], ids(expected), "{customer}");
    }
    let accepted = handler.accepted();
    let place = accepted.iter().position(|attempt| attempt.what == "order-000002").expect("accepted");
    assert!(place >= 50, "other keys do not wait for it: {place}");
    let followers = stage.retried(0).await;
    assert!(followers.iter().all(|record| record.key.as_deref() == Some(b"donald")), "{followers:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn members_that_come_and_go_keep_the_order_of_keys() {
    const ORDERS: usize = 600;
    // One record of ten fails, of each key another one.
    const KEYS: usize = 31;
    let stage = Stage::prepared::<Delayed>("members").await;
    let keys: Vec<String> = (0..KEYS).map(|number| format!("customer-{number}")).collect();
    let handler = Remembering::<Delayed>::new(|id, delivery| {
        let fails = id.ends_with('7') && delivery.attempt < 3;
        if fails { Err(HandlerError::retry("not yet")) } else { Ok(()) }
    });
    let send = async |numbers: std::ops::Range<usize>| {
        stage.send(numbers.map(|number| (number, &*keys[number % KEYS]))).await;
    };
    send(0..ORDERS / 3).await;
    let first = stage.start(handler.clone());
    handler.until_accepted(ORDERS / 6).await;
    let second = stage.start(handler.clone());
    send(ORDERS / 3..ORDERS * 2 / 3).await;
    handler.until_accepted(ORDERS / 3).await;
    // What waits in it goes to the second one.
    let first = first.stop().await;
    send(ORDERS * 2 / 3..ORDERS).await;
    let third = stage.start(handler.clone());
    handler.until_accepted(ORDERS).await;
    stage.until_caught_up().await;
    stage.until_nothing_waits().await;
    let reports = [first, second.stop().await, third.stop().await];
    println!("{reports:?}");
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(
            handler.by_key()[key],
            ids((number..ORDERS).step_by(KEYS)),
            "{key}: each once and in order"
        );
    }
    assert_eq!(reports.iter().map(|report| report.handled).sum::<u64>(), ORDERS as u64);
    assert!(stage.letters().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_deletion_follows_the_record_of_its_key_that_waits_and_can_wait_itself() {
    let stage = Stage::prepared::<Compacted>("deletion").await;
    stage.send([(1, "ada"), (2, "grace")]).await;
    send_record(&stage.client, TOPIC, Some(b"ada"), None, &Headers::new()).await.expect("sent");
    stage.send([(3, "ada")]).await;
    let handler = Remembering::<Compacted>::new(|what, delivery| match (what, delivery.attempt) {
        ("order-000001" | "deleted", 1) => Err(HandlerError::retry("not yet")),
        _ => Ok(()),
    });
    let member = stage.start(handler.clone());
    handler.until_accepted(4).await;
    stage.until_nothing_waits().await;
    let report = member.stop().await;
    assert_eq!((report.handled, report.retried, report.dead_lettered()), (4, 2, 0), "{report:?}");
    assert_eq!(handler.by_key()["ada"], ["order-000001", "deleted", "order-000003"]);
    assert_eq!(handler.accepted()[0].key, "grace", "another key goes on");
    // It is a record without a value there too.
    let waited = stage.retried(1).await;
    assert!(waited.iter().any(|record| record.value.is_none()), "{waited:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn records_without_a_key_wait_and_nothing_follows_them() {
    let stage = Stage::prepared::<Delayed>("no-key").await;
    for number in 1..=6 {
        let value = stage.value(number).await;
        send_record(&stage.client, TOPIC, None, Some(&value), &Headers::new()).await.expect("sent");
    }
    let handler = Remembering::<Delayed>::new(|id, delivery| match (id, delivery.attempt) {
        ("order-000001", 1) => Err(HandlerError::retry_after("not yet", LONG)),
        _ => Ok(()),
    });
    let member = stage.start(handler.clone());
    handler.until_accepted(6).await;
    stage.until_nothing_waits().await;
    let report = member.stop().await;
    assert_eq!((report.handled, report.retried), (6, 1), "{report:?}");
    let accepted: Vec<String> = handler.accepted().into_iter().map(|attempt| attempt.what).collect();
    assert_eq!(accepted.last().map(String::as_str), Some("order-000001"), "{accepted:?}");
    assert!(stage.retried(0).await.is_empty());
    let waited = stage.retried(2).await;
    assert_eq!(waited.iter().map(|record| record.key.clone()).collect::<Vec<_>>(), [None]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn what_does_not_decode_behind_a_record_that_waits_is_a_dead_letter_in_its_turn() {
    let stage = Stage::prepared::<Delayed>("poison").await;
    stage.send([(2, "ada")]).await;
    send_bytes(&stage.client, TOPIC, b"ada", b"no event").await.expect("sent");
    // Without a value: this topic is not compacted.
    send_record(&stage.client, TOPIC, Some(b"ada"), None, &Headers::new()).await.expect("sent");
    stage.send([(3, "ada"), (4, "grace")]).await;
    let handler = Remembering::<Delayed>::new(second_fails_twice);
    let member = stage.start(handler.clone());
    handler.until_accepted(3).await;
    stage.until_nothing_waits().await;
    let report = member.stop().await;
    assert_eq!((report.handled, report.retried, report.poison), (3, 2, 2), "{report:?}");
    assert_eq!(handler.by_key()["ada"], ids([2, 3]));
    let lead = handler.accepted().into_iter().find(|attempt| attempt.what == "order-000002");
    let lead = lead.expect("accepted");
    let letters = stage.letters().await;
    let offsets: Vec<i64> = letters
        .iter()
        .map(|letter| letter.headers.text(dead_letter::OFFSET).expect("a header").parse().expect("a number"))
        .collect();
    assert_eq!(offsets, [lead.delivery.offset + 1, lead.delivery.offset + 2]);
    for letter in &letters {
        let text = |name: &str| letter.headers.text(name).map(str::to_owned);
        assert_eq!(text(dead_letter::TOPIC).as_deref(), Some(stage.client.topic(OrdersEventsV1::TOPIC).name));
        assert_eq!(text(dead_letter::DISPOSITION).as_deref(), Some("poison"));
        assert_eq!(text(dead_letter::DELIVERY_COUNT).as_deref(), Some("0"));
        assert_eq!((text(dead_letter::DELAYS), text(dead_letter::FIRST_FAILURE)), (None, None));
        let written: i64 = text(dead_letter::TIMESTAMP).and_then(|text| text.parse().ok()).expect("a time");
        assert!(written >= lead.at, "it has waited for the record before it");
        assert!(letter.headers.iter().all(|(name, _)| !name.starts_with(b"__retry")), "{letter:?}");
    }
    assert_eq!(letters[0].value.as_deref(), Some(&b"no event"[..]));
}

//! When records come back.

use eventgen::{Delivery, HandlerError, Headers, TopicEvents as _};
use eventgen_testkit::send_with_headers;
use orders::events::com::example::orders::OrdersEventsV1;

use super::support::{Delayed, LONG, Remembering, SHORT, Stage, id as id_of, ids, now};

/// The first record of each of twelve keys waits for the long delay once.
fn first_is_late(id: &str, delivery: &Delivery) -> Result<(), HandlerError> {
    let is_first = id < &*id_of(12);
    if is_first && delivery.attempt == 1 {
        return Err(HandlerError::retry_after("not yet", LONG));
    }
    Ok(())
}

fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).expect("short")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn records_wait_until_they_are_due_across_a_restart_and_a_rebalance() {
    const ORDERS: usize = 60;
    let stage = Stage::prepared::<Delayed>("restart").await;
    let keys: Vec<String> = (0..12).map(|number| format!("customer-{number}")).collect();
    stage.send((0..ORDERS).map(|number| (number, &*keys[number % 12]))).await;

    let handler = Remembering::<Delayed>::new(first_is_late);
    let first = stage.start(handler.clone());
    handler.until(|attempts| attempts.len() >= 12).await;
    stage.until_caught_up().await;
    let first = first.stop().await;
    assert_eq!(stage.retried(2).await.len(), 12);
    assert_eq!(stage.retried(0).await.len(), ORDERS - 12, "the others follow");

    // What the first member has left waits in the second one, and half of it moves on to the third.
    let second = stage.start(handler.clone());
    let third = stage.start(handler.clone());
    handler.until_accepted(ORDERS).await;
    stage.until_nothing_waits().await;
    let reports = [first, second.stop().await, third.stop().await];
    println!("{reports:?}");
    assert_eq!(reports.iter().map(|report| report.handled).sum::<u64>(), ORDERS as u64);
    assert_eq!(reports.iter().map(|report| report.retried).sum::<u64>(), 12);

    for (key, accepted) in handler.by_key() {
        let number: usize = key.rsplit('-').next().and_then(|number| number.parse().ok()).expect("a number");
        assert_eq!(accepted, ids((number..ORDERS).step_by(12)), "{key}: each once and in order");
    }
    let attempts = handler.attempts();
    let mut latest = 0;
    for failed in attempts.iter().filter(|attempt| !attempt.is_ok) {
        let again = attempts.iter().find(|attempt| attempt.is_ok && attempt.what == failed.what);
        let again = again.expect("accepted");
        assert!(again.at - failed.at >= millis(LONG), "{}: it was not due", failed.what);
        assert_eq!(again.delivery.topic, stage.client.topic(OrdersEventsV1::TOPIC).name);
        assert_eq!(again.delivery.offset, failed.delivery.offset);
        assert_eq!(again.delivery.timestamp, failed.delivery.timestamp);
        assert_eq!(again.delivery.headers, failed.delivery.headers);
        latest = latest.max(again.at - failed.at - millis(LONG));
    }
    println!("the latest record was handled {latest} ms after it was due");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_record_with_a_shorter_delay_does_not_wait_for_one_with_a_longer_delay() {
    let stage = Stage::prepared::<Delayed>("nearest").await;
    let handler = Remembering::<Delayed>::new(|id, delivery| match (id, delivery.attempt) {
        // The nearest delays are the long one, the short one and the long one.
        ("order-000001", 1) => Err(HandlerError::retry_after("busy", LONG * 10)),
        ("order-000002", 1) => Err(HandlerError::retry_after("busy", SHORT / 2)),
        ("order-000003", 1) => Err(HandlerError::retry_after("busy", LONG * 3 / 4)),
        _ => Ok(()),
    });
    let member = stage.start(handler.clone());
    // One after another, so that the long delay has begun before the short one.
    for (count, (number, customer)) in [(1, "ada"), (2, "grace"), (3, "donald")].into_iter().enumerate() {
        stage.send([(number, customer)]).await;
        handler.until(|attempts| attempts.iter().filter(|attempt| !attempt.is_ok).count() > count).await;
    }
    handler.until_accepted(3).await;
    stage.until_nothing_waits().await;
    let report = member.stop().await;
    assert_eq!((report.handled, report.retried), (3, 3), "{report:?}");
    assert_eq!((stage.retried(1).await.len(), stage.retried(2).await.len()), (1, 2));
    let attempts = handler.attempts();
    let failed = |id: &str| attempts.iter().find(|attempt| attempt.what == id).expect("it failed").at;
    let due: Vec<(&str, i64)> = [("order-000001", LONG), ("order-000002", SHORT), ("order-000003", LONG)]
        .map(|(id, delay)| (id, failed(id) + millis(delay)))
        .to_vec();
    for again in attempts.iter().filter(|attempt| attempt.is_ok) {
        let (_, time) = due.iter().find(|(id, _)| *id == again.what).expect("one of them");
        assert!(again.at >= *time, "{}: it was not due", again.what);
        println!("{}: {} ms after it was due", again.what, again.at - time);
    }
    // Unless the first record was due before the second one was sent, on a machine that hardly moves.
    let mut expected = due.clone();
    expected.sort_by_key(|(_, time)| *time);
    let accepted: Vec<String> = handler.accepted().into_iter().map(|attempt| attempt.what).collect();
    assert_eq!(accepted, expected.iter().map(|(id, _)| *id).collect::<Vec<_>>(), "the order of their times");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_record_from_a_wrong_clock_is_due_when_it_has_been_in_its_topic_for_the_delay() {
    let stage = Stage::prepared::<Delayed>("clock").await;
    let mut headers = Headers::new();
    headers.set("__retry.due", i64::MAX);
    let (written, value) = (now(), stage.value(0).await);
    send_with_headers(&stage.client, &stage.retry_topic(1), b"none", &value, &headers)
        .await
        .expect("written");
    stage.send([(1, "none")]).await;
    let handler = Remembering::<Delayed>::new(|_, _| Ok(()));
    let member = stage.start(handler.clone());
    handler.until_accepted(2).await;
    stage.until_nothing_waits().await;
    member.stop().await;
    let first = &handler.attempts()[0];
    assert_eq!(first.what, id_of(0), "the other one follows");
    // What the broker states counts, not when the consumer came.
    assert!((millis(SHORT)..60_000).contains(&(first.at - written)), "{}", first.at - written);
}

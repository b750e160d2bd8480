//! Dead letters: what is written if their topic rejects them, and their log lines.

use std::collections::BTreeSet;

use eventgen::{HandlerError, Headers, dead_letter};
use eventgen_testkit::{Record, WriteError, caught_up, records, send_bytes, send_with_headers};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::logs;
use crate::support::{DEAD_LETTERS, PATIENCE, Scripted, TOPIC, cluster, consume, send};

#[tokio::test]
async fn a_poison_record_larger_than_a_producers_default_limit_is_kept_complete() {
    let (_cluster, client) = cluster().await;
    // librdkafka's default limit is 1,000,000 bytes. One record is larger, the other one exceeds it with the added headers.
    for size in [1_000_100, 999_700] {
        send_bytes(&client, TOPIC, b"ada", &vec![b'x'; size]).await.expect("sent");
    }
    send(&client, [order(1, "ada")]).await;
    let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
    assert_eq!((report.handled, report.poison), (1, 2));
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let sizes: Vec<_> = letters.iter().map(|letter| letter.value.as_ref().map(Vec::len)).collect();
    assert_eq!(sizes, [Some(1_000_100), Some(999_700)]);
    assert!(letters.iter().all(|letter| letter.headers.bytes(dead_letter::OMITTED).is_none()));
}

/// The dead letter of a poison record after its topic has refused this many attempts as too large.
async fn letter_after(refusals: usize) -> Record {
    let (cluster, client) = cluster().await;
    let mut own = Headers::new();
    own.append("trace", Some(b"7".to_vec()));
    send_with_headers(&client, TOPIC, b"ada", b"no event", &own).await.expect("sent");
    cluster.refuse_writes(&vec![WriteError::TooLarge; refusals]);
    let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
    assert_eq!(report.poison, 1);
    let mut letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    assert_eq!(letters.len(), 1);
    letters.remove(0)
}

#[tokio::test]
async fn a_letter_that_is_too_large_omits_no_more_than_necessary_and_names_the_omitted_parts() {
    for (refusals, omitted) in [(1, "value"), (2, "value,headers"), (3, "value,headers,key")] {
        let letter = letter_after(refusals).await;
        let text = |name: &str| letter.headers.text(name);
        assert_eq!(text(dead_letter::OMITTED), Some(omitted));
        assert_eq!(letter.value, None);
        assert_eq!(text("trace").is_some(), refusals < 2, "{omitted}");
        assert_eq!(letter.key.is_some(), refusals < 3, "{omitted}");
        let position = [dead_letter::TOPIC, dead_letter::PARTITION, dead_letter::OFFSET].map(text);
        assert!(position.iter().all(Option::is_some), "the position of the record: {position:?}");
        assert_eq!(text(dead_letter::DISPOSITION), Some("poison"));
    }
}

#[tokio::test]
async fn a_producer_is_replaced_after_a_fatal_error() {
    let (cluster, client) = cluster().await;
    send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    // After this error an idempotent producer refuses every later record.
    cluster.refuse_writes(&[WriteError::OutOfOrderSequence]);
    let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
    assert_eq!(report.poison, 1);
    assert_eq!(records(&client, DEAD_LETTERS).await.expect("dead letters").len(), 1);
}

#[tokio::test]
async fn a_letter_whose_timestamp_the_topic_rejects_has_the_time_of_writing() {
    let (cluster, client) = cluster().await;
    send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    cluster.refuse_writes(&[WriteError::InvalidTimestamp]);
    let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
    assert_eq!(report.poison, 1);
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let original = records(&client, TOPIC).await.expect("records")[0].timestamp;
    assert!(letters[0].timestamp > original, "{:?} is not after {original:?}", letters[0].timestamp);
}

#[tokio::test]
async fn every_retry_and_every_dead_letter_is_logged_with_its_position_and_cause() {
    logs::keep();
    let group = "logged";
    let (_cluster, client) = cluster().await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    send_bytes(&client, TOPIC, b"bad\nkey", b"no event").await.expect("sent");
    let handler = Scripted::new(|event, _| match event.order_id.as_str() {
        "order-000001" => Err(HandlerError::retry("the warehouse is closed")),
        "order-000002" => Err(HandlerError::reject("no lines")),
        _ => Ok(()),
    });
    let lag = async { caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    let report = OrdersEventsV1::consumer(&client, group, handler).run_until(lag).await.expect("no error");
    assert_eq!((report.handled, report.retried, report.dead_lettered()), (1, 3, 3));

    let retries = logs::lines(group, "retrying");
    assert_eq!(retries.len(), 3, "{retries:?}");
    for (line, attempt) in retries.iter().zip(["1", "2", "3"]) {
        assert_eq!(line["attempt"], attempt);
        assert_eq!((line["topic"].as_str(), line["offset"].as_str()), (TOPIC, "0"));
        assert!(line.contains_key("partition") && line["key"].contains("ada"), "{line:?}");
        assert_eq!(line["cause"], "the warehouse is closed");
    }
    let letters = logs::lines(group, "wrote a dead letter");
    let dispositions: BTreeSet<&str> = letters.iter().map(|line| line["disposition"].as_str()).collect();
    assert_eq!(dispositions, BTreeSet::from(["poison", "rejected", "exhausted"]));
    for line in &letters {
        let exhausted = line["disposition"] == "exhausted";
        assert_eq!(line["attempt"] == "4", exhausted, "{line:?}");
        assert!(["topic", "partition", "offset", "key", "cause"].iter().all(|name| line.contains_key(*name)));
        assert!(!line["key"].contains('\n'), "a key cannot forge a line");
    }
    let ended = logs::lines(group, "the consumer stopped");
    assert_eq!(ended.len(), 1);
    let counts = ["handled", "retried", "skipped", "poison", "unknown", "rejected", "exhausted", "lost"];
    assert_eq!(counts.map(|name| ended[0][name].as_str()), ["1", "3", "0", "1", "0", "1", "1", "0"]);
}

#[tokio::test]
async fn dead_letters_of_one_cause_are_summarised() {
    logs::keep();
    let group = "flooded";
    let (_cluster, client) = cluster().await;
    for number in 0..100 {
        send_bytes(&client, TOPIC, format!("customer-{number}").as_bytes(), b"no event").await.expect("sent");
    }
    let lag = async { caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    let consumer = OrdersEventsV1::consumer(&client, group, Scripted::new(|_, _| Ok(())));
    assert_eq!(consumer.run_until(lag).await.expect("no error").poison, 100);
    assert_eq!(logs::lines(group, "wrote a dead letter").len(), 5);
    let summaries = logs::lines(group, "dead letters of one cause");
    assert_eq!(summaries.iter().map(|line| line["count"].as_str()).collect::<Vec<_>>(), ["95"]);
}

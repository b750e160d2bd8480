//! Faults that could stall a partition or end a consumer silently. Consumption continues or ends with an error.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use eventgen::{
    Client, Consumer, DecodeError, DecodeOptions, Delivery, Error, EventKind, Handler, HandlerError, Headers,
    Producer, Topic, TopicEvents, dead_letter,
};
use eventgen_testkit::{caught_up, records, send_with_headers};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, OrdersEventsV1Handler};
use orders::sample::order;
use tokio::sync::{oneshot, watch};

use crate::logs;
use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Scripted, TOPIC, cluster, consume, send};

/// More records than a consumer buffers of a partition before it pauses it.
const BACKLOG: usize = 12 * 3_000;

/// A handler that waits until a gate opens, and counts the records before and after that.
#[derive(Clone)]
struct Gated {
    gate: watch::Receiver<bool>,
    arrived: Arc<AtomicUsize>,
    passed: Arc<AtomicUsize>,
}

impl OrdersEventsV1Handler for Gated {
    async fn order_event(&self, _: OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
        self.arrived.fetch_add(1, Ordering::Relaxed);
        let _ = self.gate.clone().wait_for(|open| *open).await;
        self.passed.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

async fn until(condition: impl Fn() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the condition becomes true");
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_that_were_paused_when_revoked_are_fetched_again_when_reassigned() {
    let (_cluster, client) = cluster().await;
    send(&client, (0..BACKLOG).map(|number| order(number, &format!("customer-{}", number % 240)))).await;
    let (open, gate) = watch::channel(false);
    let start = |stop: oneshot::Receiver<()>| {
        let handler = Gated { gate: gate.clone(), arrived: Arc::default(), passed: Arc::default() };
        let consumer = OrdersEventsV1::consumer(&client, GROUP, handler.clone());
        // The gate is closed, so waiting for handlers would be useless.
        let consumer = consumer.drain_deadline(Duration::from_millis(100));
        let stopped = async { drop(stop.await) };
        (handler, tokio::spawn(consumer.run_until(stopped)))
    };
    let (stop_first, stopped) = oneshot::channel();
    let (first, first_consumer) = start(stopped);
    until(|| first.arrived.load(Ordering::Relaxed) == 16).await;
    // Until then all partitions are full.
    tokio::time::sleep(Duration::from_secs(2)).await;

    let (stop_second, stopped) = oneshot::channel();
    let (second, second_consumer) = start(stopped);
    until(|| second.arrived.load(Ordering::Relaxed) > 0).await;
    drop(stop_second);
    second_consumer.await.expect("no panic").expect("no error");
    open.send(true).expect("the handlers wait");

    let lag = caught_up(&client, GROUP, TOPIC, PATIENCE).await.expect("lag");
    drop(stop_first);
    first_consumer.await.expect("no panic").expect("no error");
    assert_eq!(lag, 0, "{} of {BACKLOG} handled", first.passed.load(Ordering::Relaxed));
}

#[tokio::test]
async fn headers_of_foreign_clients_reach_the_handler_and_the_dead_letter_byte_for_byte() {
    let (_cluster, client) = cluster().await;
    let mut foreign = Headers::new();
    foreign.append(b"caf\xe9", Some(b"\xff\x00".to_vec()));
    foreign.append(b"caf\xe9", None);
    foreign.append("", Some(Vec::new()));
    foreign.append("plain", Some(b"text".to_vec()));
    send_with_headers(&client, TOPIC, b"ada", b"no event", &foreign).await.expect("sent");
    // A record that decodes: its value is one of a producer.
    send(&client, [order(1, "ada")]).await;
    let written = records(&client, TOPIC).await.expect("records").remove(1).value.expect("a value");
    send_with_headers(&client, TOPIC, b"ada", &written, &foreign).await.expect("sent");

    let handler = Scripted::new(|_, delivery| match delivery.headers.bytes("plain") {
        Some(_) => {
            let seen: Vec<_> = delivery.headers.iter().map(|(name, _)| name.to_vec()).collect();
            let expected = [&b"caf\xe9"[..], b"caf\xe9", b"", b"plain"];
            if seen == expected { Ok(()) } else { Err(HandlerError::fatal(format!("{seen:?}"))) }
        }
        None => Ok(()),
    });
    let report = consume(&client, handler).await.expect("no error");
    assert_eq!((report.handled, report.poison), (2, 1));
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let kept: Vec<_> = letters[0].headers.iter().take(foreign.len()).collect();
    assert_eq!(kept, foreign.iter().collect::<Vec<_>>());
    assert_eq!(letters[0].headers.text(dead_letter::DISPOSITION), Some("poison"));
}

/// Consumes until the consumer ends without a shutdown.
async fn ends<H: Handler>(client: &Client, handler: H, group: &str) -> Error {
    let consumer = Consumer::new(client, group).subscribe(handler);
    let ended = tokio::time::timeout(PATIENCE, consumer.run_until(std::future::pending())).await;
    ended.expect("it ends").expect_err("with an error").error
}

#[tokio::test]
async fn a_panic_on_the_polling_thread_ends_the_consumer_with_an_error() {
    logs::keep();
    let (_cluster, client) = cluster().await;
    let group = logs::PANICS_ON_ASSIGNMENT;
    let error = ends(&client, Never, group).await;
    assert!(matches!(&error, Error::ConsumerStopped { group: of, .. } if of == group), "{error}");
    assert!(error.to_string().contains("polling panicked: the subscriber cannot write"), "{error}");
}

#[tokio::test]
async fn a_panic_while_draining_ends_the_consumer_with_an_error() {
    logs::keep();
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let group = logs::PANICS_ON_REVOCATION;
    let consumer = OrdersEventsV1::consumer(&client, group, Scripted::new(|_, _| Ok(())));
    let lag = async { caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    let error = consumer.run_until(lag).await.expect_err("the subscriber panicked");
    assert!(error.to_string().contains("leaving the group panicked"), "{error}");
}

/// The orders topic with a decoder that panics.
struct Broken;

impl TopicEvents for Broken {
    const TOPIC: &'static Topic = OrdersEventsV1::TOPIC;
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(_: usize, _: &[u8], _: DecodeOptions) -> Result<Self, DecodeError> {
        panic!("a fault of the decoder")
    }
}

struct Never;

impl Handler for Never {
    type Events = Broken;

    async fn handle(&self, _: Broken, _: &Delivery) -> Result<(), HandlerError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_panic_of_the_decoder_ends_the_consumer_with_an_error_and_its_record_is_redelivered() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let error = ends(&client, Never, GROUP).await;
    assert!(matches!(error, Error::ConsumerStopped { .. }), "{error}");
    assert!(error.to_string().contains("offset 0") && error.to_string().contains("a fault of the decoder"));
    let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
    assert_eq!(report.handled, 1, "it was not committed");
}

#[tokio::test]
async fn records_compressed_with_any_codec_are_read() {
    let (_cluster, client) = cluster().await;
    let codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
    for (number, codec) in codecs.into_iter().enumerate() {
        let producer = Producer::<OrdersEventsV1>::builder(&client).set("compression.type", codec).connect();
        let producer = producer.await.unwrap_or_else(|error| panic!("{codec}: {error}"));
        // Equal events in one batch, because a batch is compressed only if that makes it smaller.
        for same in 0..50 {
            producer.enqueue(&order(number * 100 + same, "ada")).await.expect("enqueued");
        }
        producer.flush().await.expect("acknowledged");
    }
    let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
    assert_eq!(report.handled, 250);
}

#[tokio::test]
async fn records_that_are_removed_before_they_are_read_are_reported() {
    let group = "late";
    logs::keep();
    let (_cluster, client) = cluster().await;
    // The embedded brokers remove the records of a partition beyond 5 MB. One customer has one partition.
    let mut large = order(1, "ada");
    large.order_id = "x".repeat(100_000);
    let consume = async || {
        let lag = async { caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag") };
        let consumer = OrdersEventsV1::consumer(&client, group, Scripted::new(|_, _| Ok(())));
        consumer.run_until(lag).await.expect("no error")
    };
    send(&client, [order(1, "ada")]).await;
    assert_eq!((consume().await.handled, consume().await.lost), (1, 0));
    // The brokers count the compressed size.
    let producer = Producer::<OrdersEventsV1>::builder(&client).set("compression.type", "none").connect();
    let producer = producer.await.expect("a producer");
    for _ in 0..200 {
        producer.enqueue(&large).await.expect("enqueued");
    }
    producer.flush().await.expect("acknowledged");
    let report = consume().await;
    assert!(report.lost > 0, "{report:?}");
    assert_eq!(report.handled + report.lost, 200, "{report:?}");
    let lines = logs::lines(group, "before they were read");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((lines[0]["offset"].as_str(), &lines[0]["count"]), ("1", &report.lost.to_string()));
}

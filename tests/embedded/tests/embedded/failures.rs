//! Handlers that fail: which records are retried, become dead letters, or stop the consumer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use eventgen::{Error, HandlerError, dead_letter};
use eventgen_testkit::{records, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use tokio::sync::oneshot;

use crate::support::{DEAD_LETTERS, GROUP, Scripted, TOPIC, cluster, consume, send};

#[tokio::test]
async fn a_retry_holds_back_its_own_key_only() {
    let (_cluster, client) = cluster().await;
    // Two customers whose orders share a partition.
    let (slow, quick) = ("ada", "donald");
    let orders = (1..=40).map(|number| order(number, if number % 2 == 0 { slow } else { quick }));
    send(&client, orders).await;
    let partitions: std::collections::BTreeSet<i32> =
        records(&client, TOPIC).await.expect("records").iter().map(|record| record.partition).collect();
    assert_eq!(partitions.len(), 1, "choose customers that share a partition");

    let handler = Scripted::new(|event, delivery| match event.order_id.as_str() {
        "order-000002" if delivery.attempt < 3 => Err(HandlerError::retry("not yet")),
        _ => Ok(()),
    });
    let report = consume(&client, handler.clone()).await.expect("no error");
    assert_eq!((report.handled, report.retried, report.dead_lettered()), (40, 2, 0));
    let accepted = handler.accepted();
    let of = |customer: &str| -> Vec<&String> {
        accepted.iter().filter(|(owner, _)| owner == customer).map(|(_, order)| order).collect()
    };
    assert!(of(slow).is_sorted() && of(quick).is_sorted());
    assert_eq!(accepted.iter().position(|(owner, _)| owner == slow), Some(20), "the other key did not wait");
}

#[tokio::test]
async fn bytes_that_do_not_decode_become_dead_letters_unchanged() {
    let (_cluster, client) = cluster().await;
    let values: [&[u8]; 4] =
        [b"{}", b"", b"\0\0\0\x03\xe8x", b"\0\0\0\0\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"];
    for value in values {
        send_bytes(&client, TOPIC, b"ada", value).await.expect("sent");
    }
    send(&client, [order(1, "ada")]).await;
    let report = consume(&client, Scripted::new(|_, _| Ok(()))).await.expect("no error");
    assert_eq!((report.handled, report.poison), (1, 4));
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    for (letter, (value, reason)) in letters.iter().zip(values.into_iter().zip([
        "begins with byte 0x7b",
        "has 0 bytes",
        "schema id 1000 is not in the registry",
        "does not fit 64 bits",
    ])) {
        assert_eq!(letter.key.as_deref(), Some(b"ada".as_slice()));
        assert_eq!(letter.value.as_deref().unwrap_or_default(), value);
        assert_eq!(letter.headers.text(dead_letter::DISPOSITION), Some("poison"));
        let message = letter.headers.text(dead_letter::MESSAGE).expect("a reason");
        assert!(message.contains(reason), "{message}");
    }
    assert_eq!(letters.len(), values.len());
}

#[tokio::test]
async fn a_fatal_error_stops_the_consumer_and_its_record_is_delivered_again() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=10).map(|number| order(number, "ada"))).await;
    let handler = Scripted::new(|event, _| match event.order_id.as_str() {
        "order-000006" => Err(HandlerError::fatal("the database is gone")),
        _ => Ok(()),
    });
    let error = consume(&client, handler.clone()).await.expect_err("stopped");
    assert!(matches!(&error.error, Error::HandlerStopped { offset: 5, .. }), "{error}");
    assert_eq!(error.report.handled, 5, "the events that were handled before are counted");
    assert!(error.to_string().contains("the database is gone"));
    assert_eq!(handler.accepted().len(), 5);

    let after = Scripted::new(|_, _| Ok(()));
    let report = consume(&client, after.clone()).await.expect("no error");
    assert_eq!(report.handled, 5, "the handled records are committed, the failed one is not");
    assert_eq!(after.accepted()[0].1, "order-000006");
}

static PANICKED: AtomicBool = AtomicBool::new(false);

#[tokio::test]
async fn a_panic_is_retried_and_then_becomes_a_dead_letter() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let report = consume(&client, Scripted::new(|_, _| panic!("a bug"))).await.expect("no error");
    assert_eq!((report.handled, report.retried, report.exhausted), (0, 3, 1));
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    assert_eq!(letters[0].headers.text(dead_letter::MESSAGE), Some("the handler panicked: a bug"));
    assert!(
        letters[0].headers.text(dead_letter::EXCEPTION).is_some_and(|name| name.ends_with("HandlerPanic"))
    );

    send(&client, [order(2, "ada")]).await;
    let once = Scripted::new(|_, _| {
        assert!(PANICKED.swap(true, Ordering::Relaxed), "only the first time");
        Ok(())
    });
    let report = consume(&client, once).await.expect("no error");
    assert_eq!((report.handled, report.retried), (1, 1));
}

#[tokio::test]
async fn a_shutdown_lets_running_handlers_finish_and_commits_their_records() {
    struct Slow(tokio::sync::Mutex<Option<oneshot::Sender<()>>>);
    impl orders::events::com::example::orders::OrdersEventsV1Handler for Slow {
        async fn order_event(
            &self,
            _: orders::events::com::example::orders::OrderEvent,
            _: &eventgen::Delivery,
        ) -> Result<(), HandlerError> {
            if let Some(started) = self.0.lock().await.take() {
                let _ = started.send(());
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok(())
        }
    }
    let (_cluster, client) = cluster().await;
    send(&client, (1..=5).map(|number| order(number, "ada"))).await;
    let (started, has_started) = oneshot::channel();
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Slow(Some(started).into()));
    let shutdown = async { has_started.await.expect("a handler starts") };
    let report = consumer.run_until(shutdown).await.expect("no error");
    assert_eq!(report.handled, 1, "one event runs, the others have the same key");
    let lag: u64 =
        client.lag(GROUP, TOPIC).await.expect("lag").iter().map(|partition| partition.records).sum();
    assert_eq!(lag, 4);
}

#[tokio::test]
async fn errors_that_the_consumer_rejects_are_not_retried() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let handler = Scripted::new(|event, _| match event.order_id.as_str() {
        "order-000001" => Err("many".parse::<u32>().unwrap_err().into()),
        "order-000002" => Err(HandlerError::retry("not yet")),
        _ => Ok(()),
    });
    let shutdown = async {
        let lag = eventgen_testkit::caught_up(&client, GROUP, TOPIC, crate::support::PATIENCE).await;
        assert_eq!(lag.expect("the cluster answers"), 0);
    };
    let report = OrdersEventsV1::consumer(&client, GROUP, handler)
        .reject_errors(|error| error.cause::<std::num::ParseIntError>().is_some())
        .run_until(shutdown)
        .await
        .expect("no error");
    assert_eq!((report.handled, report.rejected, report.exhausted, report.retried), (1, 1, 1, 3));
}

//! Confluent's Java client at the embedded registry, and through it to our events, both ways.

use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use eventgen_testkit::{TestCluster, caught_up, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;

use crate::oracles::{oracle, text};
use crate::python_client::{ORDERS, Orders, PATIENCE, order};
use crate::variable;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Confluent's Java client: cargo xtask test"]
async fn events_go_to_the_java_client_and_back() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("a topic and a schema");
    let client = cluster.client().expect("a client");
    let order = order();
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    let value = producer.encode(&order).expect("encoded").value.expect("a value");

    let mut java = Command::new("java");
    java.args(["-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp", &variable("EVENTGEN_REGISTRY_CLASS_PATH")]);
    java.arg(oracle("RegistryClient.java"));
    java.args([&cluster.schema_registry().url(), ORDERS, &BASE64_STANDARD.encode(value)]);
    let output = text(&java.output().expect("java"));
    let mut lines = output.lines();
    let read = lines.next().expect("the value that Java reads");
    assert!(read.contains(&format!("\"{}\"", order.order_id)), "{read}");
    let written = BASE64_STANDARD.decode(lines.next().expect("the value that Java writes")).expect("base64");
    let said: Vec<&str> = lines.collect();
    let subject = format!("{ORDERS}-value");
    assert_eq!(
        said,
        [
            "same id true",
            "version 1 of [1]",
            &format!("subjects [{subject}]"),
            "level FULL_TRANSITIVE",
            "compatible true false",
            "reasons true",
            "refused 409",
            "reference shop.Part",
            "mode READWRITE",
            "deleted [1] [1]",
        ]
    );

    send_bytes(&client, ORDERS, b"ada", &written).await.expect("sent");
    let (handler, group) = (Orders::default(), "java");
    let read = async { assert_eq!(caught_up(&client, group, ORDERS, PATIENCE).await.expect("lag"), 0) };
    let consumer = OrdersEventsV1::consumer(&client, group, handler.clone());
    let report = consumer.run_until(read).await.expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (1, 0));
    assert_eq!(handler.events(), [order]);
}

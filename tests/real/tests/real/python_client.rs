//! Confluent's Python client at the embedded registry, and through it to our events, both ways: what we write is read by
//! its deserialisers, and what its serialisers write is read by our consumers, with the schema in a frame or in a header.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::SubsecRound as _;
use eventgen::{Client, Delivery, EncodedRecord, HandlerError, Headers};
use eventgen_testkit::{TestCluster, caught_up, send_with_headers};
use orders::events::com::example::orders::{
    OrderEvent, OrdersEventsV1, OrdersEventsV1Handler, orders_events_v1,
};
use orders::sample;
use payments::events::com::example::payments::{PaymentsEventsV1, payments_events_v1};
use payments::ledger::Ledger;
use payments::sample::authorized;
use serde_json::{Value, json};

use crate::oracles::python;

pub(crate) const ORDERS: &str = orders_events_v1::TOPIC.name;
const PAYMENTS: &str = payments_events_v1::TOPIC.name;
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

fn given(record: &EncodedRecord) -> Value {
    let headers: Vec<Value> = record
        .headers
        .iter()
        .map(|(name, value)| {
            json!([String::from_utf8_lossy(name), BASE64_STANDARD.encode(value.unwrap_or_default())])
        })
        .collect();
    json!({
        "topic": record.topic,
        "value": BASE64_STANDARD.encode(record.value.as_deref().unwrap_or_default()),
        "headers": headers,
    })
}

/// Writes the values that Python has written.
async fn send(client: &Client, topic: &str, written: &Value) -> usize {
    let decoded = |text: &Value| BASE64_STANDARD.decode(text.as_str().expect("a text")).expect("base64");
    let written = written.as_array().expect("values");
    for one in written {
        let mut headers = Headers::new();
        for header in one["headers"].as_array().expect("headers") {
            headers.append(header[0].as_str().expect("a name"), Some(decoded(&header[1])));
        }
        send_with_headers(client, topic, b"ada", &decoded(&one["value"]), &headers).await.expect("sent");
    }
    written.len()
}

/// An order as it is read again: its schema keeps milliseconds.
pub(crate) fn order() -> OrderEvent {
    let mut order = sample::order(1, "ada");
    order.timestamp = order.timestamp.trunc_subsecs(3);
    order
}

/// Keeps the orders that it handles.
#[derive(Clone, Default)]
pub(crate) struct Orders(Arc<Mutex<Vec<OrderEvent>>>);

impl Orders {
    pub(crate) fn events(&self) -> Vec<OrderEvent> {
        self.0.lock().expect("no panic").clone()
    }
}

impl OrdersEventsV1Handler for Orders {
    async fn order_event(&self, event: OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
        self.0.lock().expect("no panic").push(event);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Confluent's Python client: cargo xtask test"]
async fn events_go_to_the_python_client_and_back() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("a topic and a schema");
    cluster.prepare::<PaymentsEventsV1>().await.expect("a topic and a schema");
    let client = cluster.client().expect("a client");
    let in_header = cluster.client_builder().schema_id_in_header(true).build().expect("a client");
    let (order, payment) = (order(), authorized("1", "ada"));
    let (mut orders, mut payments) = (Vec::new(), Vec::new());
    for client in [&client, &in_header] {
        let producer = OrdersEventsV1::producer(client).await.expect("a producer");
        orders.push(given(&producer.encode(&order).expect("encoded")));
        let producer = PaymentsEventsV1::producer(client).await.expect("a producer");
        payments.push(given(&producer.encode(&payment).expect("encoded")));
    }
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/payments");
    let loaded = eventgen_schema::Loader::new().path(schemas).load().expect("valid schemas");
    let input = json!({
        "registry": cluster.schema_registry().url(),
        "descriptors": BASE64_STANDARD.encode(loaded.contract.protobuf().descriptor_set),
        "avro": { "topic": ORDERS, "values": orders },
        "protobuf": { "topic": PAYMENTS, "values": payments, "name": "com.example.payments.PaymentAuthorized" },
    });
    let answer: Value =
        serde_json::from_str(&python("registry_client.py", &[], input.to_string().as_bytes())).expect("JSON");

    for read in answer["avro"]["read"].as_array().expect("values") {
        assert_eq!(read["orderId"], order.order_id.as_str());
    }
    for read in answer["protobuf"]["read"].as_array().expect("values") {
        assert_eq!(read["payment"]["account_id"], "ada");
    }
    assert_eq!(
        answer["compatibility"],
        json!({
            "latest": true,
            "first, verbose": false,
            "second, normalized": true,
            "all": true,
            "invalid, verbose": false,
            "unknown subject": true,
            "level": "BACKWARD",
            "versions": [1, 2],
            "looked up": 1,
            "found by id": ["python.compatibility-value"],
            "left": [2],
            "deleted": [2],
        })
    );

    let sent = send(&client, ORDERS, &answer["avro"]["written"]).await;
    let handler = Orders::default();
    let group = "python";
    let read = async { assert_eq!(caught_up(&client, group, ORDERS, PATIENCE).await.expect("lag"), 0) };
    let report =
        OrdersEventsV1::consumer(&client, group, handler.clone()).run_until(read).await.expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (4, 0));
    assert_eq!(handler.events(), vec![order; sent]);

    let sent = send(&client, PAYMENTS, &answer["protobuf"]["written"]).await;
    let ledger = Ledger::default();
    let read = async { assert_eq!(caught_up(&client, group, PAYMENTS, PATIENCE).await.expect("lag"), 0) };
    let report =
        PaymentsEventsV1::consumer(&client, group, ledger.clone()).run_until(read).await.expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (2, 0));
    assert_eq!(ledger.accounts().payments["ada"], vec!["1"; sent]);
}

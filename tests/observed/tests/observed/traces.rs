//! Traces from producer to consumer to producer.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use eventgen::observe::names;
use eventgen::{Batch, BatchError, BatchHandler, BatchOptions, Consumer, Delivery, HandlerError, Producer};
use eventgen_testkit::{caught_up, records};
use opentelemetry::trace::{Link, SpanContext, SpanId, TraceContextExt as _, TraceId, Tracer as _};
use opentelemetry::{Context, Value, global};
use opentelemetry_sdk::trace::SpanData;
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, OrdersEventsV1Handler};
use orders::sample::order;

use crate::exporters::exporters;
use crate::support::{PATIENCE, TOPIC, cluster, noted, until};

/// Answers an order that has a note with one that has none, by the same customer.
#[derive(Clone)]
struct Answers(Producer<OrdersEventsV1>);

impl OrdersEventsV1Handler for Answers {
    async fn order_event(&self, event: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        match event.payload.note.as_deref() {
            Some("retry") if delivery.attempt == 1 => Err(HandlerError::retry("not yet")),
            Some(_) => {
                self.0.send(&order(2, &event.customer_id)).await.map(|_| ()).map_err(HandlerError::from)
            }
            None => Ok(()),
        }
    }
}

/// Runs a future within a span of the application. Returns its trace.
async fn traced<T>(name: &'static str, future: impl Future<Output = T>) -> (TraceId, T) {
    use opentelemetry::trace::FutureExt as _;
    let context = Context::new().with_span(global::tracer("application").start(name));
    let output = future.with_context(context.clone()).await;
    context.span().end();
    (context.span().span_context().trace_id(), output)
}

fn spans(wanted: impl Fn(&SpanData) -> bool) -> Vec<SpanData> {
    let mut spans = exporters().spans.get_finished_spans().expect("no panic");
    spans.retain(wanted);
    spans
}

fn attribute(span: &SpanData, name: &str) -> Option<Value> {
    span.attributes.iter().find(|attribute| attribute.key.as_str() == name).map(|of| of.value.clone())
}

fn linked_span(link: &Link) -> SpanId {
    link.span_context.span_id()
}

/// Spans in the order of their beginnings, with the names of their parents and links instead of ids.
fn written(spans: &mut [SpanData]) -> String {
    spans.sort_by_key(|span| span.start_time);
    let name = |id: SpanId| {
        let index = spans.iter().position(|span| span.span_context.span_id() == id);
        index.map_or("none".to_owned(), |index| (index + 1).to_string())
    };
    let mut text = String::new();
    for (index, span) in spans.iter().enumerate() {
        let links: Vec<String> = span.links.iter().map(|link| name(link.span_context.span_id())).collect();
        let mut attributes: Vec<String> =
            span.attributes.iter().map(|of| format!("    {}={}", of.key, of.value)).collect();
        attributes.sort();
        writeln!(
            text,
            "{}: {} ({:?}, {:?}), parent {}, links {links:?}\n{}",
            index + 1,
            span.name,
            span.span_kind,
            span.status,
            name(span.parent_span_id),
            attributes.join("\n")
        )
        .expect("a line");
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_of_producers_and_consumers_is_one_trace() {
    exporters();
    let group = "traced";
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    let (trace, ()) = traced("place order", async {
        producer.send(&noted(1, "retry")).await.expect("acknowledged");
    })
    .await;
    let consumer = OrdersEventsV1::consumer(&client, group, Answers(producer.clone()));
    let of_trace = || spans(|span| span.span_context.trace_id() == trace);
    let both = async {
        until("both are handled", || {
            of_trace().iter().filter(|of| of.name.starts_with("process")).count() == 3
        })
        .await;
        caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag");
    };
    consumer.run_until(both).await.expect("no error");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens/trace.txt");
    expectorate::assert_contents(golden, &written(&mut of_trace()));

    let received = spans(|span| attribute(span, names::GROUP).is_some_and(|of| of.as_str() == group));
    let received: Vec<_> = received.iter().filter(|span| span.name == format!("receive {TOPIC}")).collect();
    assert_eq!(received.len(), 2, "{received:?}");
    assert!(received.iter().all(|span| format!("{:?}", span.span_kind) == "Client"));
    assert_eq!(attribute(received[0], "messaging.batch.message_count"), Some(Value::I64(1)));
    let linked: Vec<SpanId> = received.iter().flat_map(|span| span.links.iter()).map(linked_span).collect();
    let sent: Vec<SpanId> = of_trace()
        .iter()
        .filter(|span| span.name.starts_with("send"))
        .map(|span| span.span_context.span_id())
        .collect();
    assert_eq!(linked, sent, "each is linked to the record that it received");
}

/// Takes batches, and tells their sizes.
struct Batches(Arc<std::sync::Mutex<Vec<usize>>>);

impl BatchHandler for Batches {
    type Events = OrdersEventsV1;

    async fn handle(&self, batch: Batch<'_, OrdersEventsV1>) -> Result<(), BatchError> {
        self.0.lock().expect("no panic").push(batch.len());
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_linked_to_all_of_its_records() {
    exporters();
    let group = "traced-batches";
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    let (trace, ()) = traced("place orders", async {
        for number in 1..=3 {
            producer.enqueue(&order(number, "ada")).await.expect("enqueued");
        }
    })
    .await;
    producer.flush().await.expect("acknowledged");
    let sizes = Arc::default();
    let consumer =
        Consumer::new(&client, group).subscribe_batches(Batches(Arc::clone(&sizes)), BatchOptions::new());
    let caught_up = async { caught_up(&client, group, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    consumer.run_until(caught_up).await.expect("no error");
    let sent = spans(|span| span.span_context.trace_id() == trace && span.name == format!("send {TOPIC}"));
    let process = spans(|span| {
        span.name == format!("process {TOPIC}")
            && attribute(span, names::GROUP).is_some_and(|of| of.as_str() == group)
    });
    let linked: Vec<SpanContext> =
        process.iter().flat_map(|span| span.links.iter().map(|link| link.span_context.clone())).collect();
    assert_eq!((sent.len(), linked.len()), (3, 3));
    let received = spans(|span| {
        span.name == format!("receive {TOPIC}")
            && attribute(span, names::GROUP).is_some_and(|of| of.as_str() == group)
    });
    let also_linked: Vec<SpanId> =
        received.iter().flat_map(|span| span.links.iter()).map(linked_span).collect();
    for span in &sent {
        let id = span.span_context.span_id();
        let of_sent = |link: &SpanContext| link.span_id() == id && link.trace_id() == trace;
        assert!(linked.iter().any(of_sent), "{linked:?}");
        assert!(also_linked.contains(&id), "{also_linked:?}");
    }
    assert_eq!(also_linked.len(), 3);
    assert!(process.iter().all(|span| span.span_context.trace_id() != trace));
    assert_eq!(sizes.lock().expect("no panic").iter().sum::<usize>(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_of_an_outbox_has_the_context_in_which_it_was_made() {
    exporters();
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    let (made, record) = traced("store", async { producer.encode(&order(1, "ada")).expect("encoded") }).await;
    let (relayed, _) = traced("relay", async { producer.send_encoded(&record).await.expect("sent") }).await;
    let written = records(&client, TOPIC).await.expect("records");
    let parent = written[0].headers.text("traceparent").expect("a context");
    assert!(parent.contains(&made.to_string()), "{parent}");
    let sent = spans(|span| span.span_context.trace_id() == relayed && span.name.starts_with("send"));
    assert_eq!(sent[0].links[0].span_context.trace_id(), made);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_that_is_not_sampled_is_carried_to_the_end_and_not_exported() {
    use opentelemetry::trace::{FutureExt as _, TraceFlags, TraceState};
    exporters();
    let group = "not-sampled";
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    let (trace, span) = (TraceId::from(0xfeed_u128), SpanId::from(0xbead_u64));
    let parent = SpanContext::new(trace, span, TraceFlags::default(), true, TraceState::default());
    let parent = Context::new().with_remote_span_context(parent);
    producer.send(&noted(1, "answer")).with_context(parent).await.expect("acknowledged");
    let consumer = OrdersEventsV1::consumer(&client, group, Answers(producer.clone()));
    let handle = consumer.handle();
    let both = async { until("both are handled", || handle.report().handled == 2).await };
    consumer.run_until(both).await.expect("no error");

    let written = records(&client, TOPIC).await.expect("records");
    let carried: Vec<&str> = written.iter().filter_map(|of| of.headers.text("traceparent")).collect();
    assert_eq!(carried.len(), 2);
    let is_of_trace = |parent: &&str| parent.starts_with(&format!("00-{trace}-")) && parent.ends_with("-00");
    assert!(carried.iter().all(is_of_trace), "{carried:?}");
    assert_ne!(carried[0], carried[1], "each has a span of its own");
    assert_eq!(spans(|span| span.span_context.trace_id() == trace), []);
}

#[tokio::test]
async fn a_record_that_nobody_traces_has_a_context_of_its_own() {
    exporters();
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    producer.send(&order(1, "ada")).await.expect("acknowledged");
    let written = records(&client, TOPIC).await.expect("records");
    assert!(written[0].headers.text("traceparent").is_some_and(|parent| parent.ends_with("-01")));
}

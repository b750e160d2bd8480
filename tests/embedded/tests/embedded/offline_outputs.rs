//! What handlers send, as the test kit returns it without a cluster.

use eventgen::types::rust_decimal::Decimal;
use eventgen::{Delivery, Disposition, Handler, HandlerError, TransactionOptions};
use eventgen_testkit::{Outcome, deliver, deliver_transactional};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1};
use orders::sample::order;
use payments::events::com::example::payments::{PaymentAuthorized, PaymentRefused, PaymentsEventsV1};
use payments::sample::{authorized, refused};

use crate::deletions::{AddressChanged, CustomersV1, key};
use crate::support::{Script, Scripted, TOPIC};

/// Sends events of Avro and of Protobuf, and a deletion.
struct Mixed;

impl Handler for Mixed {
    type Events = OrdersEventsV1;

    async fn handle(&self, event: OrdersEventsV1, delivery: &Delivery) -> Result<(), HandlerError> {
        let OrdersEventsV1::OrderEvent(order) = event;
        delivery.send(&authorized("payment-1", "ada"))?;
        delivery.send(&order)?;
        delivery.delete::<CustomersV1>(&key(7))?;
        delivery.send(&refused("payment-2", "bob"))?;
        Ok(())
    }
}

#[tokio::test]
async fn what_is_sent_has_the_types_of_its_topics() {
    let options = TransactionOptions::new("mixed-0")
        .writes::<OrdersEventsV1>()
        .writes::<PaymentsEventsV1>()
        .writes::<CustomersV1>();
    let outcome = deliver_transactional(Mixed, &options, [order(1, "ada"), order(2, "bob")]).await;
    assert_eq!((outcome.handled, &outcome.stopped), (2, &None));
    let orders = outcome.sent_events::<OrderEvent>();
    let ids: Vec<_> = orders.into_iter().map(|order| order.order_id).collect();
    assert_eq!(ids, ["order-000001", "order-000002"]);
    let authorizations = outcome.sent_events::<PaymentAuthorized>();
    let ids: Vec<_> = authorizations.into_iter().filter_map(|event| Some(event.payment?.id)).collect();
    assert_eq!(ids, ["payment-1"; 2]);
    let refusals = outcome.sent_events::<PaymentRefused>();
    let ids: Vec<_> = refusals.into_iter().filter_map(|event| Some(event.payment?.id)).collect();
    assert_eq!(ids, ["payment-2"; 2]);
    let indexes: Vec<usize> = outcome.sent.iter().map(|record| record.index).collect();
    assert_eq!(indexes, [0, 0, 0, 0, 1, 1, 1, 1]);
    let [authorized, order, deletion, _] = &outcome.sent[..4] else { unreachable!("four for each event") };
    assert!(deletion.is_deletion() && !order.is_deletion());
    assert_eq!((deletion.topic.as_str(), deletion.key.as_deref()), ("customers.v1", key(7).as_bytes()));
    assert_eq!(deletion.event::<AddressChanged>(), None);
    assert_eq!((order.topic.as_str(), order.key.as_deref()), (TOPIC, Some(b"ada".as_slice())));
    assert_eq!(authorized.event::<OrderEvent>(), None, "it is of another topic");
    assert_eq!(authorized.event::<PaymentRefused>(), None, "it is of another type");
}

async fn scripted(script: Script, options: Option<TransactionOptions>) -> Outcome {
    let (handler, events) = (OrdersEventsV1::handler(Scripted::new(script)), [order(1, "ada")]);
    match options {
        Some(options) => deliver_transactional(handler, &options, events).await,
        None => deliver(handler, events).await,
    }
}

#[tokio::test]
async fn what_cannot_be_sent_has_the_outcome_that_it_has_in_production() {
    // The handler passes over the error.
    let script: Script = |event, delivery| delivery.send(event).or(Ok(()));
    let undeclared = TransactionOptions::new("echo-0").writes::<PaymentsEventsV1>();
    for (options, advice) in
        [(None, "call `Consumer::transactional`"), (Some(undeclared), "call `TransactionOptions::writes`")]
    {
        let outcome = scripted(script, options).await;
        let reason = outcome.stopped.expect("stopped");
        assert!(reason.contains(TOPIC) && reason.contains(advice), "{reason}");
        assert!(outcome.sent.is_empty());
    }
    // The same for what fails because of its value.
    let scripts: [(Script, &str); 3] = [
        (
            |event, delivery| {
                let mut large = event.clone();
                large.payload.note = Some("x".repeat(2_000_000));
                delivery.send(event)?;
                delivery.send(&large).or_else(|_| delivery.send(event)).map_err(HandlerError::from)
            },
            "takes 2000",
        ),
        (
            |event, delivery| {
                let mut fine = event.clone();
                fine.payload.amount = Decimal::new(1_234_567, 5);
                let _ = delivery.send(&fine);
                Ok(delivery.send(event)?)
            },
            "round it to the schema's scale",
        ),
        (|_, delivery| delivery.delete::<OrdersEventsV1>(&key(7)).or(Ok(())), "the topic is not compacted"),
    ];
    for (script, part) in scripts {
        let options = TransactionOptions::new("echo-0").writes::<OrdersEventsV1>();
        let outcome = scripted(script, Some(options)).await;
        assert_eq!((outcome.handled, outcome.retried), (0, 0));
        let [letter] = &outcome.dead_letters[..] else { panic!("{outcome:?}") };
        assert_eq!(letter.disposition, Disposition::Rejected);
        assert!(letter.error.contains(part) && letter.error.contains("passed over"), "{letter:?}");
        assert!(outcome.sent.is_empty(), "nothing is written of an attempt with a failed output");
    }
    let script: Script = |event, delivery| {
        delivery.send(event)?;
        let mut large = event.clone();
        large.payload.note = Some("x".repeat(2_000_000));
        Ok(delivery.send(&large)?)
    };
    let options = TransactionOptions::new("echo-0").writes::<OrdersEventsV1>();
    let outcome = scripted(script, Some(options)).await;
    assert_eq!((outcome.handled, outcome.retried), (0, 0));
    assert_eq!(outcome.dead_letters[0].disposition, Disposition::Rejected);
    assert!(outcome.sent.is_empty(), "nothing is written of an attempt that has failed");
}

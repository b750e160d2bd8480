//! Letters that are larger than their topic accepts by default: the topic decides, not the contract that is silent about it.

use eventgen::{Delivery, Disposition, Handler, HandlerError, TransactionOptions, dead_letter};
use eventgen_testkit::{records, send_bytes};
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};

use super::consumers::{Member, until};
use super::support::Stage;

/// The default of `max.message.bytes`, less what a batch and a record take besides the value.
const LARGEST: usize = 1_048_588 - 200;

struct Unreached;

impl Handler for Unreached {
    type Events = OrdersEventsV1;

    async fn handle(&self, _: OrdersEventsV1, _: &Delivery) -> Result<(), HandlerError> {
        unreachable!("no record decodes")
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn the_largest_record_of_a_topic_becomes_a_letter_with_its_value() {
    let stage = Stage::prepared("large-letter").await;
    let (topic, letters) = (orders_events_v1::TOPIC.name, "orders.events.v1.dlq");
    send_bytes(&stage.client, topic, b"customer-1", &vec![b'x'; LARGEST]).await.expect("written");
    let member = Member::start(&stage, Unreached, TransactionOptions::new("billing-0"));
    until("the letter", async || !records(&stage.client, letters).await.expect("letters").is_empty()).await;
    assert_eq!(member.stop().await.dead_lettered(), 1);
    let letter = &records(&stage.client, letters).await.expect("letters")[0];
    assert_eq!(letter.headers.text(dead_letter::DISPOSITION), Some(Disposition::Poison.as_str()));
    assert_eq!(letter.headers.text(dead_letter::OMITTED), None);
    assert_eq!(letter.value.as_ref().map(Vec::len), Some(LARGEST));
}

//! Transactions need the rights on their topics and groups, and one on the transactional id. None of them can be missing.

use std::sync::Arc;
use std::time::Duration;

use eventgen::{Consumer, Delivery, HandlerError, TransactionOptions, TransactionalProducer};
use eventgen_testkit::{EmbeddedRegistry, records};
use futures_util::future::join_all;
use secured_tests::events::secured::{
    Invoice, InvoicesV1, Parcel, ParcelsV1, ParcelsV1Handler, invoices_v1, parcels_v1,
};

use crate::rights::{PATIENCE, Right, Said, Service, check, generated, grant};

/// The transactional id, which a topic prefix is put before.
const ID: &str = "billing-0";

fn right(kind: &str, resource: &str, operation: &str) -> Right {
    let [kind, resource, operation] = [kind, resource, operation].map(str::to_owned);
    Right { kind, resource, operation }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a secured Kafka: cargo xtask test"]
async fn a_transactional_producer_needs_write_on_its_topics_and_its_id() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let rights = [right("topic", invoices_v1::TOPIC.name, "Write"), right("transactional_id", ID, "Write")];
    let services = Service::all("importer", &rights);
    grant(&services);
    let url = registry.url();
    let said = join_all(services.iter().map(|service| produce(service, &url))).await;
    check(&services, &said);
}

/// Commits a transaction. Returns what went wrong.
async fn produce(service: &Service, registry: &str) -> String {
    let (client, administrator) = service.clients(registry).await;
    administrator.register::<InvoicesV1>().await.expect("schemas");
    let work = async {
        let producer = TransactionalProducer::builder(&client, ID).topic::<InvoicesV1>().connect().await;
        let producer = producer.map_err(|error| error.to_string())?;
        let invoice = Invoice { parcel: "good".to_owned() };
        let sent = producer.transaction(async |transaction| transaction.send(&invoice).await).await;
        sent.map_err(|error| error.to_string())
    };
    match work.await {
        Ok(()) => String::new(),
        Err(error) => error,
    }
}

/// Sends an invoice for each parcel in the transaction that commits it. One parcel waits for a second attempt, one becomes a
/// dead letter.
struct Billing;

impl ParcelsV1Handler for Billing {
    async fn parcel(&self, parcel: Parcel, delivery: &Delivery) -> Result<(), HandlerError> {
        match (parcel.id.as_str(), delivery.attempt) {
            ("bad", _) => Err(HandlerError::reject("no such address")),
            ("late", 1) => Err(HandlerError::retry("nobody is in the office")),
            _ => Ok(delivery.send(&Invoice { parcel: parcel.id })?),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a secured Kafka: cargo xtask test"]
async fn a_transactional_consumer_needs_what_is_generated_and_write_on_its_id() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let is_of_consumer = |right: &Right| {
        (right.resource.as_str(), right.operation.as_str()) != (parcels_v1::TOPIC.name, "Write")
    };
    let mut rights: Vec<Right> = generated().into_iter().filter(is_of_consumer).collect();
    rights.push(right("transactional_id", ID, "Write"));
    let services = Service::all("transactional", &rights);
    grant(&services);
    let url = registry.url();
    let said = join_all(services.iter().map(|service| consume(service, &url))).await;
    check(&services, &said);
}

/// Handles parcels in transactions. Returns what went wrong.
async fn consume(service: &Service, registry: &str) -> String {
    let (client, administrator) = service.clients(registry).await;
    administrator.register::<ParcelsV1>().await.expect("schemas");
    administrator.register::<InvoicesV1>().await.expect("schemas");
    let producer = ParcelsV1::producer(&administrator).await.expect("a producer");
    for id in ["good", "late", "late", "bad"] {
        producer.send(&Parcel { id: id.to_owned() }).await.expect("sent");
    }
    let said = Arc::new(Said::default());
    let consumer = Consumer::new(&client, service.group())
        .subscribe(ParcelsV1::handler(Billing))
        .transactional(TransactionOptions::new(ID).writes::<InvoicesV1>())
        .observe(Arc::<Said>::clone(&said));
    let done = async {
        let count =
            async |topic: &str| records(&administrator, topic).await.map_or(0, |records| records.len());
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < PATIENCE
            && !service.is_named(&said.text())
            && (count(invoices_v1::TOPIC.name).await < 3 || count("parcels.v1.dlq").await < 1)
        {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    match consumer.run_until(done).await {
        Ok(_) => said.text(),
        Err(stopped) => stopped.error.to_string(),
    }
}

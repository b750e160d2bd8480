//! Schemas that are registered with their annotations (`annotations = "keep"`), and with the tags and rules of Confluent's
//! clients. The subjects of imports are qualified (`references = "qualified"`).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use conformance_tests::settings::kept::kept::{
    Depot, KeptParcelsV1, KeptParcelsV1Handler, KeptRefundsV1, KeptRefundsV1Handler, ParcelScanned, Refund,
    kept_parcels_v1, kept_refunds_v1,
};
use eventgen::registry::VersionNumber;
use eventgen::{Delivery, HandlerError, KafkaEvent};
use eventgen_testkit::{TestCluster, caught_up};

/// The timeout of a test that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn the_annotation_is_in_the_registered_schema() {
    let refund = Refund::schema();
    assert!(
        refund
            .text()
            .contains(r#""kafka":{"topic":"kept.refunds.v1","key":"id","consumers":[{"group":"books"}]}"#),
        "{}",
        refund.text()
    );
    let parcel = ParcelScanned::schema();
    assert!(parcel.text().contains("option (eventgen.kafka) = {"), "{}", parcel.text());
    assert!(parcel.text().contains("import \"eventgen/kafka.proto\";"), "{}", parcel.text());
    // What the text imports is registered with it; Confluent's registries have their own file built in.
    let subjects = parcel.subjects(ParcelScanned::SUBJECT);
    let names: Vec<&str> = subjects.iter().map(|subject| subject.name.as_str()).collect();
    assert_eq!(names, ["eventgen.kafka", "parcels"]);
    let [reference] = &subjects[1].references[..] else { panic!("one reference") };
    assert_eq!((&*reference.name, &*reference.subject), ("eventgen/kafka.proto", "eventgen.kafka"));
    assert_eq!(parcel.message_indexes(), Some(&[1][..]));
    assert_eq!((Refund::SUBJECT, ParcelScanned::SUBJECT), ("kept.refunds.v1-value", "parcels"));
}

#[test]
fn tags_and_rules_stay_in_the_registered_schema() {
    assert!(Refund::schema().text().contains(r#""confluent:tags":["PII"]"#));
    assert!(Refund::schema().text().contains(r#""confluent:rules":[{"name":"positive","expr":"this > 0"}]"#));
    assert!(ParcelScanned::schema().text().contains("expr: \"size(this) > 0\""));
}

/// Counts the events of both topics.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn add(&self, what: String) {
        self.0.lock().expect("no panic while it is held").push(what);
    }
}

impl KeptRefundsV1Handler for Seen {
    async fn refund(&self, event: Refund, _: &Delivery) -> Result<(), HandlerError> {
        self.add(format!("{} of {}", event.id, event.cents));
        Ok(())
    }
}

impl KeptParcelsV1Handler for Seen {
    async fn parcel_scanned(&self, event: ParcelScanned, _: &Delivery) -> Result<(), HandlerError> {
        self.add(format!("{} to {}", event.depot.unwrap_or_default().id, event.recipient));
        Ok(())
    }
}

#[tokio::test]
async fn events_are_written_with_the_schema_that_keeps_its_annotation_and_read() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<KeptRefundsV1>().await.expect("topic and schema");
    cluster.prepare::<KeptParcelsV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    let registered =
        client.registry().version(Refund::SUBJECT, VersionNumber::Latest).await.expect("an answer");
    assert!(registered.expect("it is registered").text.contains(r#""kafka":{"topic":"kept.refunds.v1""#));

    let refund = Refund { id: "r-1".to_owned(), cents: 250 };
    KeptRefundsV1::producer(&client).await.expect("a producer").send(&refund).await.expect("sent");
    let depot = Some(Depot { id: "d-1".to_owned() });
    let parcel = ParcelScanned { depot, recipient: "ada".to_owned() };
    KeptParcelsV1::producer(&client).await.expect("a producer").send(&parcel).await.expect("sent");

    let seen = Seen::default();
    let done = |group, topic| {
        let client = &client;
        async move { assert_eq!(caught_up(client, group, topic, PATIENCE).await.expect("an answer"), 0) }
    };
    let (group, topic) = (kept_refunds_v1::groups::BOOKS, kept_refunds_v1::TOPIC.name);
    let consumer = KeptRefundsV1::consumer(&client, group, seen.clone());
    let report = consumer.run_until(done(group, topic)).await.expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (1, 0));
    let (group, topic) = (kept_parcels_v1::groups::TRACKING, kept_parcels_v1::TOPIC.name);
    let consumer = KeptParcelsV1::consumer(&client, group, seen.clone());
    let report = consumer.run_until(done(group, topic)).await.expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (1, 0));
    assert_eq!(*seen.0.lock().expect("no panic while it is held"), ["r-1 of 250", "d-1 to ada"]);
}

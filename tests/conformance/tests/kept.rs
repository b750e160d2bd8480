//! Schemas that are registered with their annotations (`annotations = "keep"`), and with the tags and rules of Confluent's
//! clients. The subjects of imports are qualified (`references = "qualified"`).

use conformance_tests::settings::kept::kept::{ParcelScanned, Refund};
use eventgen::KafkaEvent;

#[test]
fn the_annotation_is_in_the_registered_schema() {
    let refund = Refund::schema();
    assert!(refund.text().contains(r#""kafka":{"topic":"kept.refunds.v1","key":"id"}"#), "{}", refund.text());
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

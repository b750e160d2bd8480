//! The embedded schemas are what apache-avro takes them for.

use apache_avro::rabin::Rabin;
use conformance_tests::conformance::NoNamespaceEvents;
use conformance_tests::conformance::conformance::shared::first::ConformanceSharedV1;
use conformance_tests::conformance::conformance::r#type::self_::crate_::_2ConformanceAwkwardV1;
use conformance_tests::conformance::conformance::types::ConformanceEverythingV1;
use conformance_tests::orders::com::example::orders::OrdersEventsV1;
use eventgen::TopicEvents;

#[test]
fn fingerprints_are_those_of_apache_avro() {
    let events = [
        OrdersEventsV1::EVENTS,
        ConformanceEverythingV1::EVENTS,
        _2ConformanceAwkwardV1::EVENTS,
        ConformanceSharedV1::EVENTS,
        NoNamespaceEvents::EVENTS,
    ]
    .concat();
    assert_eq!(events.len(), 7);
    for event in events {
        let schema = apache_avro::Schema::parse_str(event.schema.text).expect("apache-avro takes the schema");
        let theirs = schema.fingerprint::<Rabin>();
        assert_eq!(event.schema.fingerprint.to_le_bytes().to_vec(), theirs.bytes, "{}", event.name);
        assert!(!event.schema.text.contains("\"kafka\""), "the annotation is no part of the schema");
    }
}
#[test]
fn zz_probe() { for e in OrdersEventsV1::EVENTS { println!("{}", apache_avro::Schema::parse_str(e.schema.text).unwrap().canonical_form()); } }

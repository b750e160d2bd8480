//! apache-avro computes the same fingerprints of the embedded schemas.

use apache_avro::rabin::Rabin;
use conformance_tests::conformance::NoNamespaceEvents;
use conformance_tests::conformance::conformance::shared::first::ConformanceSharedV1;
use conformance_tests::conformance::conformance::r#type::self_::crate_::_2ConformanceAwkwardV1;
use conformance_tests::conformance::conformance::types::ConformanceEverythingV1;
use conformance_tests::features;
use conformance_tests::orders::com::example::orders::OrdersEventsV1;
use eventgen::TopicEvents;
use serde_json::Value;

/// The canonical form has no logical types (specification 1.12, "Transforming into Parsing Canonical Form"); apache-avro
/// 0.22 leaves parts of them in it.
fn without_logical_types(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for word in ["logicalType", "precision", "scale"] {
                members.remove(word);
            }
            members.values_mut().for_each(without_logical_types);
        }
        Value::Array(items) => items.iter_mut().for_each(without_logical_types),
        _ => {}
    }
}

#[test]
fn fingerprints_equal_those_of_apache_avro() {
    let events = [
        OrdersEventsV1::EVENTS,
        ConformanceEverythingV1::EVENTS,
        _2ConformanceAwkwardV1::EVENTS,
        ConformanceSharedV1::EVENTS,
        NoNamespaceEvents::EVENTS,
        features::defaults::feature::defaults::FeatureDefaultsV1::EVENTS,
        features::hostile_text::feature::hostile::FeatureHostileV1::EVENTS,
        features::ignored_logical_types::feature::ignored::FeatureIgnoredV1::EVENTS,
        features::logical_types::feature::logical::FeatureLogicalV1::EVENTS,
        features::names::feature::names::HEvents::EVENTS,
        features::namespaces::feature::namespaces::FeatureNamespacesV1::EVENTS,
        features::nulls::feature::nulls::FeatureNullsV1::EVENTS,
        features::recursion::feature::recursion::FeatureRecursionV1::EVENTS,
        features::several_events::feature::several::FeatureSeveralV1::EVENTS,
        features::shapes::feature::shapes::FeatureShapesV1::EVENTS,
        features::unions::feature::unions::FeatureUnionsV1::EVENTS,
    ]
    .concat();
    assert_eq!(events.len(), 21);
    for event in events {
        let (text, fingerprint) = (event.schema().text(), event.schema().fingerprint().expect(event.name));
        let mut schema: Value = serde_json::from_str(text).expect("JSON");
        without_logical_types(&mut schema);
        let schema = apache_avro::Schema::parse(&schema).expect("apache-avro takes the schema");
        let theirs = schema.fingerprint::<Rabin>();
        assert_eq!(fingerprint.to_le_bytes().to_vec(), theirs.bytes, "{}", event.name);
        assert!(!text.contains("\"kafka\""), "the annotation is no part of the schema");
    }
}

//! Retry topics have the same names in the contract and at run time.

use std::path::Path;
use std::time::Duration;

use conformance_tests::features::retry_topics::feature::retries::feature_returns_v1::{TOPIC, groups};
use eventgen_schema::Loader;

#[test]
fn generated_code_and_the_contract_name_the_same_topics() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("features/retry_topics.avsc");
    let contract = Loader::new().path(path).load().expect("valid schemas").contract;
    let ordered = contract.topics[TOPIC.name].clone();
    let mut unordered = ordered.clone();
    unordered.ordering = eventgen_schema::contract::Ordering::None;
    for (topic, generated) in [(ordered, TOPIC), (unordered, TOPIC.with_ordering(eventgen::Ordering::None))] {
        let names: Vec<String> = topic.retry_topics().into_iter().map(|topic| topic.name).collect();
        let at_run_time: Vec<String> =
            generated.groups.iter().flat_map(|group| generated.retry_topics(group)).collect();
        assert_eq!(names, at_run_time);
        assert!(names.len() >= 6, "{names:?}");
    }
}

#[test]
fn generated_code_has_the_delays_and_the_retries_in_place() {
    assert_eq!(TOPIC.retry.delays, [10, 90, 600].map(Duration::from_secs));
    assert_eq!(TOPIC.retry.attempts, 1);
    assert_eq!(TOPIC.groups, [groups::BILLING, groups::STOCK]);
}

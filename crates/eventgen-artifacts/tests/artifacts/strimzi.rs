//! The definitions of Strimzi accept the resources, and a parser of YAML reads what the contract says.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_artifacts::strimzi::{Settings, resources};
use eventgen_schema::Contract;
use serde_json::Value;

use crate::judges::{Folder, contracts, finds_each, folder_of, judge};

#[test]
#[ignore = "needs Strimzi's definitions"]
fn the_definitions_accept_the_resources_of_every_contract() {
    let folder = Folder::new();
    let settings = Settings::new("kafka").namespace("streaming".to_owned());
    for (name, contract) in contracts() {
        for file in resources(&contract, &settings).expect("resources") {
            folder.write(&name, &file);
        }
    }
    let printed = judge("EVENTGEN_JUDGES", "strimzi.mjs", &[&folder_of("EVENTGEN_STRIMZI")], folder.path());
    let errors: Vec<_> = printed.iter().filter(|line| line.starts_with("error ")).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let resources = read(&printed);
    for (name, contract) in contracts() {
        check(&contract, &resources[&name]);
    }
}

#[test]
#[ignore = "needs Strimzi's definitions"]
fn the_definitions_refuse_what_is_wrong() {
    let (_, orders) = contracts().swap_remove(0);
    let files = resources(&orders, &Settings::new("kafka")).expect("resources");
    let mistakes = [
        ("partitions: 12", "partitions: twelve"),
        ("partitions: 12", "partition: 12"),
        ("strimzi.io/v1\n", "strimzi.io/v2\n"),
        ("type: simple", "type: simply"),
        ("operations: [", "operations: [Reed, "),
        ("patternType: literal", "patternTyp: literal"),
        ("scram-sha-512", "scram"),
        ("name: \"orders.events.v1\"\n  labels", "name: \"Orders_events\"\n  labels"),
    ];
    let wrong = |(from, to): &(&str, &str)| {
        let file = files.iter().find(|file| file.text.contains(from)).expect(from);
        file.text.replacen(from, to, 1)
    };
    let texts: Vec<String> = mistakes.iter().map(wrong).collect();
    finds_each("strimzi.mjs", &[&folder_of("EVENTGEN_STRIMZI")], "yaml", &texts);
}

/// The resources of each contract.
fn read(printed: &[String]) -> BTreeMap<String, Vec<Value>> {
    let mut resources: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in printed {
        let (file, resource) =
            line.strip_prefix("resource ").and_then(|line| line.split_once(": ")).expect("a resource");
        let (contract, _) = file.split_once('-').expect("a contract");
        resources.entry(contract.to_owned()).or_default().push(serde_json::from_str(resource).expect("JSON"));
    }
    resources
}

/// The resources have the names, texts and settings of the contract.
fn check(contract: &Contract, resources: &[Value]) {
    let mut names = BTreeSet::new();
    for resource in resources {
        let name = resource["metadata"]["name"].as_str().expect("a name");
        assert!(names.insert((resource["kind"].to_string(), name.to_owned())), "{name} is there twice");
    }
    for topic in contract.topics.values() {
        let resource = resources
            .iter()
            .filter(|resource| resource["kind"] == "KafkaTopic")
            .find(|resource| {
                let name = &resource["spec"]["topicName"];
                (if name.is_null() { &resource["metadata"]["name"] } else { name }) == &*topic.name
            })
            .unwrap_or_else(|| panic!("no resource of {}", topic.name));
        let spec = &resource["spec"];
        assert_eq!(spec["partitions"].as_u64(), topic.partitions.map(u64::from));
        assert_eq!(spec["replicas"].as_u64(), topic.replication_factor.map(u64::from));
        let config = spec["config"].as_object().cloned().unwrap_or_default();
        let config =
            config.into_iter().map(|(name, value)| (name, value.as_str().expect("a text").to_owned()));
        assert_eq!(config.collect::<BTreeMap<_, _>>(), topic.config);
        assert_eq!(resource["metadata"]["annotations"]["owner"].as_str(), topic.owner.as_deref());
        for consumer in &topic.consumers {
            let reads = |acl: &Value| {
                acl["resource"]["name"] == *consumer.group && acl["resource"]["type"] == "group"
            };
            let acls = |resource: &Value| resource["spec"]["authorization"]["acls"].as_array().cloned();
            let users = resources.iter().filter_map(acls).filter(|acls| acls.iter().any(reads));
            assert_eq!(users.count(), 1, "{:?} has one user", consumer.group);
        }
    }
}

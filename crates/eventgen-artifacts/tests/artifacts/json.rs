//! The contract as JSON fits its published schema and says what the contract says.

use eventgen_artifacts::json;
use serde_json::Value;

use crate::judges::{Folder, contracts, finds_each, judge, repository, with_each};

#[test]
#[ignore = "needs ajv"]
fn contracts_fit_the_published_schema() {
    let schema = repository().join("schemas/eventgen/contract.schema.json");
    let folder = Folder::new();
    for (name, contract) in contracts() {
        folder.write(&name, &json::contract(&contract, Some("prod")).expect("a file"));
    }
    assert_eq!(judge("EVENTGEN_JUDGES", "schema.mjs", &[&schema], folder.path()), Vec::<String>::new());
    let mistakes = [
        ("\"version\": 1", "\"version\": \"1\""),
        ("\"ordering\": \"key\"", "\"ordering\": \"keys\""),
        ("\"kind\": \"record\"", "\"kind\": \"enum\""),
        ("\"subjectStrategy\"", "\"strategy\""),
        ("\"attempts\": 3", "\"attempts\": -3"),
    ];
    let (_, orders) = contracts().swap_remove(0);
    let text = json::contract(&orders, None).expect("a file").text;
    finds_each("schema.mjs", &[&schema], "json", &with_each(&text, &mistakes));
}

#[test]
fn the_file_says_what_the_contract_says() {
    for (name, contract) in contracts() {
        let file = json::contract(&contract, None).expect("a file");
        let written: Value = serde_json::from_str(&file.text).expect("JSON");
        for (object, topic) in
            written["topics"].as_array().expect("topics").iter().zip(contract.topics.values())
        {
            assert_eq!(object["name"], *topic.name, "{name}");
            assert_eq!(object["owner"].as_str(), topic.owner.as_deref(), "{name}");
            assert_eq!(object["partitions"].as_u64(), topic.partitions.map(u64::from), "{name}");
            let config = object["config"].as_object().expect("an object");
            let config =
                config.iter().map(|(name, value)| (name.clone(), value.as_str().expect("a text").into()));
            assert_eq!(config.collect::<std::collections::BTreeMap<_, String>>(), topic.config, "{name}");
            let groups: Vec<Value> =
                topic.consumers.iter().map(|consumer| consumer.group.as_str().into()).collect();
            let written: Vec<Value> = object["consumers"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|it| it["group"].clone())
                .collect();
            assert_eq!(written, groups, "{name}");
        }
        let types = written["types"].as_array().expect("types");
        for event in &contract.events {
            let named = types.iter().find(|ty| ty["name"] == *event.name).expect("the type of an event");
            assert_eq!(named["kind"], "record", "{name}");
        }
    }
}

#[test]
fn the_file_has_the_retry_topics_of_every_group() {
    let path = repository().join("tests/conformance/features/retry_topics.avsc");
    let contract = eventgen_schema::Loader::new().path(path).load().expect("a contract").contract;
    let written: Value =
        serde_json::from_str(&json::contract(&contract, None).expect("a file").text).expect("JSON");
    let topics = written["topics"][0]["retryTopics"].as_array().expect("a list");
    assert_eq!(topics.len(), 8);
    assert_eq!(
        (&topics[0]["topic"], &topics[0]["delayMs"]),
        (&"feature.returns.v1.billing.retry.0".into(), &Value::Null)
    );
    assert_eq!((&topics[6]["group"], &topics[6]["delayMs"]), (&"stock".into(), &90_000.into()));
    assert_eq!(topics[6]["config"]["cleanup.policy"], "delete");
}

//! `HashiCorp`'s parser reads from the resources what the contract says.

use eventgen_artifacts::terraform::{Provider, topics};
use serde_json::Value;

use crate::judges::{Folder, contracts, finds_each, judge, with_each};

#[test]
#[ignore = "needs HashiCorp's parser"]
fn resources_have_the_settings_of_the_contract() {
    for provider in [Provider::Kafka, Provider::Confluent] {
        let folder = Folder::new();
        for (name, contract) in contracts() {
            folder.write(&name, &topics(&contract, provider).expect("a file"));
        }
        let printed = judge("EVENTGEN_JUDGES", "hcl.mjs", &[], folder.path());
        assert_eq!(printed.len(), contracts().len());
        for (name, contract) in contracts() {
            let start = format!("file {name}-kafka-topics.tf: ");
            let file = printed.iter().find_map(|line| line.strip_prefix(&start));
            let file: Value =
                serde_json::from_str(file.unwrap_or_else(|| panic!("{printed:#?}"))).expect("JSON");
            let (kind, named) = match provider {
                Provider::Kafka => ("kafka_topic", "name"),
                Provider::Confluent => ("confluent_kafka_topic", "topic_name"),
            };
            let resources = file["resource"][kind].as_object().expect("resources");
            for topic in contract.topics.values() {
                let written = |resource: &&Value| resource[0][named] == *topic.name;
                let resource = &resources.values().find(written).expect("a resource")[0];
                assert_eq!(resource["lifecycle"][0]["prevent_destroy"], true);
                let config = resource["config"].as_object().cloned().unwrap_or_default();
                let expected = topic.config.iter().map(|(name, value)| (shown(name), shown(value).into()));
                assert_eq!(config, expected.collect::<serde_json::Map<_, Value>>(), "{name}");
                if provider == Provider::Kafka {
                    let number = resource["partitions"].as_u64();
                    assert_eq!(number, topic.partitions.map(u64::from), "{name}");
                    if number.is_none() {
                        assert_eq!(resource["partitions"], "${var.kafka_partitions}");
                        assert_eq!(file["variable"]["kafka_partitions"][0]["type"], "${number}");
                    }
                }
            }
        }
    }
}

#[test]
#[ignore = "needs HashiCorp's parser"]
fn the_parser_refuses_what_is_wrong() {
    let (_, orders) = contracts().swap_remove(0);
    let file = topics(&orders, Provider::Kafka).expect("a file");
    let mistakes =
        [("= \"orders.events.v1\"", "= \"orders.${\""), ("lifecycle {", "lifecycle"), (" = 12", " = =")];
    finds_each("hcl.mjs", &[], "tf", &with_each(&file.text, &mistakes));
}

/// A text as the parser shows it: with what would start a template escaped.
fn shown(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

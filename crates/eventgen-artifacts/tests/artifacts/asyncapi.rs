//! `AsyncAPI`'s parser accepts the documents.

use eventgen_artifacts::asyncapi::{Server, Settings, document};

use crate::judges::{Folder, contracts, finds_each, judge, with_each};

fn settings() -> Settings {
    let registry = "https://user:secret@registry.example.com".to_owned();
    let server = Server::new("prod", "${BROKER}:9092,b:9092").schema_registry(registry, "confluent");
    Settings::new("Say \"hi\"\n# no comment", "1.0.0").server(server)
}

#[test]
#[ignore = "needs AsyncAPI's parser"]
fn the_parser_accepts_documents() {
    let folder = Folder::new();
    for (name, contract) in contracts() {
        let file = document(&contract, &settings()).expect("a document");
        assert!(!file.text.contains("secret"), "{name}");
        folder.write(&name, &file);
    }
    assert_eq!(judge("EVENTGEN_JUDGES", "asyncapi.mjs", &[], folder.path()), Vec::<String>::new());
}

#[test]
#[ignore = "needs AsyncAPI's parser"]
fn the_parser_refuses_what_is_wrong() {
    let (_, orders) = contracts().swap_remove(0);
    let text = document(&orders, &settings()).expect("a document").text;
    let mistakes = [
        ("\"partitions\": 12", "\"partitions\": 0"),
        ("\"retention.ms\": 604800000", "\"retention.ms\": \"7d\""),
        ("\"bindingVersion\": \"0.5.0\"", "\"bindingVersion\": \"0.9.0\""),
        ("\"type\": \"record\"", "\"type\": \"recrd\""),
        ("#/channels/orders.events.v1/messages/", "#/components/messages/"),
        ("\"action\": \"receive\"", "\"action\": \"read\""),
    ];
    finds_each("asyncapi.mjs", &[], "json", &with_each(&text, &mistakes));
}

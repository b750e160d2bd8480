//! `eventgen import`: subjects become files with what they refer to, which the other commands read.

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{NewSchema, SchemaReference, SchemaType};
use eventgen_testkit::EmbeddedRegistry;

use crate::support::Project;

const LINE: &str = r#"{"type":"record","name":"shop.Line","fields":[{"name":"sku","type":"string"}]}"#;
const ORDER: &str = r#"{"type":"record","name":"shop.Order","fields":[{"name":"id","type":"string"},{"name":"lines","type":{"type":"array","items":"shop.Line"}}]}"#;
const MONEY: &str = "syntax = \"proto3\";\npackage shop;\nmessage Money { int64 units = 1; }\n";
const PAID: &str = "syntax = \"proto3\";\npackage shop;\nimport \"common/money.proto\";\nmessage Paid { string id = 1; Money total = 2; }\n";

fn reference(name: &str, subject: &str) -> [SchemaReference; 1] {
    [SchemaReference { name: name.to_owned(), subject: subject.to_owned(), version: 1 }]
}

fn fill(registry: &EmbeddedRegistry) {
    let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
    let (line, money) = (reference("shop.Line", "lines"), reference("common/money.proto", "money"));
    for (subject, schema_type, text, references) in [
        ("lines", SchemaType::AVRO, LINE, &[][..]),
        ("orders-value", SchemaType::AVRO, ORDER, &line),
        ("money", SchemaType::PROTOBUF, MONEY, &[]),
        ("paid-value", SchemaType::PROTOBUF, PAID, &money),
    ] {
        client.register(subject, &NewSchema { schema_type, text, references }).expect("registered");
    }
}

#[test]
fn subjects_become_files_that_are_registered_without_a_change() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    fill(&registry);
    let mut project = Project::with_an_event();
    let url = registry.url();
    project.run(&["import", "--schema-registry", &url, "--out", "imported", "orders-*", "paid-value"]).ends(
        0,
        "imported/common/money.proto: written\nimported/paid.proto: written\nimported/shop.Line.avsc: written\n\
         imported/shop.Order.avsc: written\n",
        &format!(
            "4 files are new: 2 subjects of {url}; add the `kafka` annotation to each event, and `eventgen check` says what is missing\n"
        ),
    );
    project.write("eventgen.toml", "schemas = [\"imported\"]\n");
    let annotation = "{\n  \"kafka\": { \"topic\": \"orders\", \"key\": \"id\" },\n  \"type\": \"record\"";
    project.replace("imported/shop.Order.avsc", "{\n  \"type\": \"record\"", annotation);
    let annotation = "message Paid {\n  option (eventgen.kafka) = { topic: \"paid\" key: \"id\" };\n";
    project.replace("imported/paid.proto", "message Paid {", annotation);
    let import = "import \"common/money.proto\";\nimport \"eventgen/kafka.proto\";";
    project.replace("imported/paid.proto", "import \"common/money.proto\";", import);
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    project.set("SCHEMA_REGISTRY_URL", &url);
    let ran = project.run(&["import", "--out", "imported", "nothing-*"]);
    assert!(ran.code != 0 && ran.stderr.contains("no subject `nothing-*`"), "{ran:?}");
}

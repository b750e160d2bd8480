//! `eventgen register` with `annotations = "keep"`, explicit subjects, and tags and rules, which `eventgen show` prints.

use eventgen_registry::VersionNumber;
use eventgen_registry::blocking::RegistryClient;
use eventgen_testkit::EmbeddedRegistry;

use crate::support::Project;

const PARCEL: &str = r#"syntax = "proto3";

package shop;

import "confluent/meta.proto";
import "eventgen/kafka.proto";

message ParcelScanned {
  option (eventgen.kafka) = { topic: "parcels.v1" key: "id" subject: "parcels" };

  string id = 1;
  string recipient = 2 [(confluent.field_meta) = { tags: "PII" rules: { name: "named" expr: "size(this) > 0" } }];
}
"#;

const PROTO: &str = "schemas/parcel.proto";
const AVRO: &str = "schemas/order_placed.avsc";

fn project(registry: &EmbeddedRegistry) -> Project {
    let mut project = Project::with_an_event();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n[registry]\nannotations = \"keep\"\n");
    let tagged = "\"name\": \"customerId\", \"confluent:tags\": [\"PII\", \"ID\"]";
    project.replace(AVRO, "\"name\": \"customerId\"", tagged);
    project.write(PROTO, PARCEL);
    project.set("SCHEMA_REGISTRY_URL", &registry.url());
    project
}

#[test]
fn schemas_are_registered_with_what_was_written() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry);
    project.run(&["register", "--dry-run"]).fails(0, &["3 to change, 0 unchanged, 0 refused"]);
    project.run(&["register"]).fails(0, &["3 changed, 0 unchanged, 0 refused"]);
    project.run(&["register"]).fails(0, &["0 changed, 3 unchanged, 0 refused"]);
    project.run(&["diff", "--against", "registry"]).fails(0, &["no incompatible change"]);

    let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
    let latest = |subject: &str| {
        client.version(subject, VersionNumber::Latest).expect("an answer").expect("it is registered")
    };
    let parcel = latest("parcels");
    assert_eq!(parcel.text, PARCEL);
    let names: Vec<&str> = parcel.references.iter().map(|reference| reference.name.as_str()).collect();
    assert_eq!(names, ["eventgen/kafka.proto"]);
    let order = latest("orders.placed.v1-value");
    assert!(order.text.contains(r#""confluent:tags":["PII","ID"]"#), "{}", order.text);
    assert!(order.text.contains(r#""kafka":{"topic":"orders.placed.v1""#), "{}", order.text);

    // A change of the annotation is a new version now; without the setting it is none.
    project.replace(AVRO, "\"partitions\": 12", "\"partitions\": 24");
    project.run(&["register"]).fails(0, &["1 changed, 2 unchanged, 0 refused"]);
    assert_eq!(latest("orders.placed.v1-value").version, 2);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
    project.run(&["register"]).fails(0, &["2 changed, 0 unchanged, 0 refused"]);
    project.replace(AVRO, "\"partitions\": 24", "\"partitions\": 36");
    project.run(&["register"]).fails(0, &["0 changed, 2 unchanged, 0 refused"]);
    assert_eq!(latest("parcels").references, []);
    assert!(latest("parcels").text.contains("tags: \"PII\""));
}

#[test]
fn imports_are_registered_under_qualified_subjects() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n[registry]\nreferences = \"qualified\"\n");
    let money = "syntax = \"proto3\";\npackage common;\nmessage Money {\n  int64 cents = 1;\n}\n";
    project.write("schemas/common/money.proto", money);
    project.replace(
        PROTO,
        "import \"confluent/meta.proto\";",
        "import \"common/money.proto\";\nimport \"confluent/meta.proto\";",
    );
    project.replace(PROTO, "  string id = 1;", "  string id = 1;\n  common.Money price = 3;");
    project.run(&["register"]).fails(0, &["3 changed, 0 unchanged, 0 refused"]);
    project.run(&["register"]).fails(0, &["0 changed, 3 unchanged, 0 refused"]);
    project.run(&["diff", "--against", "registry"]).fails(0, &["no incompatible change"]);
    project.run(&["diff", "--against", "lock"]).fails(0, &[]);
    assert!(project.read("eventgen.lock").contains("\"common.money\" = {"));
    let shown = project.run(&["show", "--output", "json"]).stdout;
    assert!(shown.contains("\"subject\": \"common.money\""), "{shown}");

    let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
    let parcel = client.version("parcels", VersionNumber::Latest).expect("an answer").expect("registered");
    let [reference] = &parcel.references[..] else { panic!("{:?}", parcel.references) };
    assert_eq!((&*reference.name, &*reference.subject), ("common/money.proto", "common.money"));
    project.run(&["import", "--out", "imported"]).fails(0, &[]);
    assert_eq!(project.read("imported/common/money.proto"), money);

    // A dot in the name of a file is a folder to the strategy: the reference would be to one of two schemas.
    project.write("schemas/common.money.proto", &money.replace("common", "other"));
    project.replace(
        PROTO,
        "import \"confluent/meta.proto\";",
        "import \"common.money.proto\";\nimport \"confluent/meta.proto\";",
    );
    project.run(&["check"]).fails(1, &["EG0108", "registered under one subject, `common.money`"]);
}

#[test]
fn schemas_are_imported_with_tags_and_rules() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry);
    project.run(&["register"]).fails(0, &["3 changed"]);
    project.run(&["import", "--out", "imported"]).fails(0, &[]);
    let text = |ending: &str| {
        let folder = project.path().join("imported");
        let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
        let mut files = files.filter(|file| file.to_string_lossy().ends_with(ending));
        std::fs::read_to_string(files.next().expect("a file")).expect("a text")
    };
    assert!(text(".avsc").contains("confluent:tags"));
    assert!(text(".proto").contains("confluent.field_meta"));
}

#[test]
fn the_catalogue_shows_tags_and_rules() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry);
    let rule = "\"kafka\": {";
    project.replace(AVRO, rule, &format!("\"confluent:rules\": [{{ \"sql\": \"id <> ''\" }}],\n  {rule}"));
    project.run(&["docs", "--out", "catalogue"]).fails(0, &[]);
    let page = project.read("catalogue/events/shop.ParcelScanned.html");
    assert!(page.contains("<span class=\"badge\">tag PII</span>"), "{page}");
    assert!(page.contains("rule <code>named</code>: <code>size(this) "), "{page}");
    let page = project.read("catalogue/events/com.example.orders.OrderPlaced.html");
    project.run(&["docs", "--export", "odcs", "--out", "contracts"]).fails(0, &[]);
    let contract = project.read("contracts/parcels.v1.odcs.yaml");
    let field = contract.split("- name:").find(|field| field.contains("recipient")).expect("the field");
    assert!(field.contains("tags:") && field.contains("PII"), "{contract}");
    assert!(page.contains("<dt>Rules</dt>") && page.contains("rule: <code>id "), "{page}");
}

#[test]
fn show_prints_tags_and_rules() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry);
    let shown = project.run(&["show"]).stdout;
    for line in [
        "        tags of com.example.orders.OrderPlaced.customerId: PII, ID\n",
        "        tags of shop.ParcelScanned.recipient: PII\n",
        "        rule of shop.ParcelScanned.recipient: named, size(this) > 0\n",
        "subject parcels BACKWARD\n",
    ] {
        assert!(shown.contains(line), "{line}{shown}");
    }
    let json = project.run(&["show", "--output", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let event = |name: &str| {
        let events = json["events"].as_array().expect("events");
        events.iter().find(|event| event["name"] == name).expect("the event")["governed"].clone()
    };
    assert_eq!(
        event("shop.ParcelScanned"),
        serde_json::json!([{
            "type": "shop.ParcelScanned",
            "field": "recipient",
            "tags": ["PII"],
            "rules": [{ "name": "named", "expr": "size(this) > 0" }],
        }])
    );
}

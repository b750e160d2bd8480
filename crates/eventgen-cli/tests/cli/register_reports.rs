//! `eventgen register --output`: what programs read about a registration, and about a dry run of one.

use eventgen_testkit::EmbeddedRegistry;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use serde_sarif::sarif::Sarif;

use crate::support::{Project, Ran};

const MONEY: &str = "syntax = \"proto3\";\npackage shop;\nmessage Money {\n  int64 units = 1;\n}\n";
const PAID: &str = r#"syntax = "proto3";
package shop;
import "eventgen/kafka.proto";
import "money.proto";
message Paid {
  option (eventgen.kafka) = { topic: "paid.v1" key: "id" };
  string id = 1;
  Money total = 2;
}
"#;

/// Two Avro events and a Protobuf event with an import, all registered.
fn registered(registry: &EmbeddedRegistry) -> Project {
    let mut project = Project::with_an_event();
    project.set("SCHEMA_REGISTRY_URL", &registry.url());
    let order = project.read("schemas/order_placed.avsc");
    let other = order.replace("OrderPlaced", "OrderGone").replace("orders.placed.v1", "orders.gone.v1");
    project.write("schemas/order_gone.avsc", &other);
    project.write("schemas/money.proto", MONEY);
    project.write("schemas/paid.proto", PAID);
    project.run(&["register"]).fails(0, &["4 changed"]);
    project
}

/// A field without a default, another type in an import, and nothing in the third event.
fn broken(registry: &EmbeddedRegistry) -> Project {
    let project = registered(registry);
    let field = "{ \"name\": \"customerId\", \"type\": \"string\" }";
    let more = format!("{field},\n    {{ \"name\": \"note\", \"type\": \"string\" }}");
    project.replace("schemas/order_placed.avsc", field, &more);
    project.replace("schemas/money.proto", "int64", "string");
    project
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

/// A property of every member of a list.
fn all<'a>(report: &'a Value, list: &str, property: &str) -> Vec<&'a str> {
    let list = report[list].as_array().expect("a list");
    list.iter().map(|entry| entry[property].as_str().expect("a text")).collect()
}

#[test]
fn a_registration_lists_every_subject_with_its_id_and_version() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let mut project = Project::with_an_event();
    project.set("SCHEMA_REGISTRY_URL", &registry.url());
    let dry = project.run(&["register", "--dry-run", "--output", "json"]);
    assert_eq!(dry.code, 0, "{dry:?}");
    assert!(dry.stderr.contains("orders.placed.v1-value: would register\n"), "{dry:?}");
    let report = json(&dry);
    assert_eq!((&report["version"], &report["errors"]), (&1.into(), &0.into()));
    assert_eq!(report["subjects"][0]["id"], Value::Null);
    let ran = project.run(&["register", "--output", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let expected = serde_json::json!([{
        "subject": "orders.placed.v1-value", "state": "changed", "id": 1, "version": 1, "level": null,
        "text": "registered id 1 version 1"
    }]);
    assert_eq!(json(&ran)["subjects"], expected);
    project.replace(
        "schemas/order_placed.avsc",
        "\"partitions\"",
        "\"compatibility\": \"FULL\", \"partitions\"",
    );
    let again = json(&project.run(&["register", "--output", "json"]));
    let level = serde_json::json!({ "from": null, "to": "FULL" });
    assert_eq!((&again["subjects"][0]["state"], &again["subjects"][0]["level"]), (&"changed".into(), &level));
}

#[test]
fn a_refusal_is_told_as_by_diff_with_both_locations() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = broken(&registry);
    let diff = json(&project.run(&["diff", "--against", "registry", "--output", "json"]));
    let of_event = |report: &Value| {
        let found = report["diagnostics"].as_array().expect("a list").iter();
        found
            .filter(|found| found["code"] == "EG0601" && found["file"] == "schemas/order_placed.avsc")
            .cloned()
            .collect::<Vec<_>>()
    };
    for arguments in [&["register", "--output", "json"][..], &["register", "--dry-run", "--output", "json"]] {
        let ran = project.run(arguments);
        let report = json(&ran);
        assert_eq!(ran.code, 4, "{ran:?}");
        assert_eq!(of_event(&report).len(), 1, "{report}");
        assert_eq!(of_event(&report), of_event(&diff));
        let old = of_event(&report)[0]["labels"][1]["file"].clone();
        assert_eq!(old, "orders.placed.v1-value version 1");
        assert_eq!(all(&report, "diagnostics", "code"), ["EG0601", "EG0604", "EG0601"]);
        let files = all(&report, "diagnostics", "file");
        assert_eq!(files, ["schemas/order_placed.avsc", "schemas/paid.proto", "schemas/money.proto"]);
        let message = &report["diagnostics"][1]["message"];
        assert_eq!(
            *message,
            "subject `paid.v1-value` is refused: it refers to `money.proto`, which is refused"
        );
        let mut states = all(&report, "subjects", "state");
        states.sort_unstable();
        assert_eq!(states, ["refused", "refused", "refused", "unchanged"]);
    }
}

#[test]
fn every_format_has_the_refusals() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = broken(&registry);
    for format in ["sarif", "junit", "github"] {
        let ran = project.run(&["register", "--dry-run", "--output", format]);
        assert_eq!(ran.code, 4, "{ran:?}");
        assert!(ran.stderr.contains("orders.gone.v1-value: unchanged id "), "{ran:?}");
        match format {
            "sarif" => {
                let report: Sarif = serde_json::from_str(&ran.stdout).expect("SARIF");
                let results = report.runs[0].results.as_ref().expect("results");
                let mut rules: Vec<&str> = results.iter().filter_map(|it| it.rule_id.as_deref()).collect();
                rules.sort_unstable();
                assert_eq!(rules, ["EG0601", "EG0601", "EG0604"]);
            }
            "junit" => assert_eq!(failures(&ran.stdout), 3, "{}", ran.stdout),
            _ => {
                let lines: Vec<&str> = ran.stdout.lines().collect();
                assert_eq!(lines.len(), 3, "{lines:?}");
                assert!(lines[0].starts_with("::error file=schemas/order_placed.avsc,line=13,"), "{lines:?}");
            }
        }
    }
}

fn failures(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let mut count = 0;
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(element) if element.name().as_ref() == "failure" => count += 1,
            Event::Start(element) if element.name().as_ref() == "testsuite" => {
                let name = element.try_get_attribute("name").expect("attributes").expect("a name");
                assert_eq!(&*name.value, "eventgen register");
            }
            Event::Eof => return count,
            _ => {}
        }
    }
}

#[test]
fn without_a_refusal_only_json_has_something_to_list() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = registered(&registry);
    let github = project.run(&["register", "--output", "github"]);
    assert_eq!((github.code, &*github.stdout), (0, ""), "{github:?}");
    assert_eq!(failures(&project.run(&["register", "--output", "junit"]).stdout), 0);
    let report = json(&project.run(&["register", "--output", "json"]));
    assert_eq!(all(&report, "subjects", "state"), ["unchanged"; 4]);
}

#[test]
fn a_weaker_level_and_a_read_only_registry_have_reasons_of_their_own() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = registered(&registry);
    project.replace(
        "schemas/order_placed.avsc",
        "\"partitions\"",
        "\"compatibility\": \"NONE\", \"partitions\"",
    );
    let report = json(&project.run(&["register", "--output", "json"]));
    assert_eq!(all(&report, "diagnostics", "code"), ["EG0604"]);
    let help = report["diagnostics"][0]["help"].as_str().expect("a help");
    assert!(help.contains("--allow-weaker-level"), "{help}");
    assert_eq!(report["diagnostics"][0]["facts"]["subject"], "orders.placed.v1-value");
    assert_eq!(report["diagnostics"][0]["file"], "schemas/order_placed.avsc");
}

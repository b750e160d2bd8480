//! `eventgen diff` against a registry and against `eventgen.lock`.

use eventgen_registry::Compatibility;
use eventgen_registry::blocking::RegistryClient;
use eventgen_testkit::EmbeddedRegistry;

use crate::support::Project;

/// A project whose environment `dev` has the registry in `REGISTRY`, and whose schema is registered there.
fn registered(registry: &EmbeddedRegistry) -> Project {
    let mut project = Project::with_an_event();
    let manifest = "schemas = [\"schemas\"]\n[environments.dev]\nschema-registry = \"${REGISTRY}\"\n";
    project.write("eventgen.toml", manifest);
    project.set("REGISTRY", &registry.url());
    project.run(&REGISTER).fails(0, &["1 changed"]);
    project
}

const FILE: &str = "schemas/order_placed.avsc";
const FIELD: &str = "{ \"name\": \"customerId\", \"type\": \"string\" }";
const REGISTER: [&str; 3] = ["register", "--env", "dev"];
const AGAINST_REGISTRY: [&str; 5] = ["diff", "--against", "registry", "--env", "dev"];
const AGAINST_LOCK: [&str; 5] = ["diff", "--against", "lock", "--env", "dev"];

fn add(project: &Project, field: &str) {
    project.replace(FILE, FIELD, &format!("{FIELD},\n    {field}"));
}

#[test]
fn the_level_of_the_registry_decides_which_versions_are_compared() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = registered(&registry);
    project.run(&AGAINST_REGISTRY).ends(0, "", "1 schema compared: no incompatible change\n");
    // The second version has a field with a default, the third one no default for it.
    let note = "{ \"name\": \"note\", \"type\": \"string\", \"default\": \"\" }";
    add(&project, note);
    project.run(&REGISTER).fails(0, &["1 changed"]);
    project.replace(FILE, ", \"default\": \"\"", "");
    project.run(&AGAINST_REGISTRY).fails(0, &["no incompatible change"]);
    let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
    client
        .set_compatibility_level("orders.placed.v1-value", Compatibility::BackwardTransitive)
        .expect("a level");
    let said = [
        "READER_FIELD_MISSING_DEFAULT_VALUE",
        "orders.placed.v1-value version 1:1:",
        "schemas/order_placed.avsc:13:15",
    ];
    project.run(&AGAINST_REGISTRY).fails(4, &said);
    client.set_compatibility_level("orders.placed.v1-value", Compatibility::None).expect("a level");
    project.run(&AGAINST_REGISTRY).fails(0, &[]);
    // The level of the contract is about to be set.
    project.replace(FILE, "\"partitions\"", "\"compatibility\": \"FULL_TRANSITIVE\",\n    \"partitions\"");
    project.run(&AGAINST_REGISTRY).fails(4, &["version 1"]);
}

#[test]
fn a_registry_without_the_subject_forbids_nothing_and_one_that_is_gone_is_an_error() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = Project::with_an_event();
    let url = registry.url();
    let diff = ["diff", "--against", "registry", "--schema-registry", &url];
    let said =
        ["0 schemas compared: no verdict; 1 event was not compared: ", "`com.example.orders.OrderPlaced`"];
    project.run(&diff).fails(0, &said);
    drop(registry);
    assert_eq!(project.run(&diff).code, 1);
    project.run(&["diff", "--against", "registry"]).fails(1, &["no Schema Registry is configured"]);
}

#[test]
fn references_of_registered_versions_are_read() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = Project::new();
    project.write("eventgen.toml", "schemas = [\"proto\"]\n");
    project.write(
        "proto/money.proto",
        "syntax = \"proto3\";\npackage shop;\nmessage Money {\n  int64 units = 1;\n}\n",
    );
    let order = "syntax = \"proto3\";\npackage shop;\nimport \"eventgen/kafka.proto\";\nimport \"money.proto\";\n\
        message Order {\n  option (eventgen.kafka) = { topic: \"orders.v1\" key: \"id\" };\n  string id = 1;\n  Money total = 2;\n}\n";
    project.write("proto/order.proto", order);
    let url = registry.url();
    project.run(&["register", "--schema-registry", &url]).fails(0, &["2 changed"]);
    let diff = ["diff", "--against", "registry", "--schema-registry", &url];
    project.run(&diff).fails(0, &["1 schema compared: no incompatible change"]);
    project.replace("proto/money.proto", "int64 units", "double units");
    let said =
        ["FIELD_SCALAR_KIND_CHANGED", "proto/money.proto:4:10", "orders.v1-value version 1, money.proto:4:9"];
    project.run(&diff).fails(4, &said);
}

#[test]
fn register_writes_a_lock_and_diff_finds_what_is_not_registered() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = registered(&registry);
    let lock = project.read("eventgen.lock");
    assert!(
        lock.contains(
            "[registries.\"dev\"]\n\"orders.placed.v1-value\" = { version = 1, id = 1, fingerprint = "
        ),
        "{lock}"
    );
    // The registry is not asked.
    drop(registry);
    project.run(&AGAINST_LOCK).ends(0, "", "1 schema compared: no incompatible change\n");
    project.replace(FILE, "\"partitions\": 12", "\"partitions\": 24");
    project.run(&["diff", "--against", "lock"]).fails(0, &[]);
    add(&project, "{ \"name\": \"note\", \"type\": \"string\", \"default\": \"\" }");
    let said =
        ["EG0411", "subject `orders.placed.v1-value` differs from version 1", "eventgen.lock:5:1", FILE];
    project.run(&AGAINST_LOCK).fails(3, &said);
    project.run(&[&AGAINST_LOCK[..], &["--allow", "lock-outdated"]].concat()).fails(0, &[]);
    project
        .run(&["diff", "--against", "lock", "--schema-registry", "http://other"])
        .fails(1, &["says nothing of `http://other`: it has `dev`"]);
    let ran =
        project.command(&["diff", "--against", "lock"]).env("SCHEMA_REGISTRY_URL", "http://other").output();
    let ran = String::from_utf8(ran.expect("the command runs").stderr).expect("UTF-8");
    assert!(ran.contains("says nothing of `http://other`: it has `dev`"), "{ran}");
    project.write("eventgen.lock", "version = 1\n");
    project
        .run(&["diff", "--against", "lock"])
        .fails(1, &["eventgen.lock has no registry: nothing was compared"]);
    project.write("eventgen.lock", "<<<<<<< HEAD\n");
    project.run(&AGAINST_LOCK).fails(1, &["eventgen.lock has conflicts of a merge"]);
    std::fs::remove_file(project.path().join("eventgen.lock")).expect("a file");
    project.run(&AGAINST_LOCK).fails(1, &["there is no eventgen.lock"]);
}

#[test]
fn a_lock_keeps_other_registries_and_drops_subjects_that_are_gone() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = registered(&registry);
    let other = "\n[registries.\"prod\"]\n\"old-value\" = { id = 9, fingerprint = \"00000000000000ff\" }\n";
    let lock = project.read("eventgen.lock") + other;
    project.write("eventgen.lock", &lock);
    project.run(&REGISTER).fails(0, &["1 unchanged"]);
    assert_eq!(project.read("eventgen.lock"), lock);
    project.replace(FILE, "orders.placed.v1", "orders.placed.v2");
    project
        .run(&AGAINST_LOCK)
        .fails(3, &["subject `orders.placed.v2-value` is not registered", "warning[EG0410]"]);
    project.run(&[&REGISTER[..], &["--no-lock"]].concat()).fails(0, &["1 changed"]);
    assert_eq!(project.read("eventgen.lock"), lock);
    project.run(&REGISTER).fails(0, &["1 unchanged"]);
    let lock = project.read("eventgen.lock");
    assert!(
        lock.contains("\"orders.placed.v2-value\"") && !lock.contains("\"orders.placed.v1-value\""),
        "{lock}"
    );
    assert!(lock.ends_with(other), "{lock}");
}

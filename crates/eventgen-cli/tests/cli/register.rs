//! `eventgen register` against the embedded registry: changes, refusals, errors.

use std::net::TcpListener;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{Compatibility, NewSchema, SchemaId, SchemaType};
use eventgen_testkit::EmbeddedRegistry;

use crate::support::Project;

/// A project whose environment `dev` has the registry in `REGISTRY`.
fn project(registry: &EmbeddedRegistry) -> Project {
    let mut project = Project::with_an_event();
    project.write(
        "eventgen.toml",
        "schemas = [\"schemas\"]\n[environments.dev]\nschema-registry = \"${REGISTRY}\"\n",
    );
    project.set("REGISTRY", &registry.url());
    project
}

const REGISTER: [&str; 3] = ["register", "--env", "dev"];
const DRY_RUN: [&str; 4] = ["register", "--env", "dev", "--dry-run"];

#[test]
fn a_schema_is_registered_once_and_then_unchanged() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry);
    let url = registry.url();
    let would = "orders.placed.v1-value: would register\n";
    // Nothing is changed by asking, however often.
    for _ in 0..2 {
        let summary = format!("1 schema at {url}: 1 to change, 0 unchanged, 0 refused\n");
        project.run(&DRY_RUN).ends(0, would, &summary);
    }
    project.run(&REGISTER).ends(
        0,
        "orders.placed.v1-value: registered id 1 version 1\n",
        &format!("1 schema at {url}: 1 changed, 0 unchanged, 0 refused\n"),
    );
    let unchanged = "orders.placed.v1-value: unchanged id 1 version 1\n";
    project.run(&REGISTER).ends(
        0,
        unchanged,
        &format!("1 schema at {url}: 0 changed, 1 unchanged, 0 refused\n"),
    );
    project.run(&DRY_RUN).ends(
        0,
        unchanged,
        &format!("1 schema at {url}: 0 to change, 1 unchanged, 0 refused\n"),
    );

    // Settings of the topic are no part of the schema; a field with a default is a new version.
    let file = "schemas/order_placed.avsc";
    project.replace(file, "\"partitions\": 12", "\"partitions\": 24");
    project.run(&REGISTER).fails(0, &["0 changed, 1 unchanged, 0 refused"]);
    let note = "\"type\": \"string\" },\n    { \"name\": \"note\", \"type\": \"string\", \"default\": \"\" },\n    { \"name\": \"customerId\"";
    project.replace(file, "\"type\": \"string\" },\n    { \"name\": \"customerId\"", note);
    let ran = project.run(&REGISTER);
    assert_eq!(ran.stdout, "orders.placed.v1-value: registered id 2 version 2\n", "{ran:?}");
    // The level alone is a change too.
    project.replace(file, "\"partitions\": 24", "\"partitions\": 24,\n    \"compatibility\": \"FULL\"");
    let ran = project.run(&REGISTER);
    assert_eq!(
        ran.stdout, "orders.placed.v1-value: unchanged id 2 version 2, level (none of its own) -> FULL\n",
        "{ran:?}"
    );
}

#[test]
fn an_incompatible_change_is_refused_with_its_reason() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry);
    project.run(&REGISTER).fails(0, &["1 changed"]);
    project.replace("schemas/order_placed.avsc", "\"orderId\"", "\"orderNumber\"");
    let text = project.read("schemas/order_placed.avsc");
    let line = 1 + text.lines().position(|line| line.contains("\"kafka\"")).expect("an annotation");
    for (arguments, said) in [(&DRY_RUN[..], "would be refused: "), (&REGISTER[..], "refused: ")] {
        let ran = project.run(arguments);
        assert!(
            ran.stdout
                .starts_with(&format!("orders.placed.v1-value (schemas/order_placed.avsc:{line}): {said}")),
            "{ran:?}"
        );
        assert!(ran.stdout.contains("orderNumber"), "{ran:?}");
        assert!(
            ran.stdout.ends_with("give the field a `default`, or move the event to a new topic\n"),
            "{ran:?}"
        );
        assert!(ran.stderr.contains("1 refused"), "{ran:?}");
        assert_eq!(ran.code, 4, "{ran:?}");
    }
    // What was refused has not been registered.
    project.replace("schemas/order_placed.avsc", "\"orderNumber\"", "\"orderId\"");
    let ran = project.run(&REGISTER);
    assert_eq!(ran.stdout, "orders.placed.v1-value: unchanged id 1 version 1\n", "{ran:?}");
}

#[test]
fn a_registry_that_does_not_answer_is_named() {
    let project = Project::with_an_event();
    // A port that was free a moment ago.
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let url = format!("http://127.0.0.1:{port}");
    let expected = format!("the Schema Registry at {url} does not answer");
    project
        .run(&["register", "--schema-registry", &url])
        .fails(1, &[&expected, "check the address and that it runs"]);
    project
        .run(&["register", "--schema-registry", "localhost:8081"])
        .fails(1, &["write it as `http://host:port`"]);
}

#[test]
fn a_wrong_password_says_what_to_check_and_is_not_printed() {
    let registry = EmbeddedRegistry::builder().basic_auth("orders", "right").start().expect("a registry");
    let mut project = project(&registry);
    project.write(
        "eventgen.toml",
        "schemas = [\"schemas\"]\n[environments.dev]\nschema-registry = \"${REGISTRY}\"\n\
         schema-registry-username = \"orders\"\nschema-registry-password = \"${REGISTRY_PASSWORD}\"\n",
    );
    project.set("REGISTRY_PASSWORD", "wrong-secret");
    let ran = project.run(&REGISTER);
    assert!(!ran.stderr.contains("wrong-secret"), "{ran:?}");
    let said = format!("the Schema Registry at {} refused the credentials (HTTP 401)", registry.url());
    ran.fails(1, &[&said, "check user, password and rights"]);
    project.set("REGISTRY_PASSWORD", "right");
    project.run(&REGISTER).fails(0, &["1 changed"]);

    // The address of the command line has the credentials of the process, not those of an environment.
    let url = registry.url();
    project.run(&["register", "--schema-registry", &url]).fails(1, &["refused the credentials"]);
    project.set("SCHEMA_REGISTRY_USERNAME", "orders");
    project.set("SCHEMA_REGISTRY_PASSWORD", "right");
    project.run(&["register", "--schema-registry", &url]).fails(0, &["1 unchanged"]);
}

#[test]
fn variables_of_the_brokers_need_not_be_set() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry);
    project.replace(
        "eventgen.toml",
        "schema-registry",
        "bootstrap-servers = \"${EVENTGEN_TEST_NOT_SET}\"\nschema-registry",
    );
    project.run(&REGISTER).fails(0, &["1 changed"]);
}

#[test]
fn help_names_the_variables_that_are_read() {
    let ran = Project::new().run(&["register", "--help"]);
    for variable in ["SCHEMA_REGISTRY_URL", "SCHEMA_REGISTRY_USERNAME", "SCHEMA_REGISTRY_PASSWORD"] {
        assert!(ran.stdout.contains(variable), "{ran:?}");
    }
    for command in [&["--help"][..], &["check", "--help"], &["generate", "--help"], &["register", "--help"]] {
        let ran = Project::new().run(command);
        assert!(!ran.stdout.contains('`'), "clap shows backticks as they are: {ran:?}");
    }
}

#[test]
fn an_incomplete_environment_is_an_error() {
    let project = Project::with_an_event();
    project
        .run(&["register"])
        .fails(1, &["no Schema Registry is configured: pass --env or --schema-registry"]);
    project
        .run(&REGISTER)
        .fails(1, &["error[EG0202]: eventgen.toml has no environment `dev`", "[environments.dev]"]);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n[environments.dev]\n");
    project.run(&REGISTER).fails(1, &["environment `dev` of eventgen.toml has no `schema-registry`"]);
    project.write(
        "eventgen.toml",
        "schemas = [\"schemas\"]\n[environments.dev]\nschema-registry = \"${EVENTGEN_TEST_NOT_SET}\"\n",
    );
    let place = " --> eventgen.toml:3:19\n";
    let said = ["error[EG0203]: environment variable EVENTGEN_TEST_NOT_SET is not set", place, "export"];
    project.run(&REGISTER).fails(1, &said);
}

/// A client of the registry that sets what an operator would.
fn operator(registry: &EmbeddedRegistry) -> RegistryClient {
    RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client")
}

const SUBJECT: &str = "orders.placed.v1-value";

#[test]
fn a_level_that_the_contract_does_not_state_is_left_alone() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let (project, operator) = (project(&registry), operator(&registry));
    operator.set_compatibility_level(SUBJECT, Compatibility::Full).expect("set");
    assert_eq!(project.run(&DRY_RUN).stdout, "orders.placed.v1-value: would register\n");
    project.run(&REGISTER).fails(0, &["1 changed"]);
    assert_eq!(operator.compatibility_level(SUBJECT), Ok(Some(Compatibility::Full)));
    // A change that breaks readers of old versions is refused by the operator's level.
    project.replace("schemas/order_placed.avsc", "\"customerId\"", "\"customerNumber\"");
    project.run(&REGISTER).fails(4, &["1 refused"]);
}

#[test]
fn a_weaker_level_needs_to_be_allowed_also_if_it_comes_with_the_break() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let (project, operator) = (project(&registry), operator(&registry));
    project.run(&REGISTER).fails(0, &["1 changed"]);
    operator.set_compatibility_level(SUBJECT, Compatibility::Full).expect("set");
    let file = "schemas/order_placed.avsc";
    project.replace(file, "\"partitions\": 12", "\"partitions\": 12,\n    \"compatibility\": \"NONE\"");
    project.replace(file, "\"orderId\"", "\"orderNumber\"");
    for arguments in [&DRY_RUN[..], &REGISTER[..]] {
        let ran = project.run(arguments);
        for said in ["its level NONE is weaker than FULL", "--allow-weaker-level"] {
            assert!(ran.stdout.contains(said), "{ran:?}");
        }
        assert_eq!(ran.code, 4, "{ran:?}");
        assert_eq!(operator.compatibility_level(SUBJECT), Ok(Some(Compatibility::Full)));
        assert_eq!(operator.versions(SUBJECT), Ok(vec![1]));
    }
    let allowed = [&REGISTER[..], &["--allow-weaker-level"]].concat();
    let ran = project.run(&allowed);
    assert_eq!(
        ran.stdout, "orders.placed.v1-value: registered id 2 version 2, level FULL -> NONE\n",
        "{ran:?}"
    );
}

#[test]
fn a_subject_of_another_context_is_registered_here() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry);
    let operator = operator(&registry);
    let other = NewSchema::new(SchemaType::AVRO, "\"string\"");
    operator.register("other", &other).expect("registered");
    let staging = [&REGISTER[..], &["--context", "staging"]].concat();
    let ran = project.run(&staging);
    assert_eq!(ran.stdout, "orders.placed.v1-value: registered id 1 version 1\n", "{ran:?}");
    // Only the context has it, and id 1 is another schema here.
    for (arguments, said) in
        [(&DRY_RUN[..], "would register\n"), (&REGISTER[..], "registered id 2 version 1\n")]
    {
        let ran = project.run(arguments);
        assert_eq!(ran.stdout, format!("orders.placed.v1-value: {said}"), "{ran:?}");
    }
    let ran = project.run(&staging);
    assert_eq!(ran.stdout, "orders.placed.v1-value: unchanged id 1 version 1\n", "{ran:?}");
    let schema = |subject: &str, id| {
        let found = operator.schema_by_id_of(subject, SchemaId(id)).expect("answered").expect("there");
        found.text.clone()
    };
    assert_eq!(schema("orders.placed.v1-value", 2), schema(":.staging:orders.placed.v1-value", 1));
    assert_eq!(schema("other", 1), "\"string\"");
}

#[test]
fn a_password_in_an_address_is_never_printed() {
    let project = Project::with_an_event();
    for url in [
        "alice:s3cret@host:8081",
        "http://alice:s3cret%40host:8081",
        "http://alice:s3cret@a:8081,http://alice:s3cret%40b:8081",
        "http:/alice:s3cret@host:8081",
        "http://alice:s3cret",
        "http://host:8081?password=s3cret",
    ] {
        let ran = project.run(&["register", "--schema-registry", url]);
        assert!(!format!("{ran:?}").contains("s3cret"), "{ran:?}");
        ran.fails(1, &["is not an address of a Schema Registry"]);
    }
}

//! `eventgen register` is all or nothing: what one refused subject keeps from being written, and that the dry run says the
//! same.

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{Compatibility, NewSchema, SchemaType};
use eventgen_testkit::EmbeddedRegistry;

use crate::support::{Project, Ran};

/// A project that registers at the registry of a client.
struct Case {
    project: Project,
    client: RegistryClient,
    _registry: EmbeddedRegistry,
}

impl Case {
    fn new() -> Self {
        let registry = EmbeddedRegistry::start().expect("a registry");
        let mut project = Project::new();
        project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
        project.set("SCHEMA_REGISTRY_URL", &registry.url());
        let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
        Self { project, client, _registry: registry }
    }

    fn event(&self, name: &str, topic: &str, level: &str, field: &str) {
        let text = format!(
            r#"{{"type":"record","name":"{name}","kafka":{{"topic":"{topic}","key":"id","subjectStrategy":"TopicName","compatibility":"{level}"}},"fields":[{field}]}}"#
        );
        self.project.write(&format!("schemas/{name}.avsc"), &text);
    }

    /// Runs the dry run, then the run, which agree on the lines of subjects that are refused.
    fn refused(&self) -> Ran {
        let lines = |ran: &Ran| -> Vec<String> {
            let printed = ran.stdout.replace("would be refused", "refused");
            printed.lines().filter(|line| line.contains(": refused: ")).map(str::to_owned).collect()
        };
        let dry = self.project.run(&["register", "--dry-run"]);
        let ran = self.project.run(&["register"]);
        assert_eq!(dry.code, ran.code, "{dry:?} {ran:?}");
        assert_eq!(lines(&dry), lines(&ran));
        ran
    }
}

const ID: &str = r#"{"name":"id","type":"string"}"#;
const TWO: &str = r#"{"name":"id","type":"string"},{"name":"b","type":"int"}"#;

#[test]
fn one_refused_subject_leaves_all_of_them_as_they_were() {
    let case = Case::new();
    for name in ["A", "B", "C"] {
        case.event(name, &format!("{}.v1", name.to_lowercase()), "BACKWARD", ID);
    }
    case.project.run(&["register"]).fails(0, &["3 changed, 0 unchanged, 0 refused"]);
    let optional = format!("{ID},{}", r#"{"name":"b","type":"int","default":0}"#);
    case.event("A", "a.v1", "FULL", &optional);
    case.event("B", "b.v1", "FULL", TWO);
    case.event("C", "c.v1", "BACKWARD", &optional);
    let ran = case.refused();
    assert!(ran.stdout.contains("a.v1-value: not registered: another subject is refused\n"), "{ran:?}");
    assert!(ran.stderr.ends_with("0 changed, 0 unchanged, 1 refused, 2 held back\n"), "{ran:?}");
    assert_eq!(ran.code, 4);
    for name in ["a", "b", "c"] {
        let subject = format!("{name}.v1-value");
        assert_eq!(case.client.versions(&subject).expect("there"), [1]);
        let level = case.client.compatibility_level(&subject).expect("there");
        assert_eq!(level, Some(Compatibility::Backward));
    }
    case.event("B", "b.v1", "FULL", &optional);
    case.project.run(&["register"]).fails(0, &["3 changed, 0 unchanged, 0 refused"]);
}

#[test]
fn an_event_is_not_registered_without_what_it_imports() {
    let case = Case::new();
    let money = |kind: &str| {
        let text = format!("syntax = \"proto3\";\npackage shop;\nmessage Money {{ {kind} units = 1; }}\n");
        case.project.write("schemas/money.proto", &text);
    };
    money("int64");
    let order = "syntax = \"proto3\";\npackage shop;\nimport \"eventgen/kafka.proto\";\nimport \"money.proto\";\n\
                 message Order {\n  option (eventgen.kafka) = { topic: \"orders.v1\", ordering: \"none\" };\n  Money total = 1;\n}\n";
    case.project.write("schemas/order.proto", order);
    case.project.run(&["register"]).fails(0, &["2 changed"]);
    money("string");
    let ran = case.refused();
    assert!(ran.stdout.contains("FIELD_SCALAR_KIND_CHANGED"), "{ran:?}");
    assert!(ran.stdout.contains("it refers to `money.proto`, which is refused"), "{ran:?}");
    assert!(ran.stderr.contains("0 changed, 0 unchanged, 2 refused"), "{ran:?}");
    assert_eq!(case.client.versions("orders.v1-value").expect("there"), [1]);

    // The levels of imports are their own.
    case.client.set_compatibility_level("money.proto", Compatibility::None).expect("set");
    money("int32");
    case.project.run(&["register"]).fails(0, &["2 changed"]);
}

#[test]
fn two_events_of_one_subject_are_checked_against_each_other() {
    let case = Case::new();
    case.event("A", "both.v1", "BACKWARD", ID);
    case.event("B", "both.v1", "BACKWARD", ID);
    let ran = case.refused();
    assert_eq!((ran.code, case.client.subjects().expect("listed").len()), (4, 0), "{ran:?}");
    assert!(ran.stdout.contains("NAME_MISMATCH"), "{ran:?}");
    for name in ["A", "B"] {
        case.event(name, "both.v1", "NONE", ID);
    }
    case.project.run(&["register", "--allow-weaker-level"]).fails(0, &["2 changed"]);
    case.project.run(&["register"]).fails(0, &["0 changed, 2 unchanged"]);
}

#[test]
fn another_format_under_the_subject_is_refused_by_name() {
    let case = Case::new();
    let text = "syntax = \"proto3\"; message A { string id = 1; }";
    case.client.register("a.v1-value", &NewSchema::new(SchemaType::PROTOBUF, text)).expect("registered");
    case.event("A", "a.v1", "BACKWARD", ID);
    let ran = case.refused();
    assert!(ran.stdout.starts_with("a.v1-value (schemas/A.avsc:1): refused: "), "{ran:?}");
    assert_eq!(ran.code, 4);
}

#[test]
fn a_read_only_registry_is_said_before_anything_is_written() {
    let case = Case::new();
    case.event("A", "a.v1", "BACKWARD", ID);
    case.project.run(&["register"]).fails(0, &["1 changed"]);
    case.event("B", "b.v1", "BACKWARD", ID);
    set_mode(&case, "READONLY");
    let ran = case.refused();
    let line = "b.v1-value (schemas/B.avsc:1): refused: the registry is in the mode READONLY\n";
    assert!(ran.stdout.contains(line), "{ran:?}");
    assert!(ran.stdout.contains("a.v1-value: unchanged id 1 version 1\n"), "{ran:?}");
    set_mode(&case, "READWRITE");
    case.project.run(&["register"]).fails(0, &["1 changed, 1 unchanged"]);
}

fn set_mode(case: &Case, mode: &str) {
    use std::io::{Read as _, Write as _};
    let address = case.client.url().trim_start_matches("http://").to_owned();
    let mut stream = std::net::TcpStream::connect(&address).expect("the registry");
    let body = format!("{{\"mode\":\"{mode}\"}}");
    let head = format!(
        "PUT /mode HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}",
        body.len()
    );
    write!(stream, "{head}\r\n\r\n{body}").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

//! Keys change with the id in them, and with their format: `register` and `diff` say so, and say the same.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use eventgen_registry::{NewSchema, SchemaType, VersionNumber};
use eventgen_testkit::EmbeddedRegistry;

use crate::diff::{DIFF, commit, git};
use crate::support::Project;
use crate::typed_keys::{
    AGAINST_LOCK, AGAINST_REGISTRY, DRY_RUN, FILE, KEY, REGISTER, client, key_line, project,
};

const SUBJECT: &str = "orders.placed.v1-key";
const INT: &str = "\"name\": \"shop\", \"type\": \"int\"";
const LONG: &str = "\"name\": \"shop\", \"type\": \"long\"";
const TYPED: &str = "\"keyFormat\": \"avro\"";
const TEXT: &str = "\"keyFormat\": \"string\"";

fn from_now_on(id: u32) -> String {
    format!("keys had id {id}, which is part of them: equal values have other keys from now on (EG0401)")
}

/// Deletes a subject, softly.
fn delete(registry: &EmbeddedRegistry, subject: &str) {
    let address = registry.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).expect("the registry");
    let request =
        format!("DELETE /subjects/{subject} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn an_older_version_and_another_registry_have_another_id() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let mut project = project(&registry.url());
    assert_eq!(key_line(&project, &REGISTER), "registered id 1 version 1");
    project.replace(FILE, INT, LONG);
    assert_eq!(key_line(&project, &REGISTER), format!("registered id 3 version 2: {}", from_now_on(1)));
    assert_eq!(key_line(&project, &REGISTER), "unchanged id 3 version 2");
    // The schema is registered, and still the keys are others.
    project.replace(FILE, LONG, INT);
    for command in [&DRY_RUN[..], &REGISTER] {
        assert_eq!(key_line(&project, command), format!("unchanged id 1 version 1: {}", from_now_on(3)));
    }
    let newer = "version 2 is newer, and with its id 3 equal values have other keys (EG0401)";
    assert_eq!(key_line(&project, &REGISTER), format!("unchanged id 1 version 1: {newer}"));
    project.run(&AGAINST_REGISTRY).fails(4, &["error[EG0401]: the schema of keys is"]);
    // Without a lock, the newest version tells which keys there are.
    let unlocked = [&REGISTER[..], &["--no-lock"]].concat();
    assert_eq!(key_line(&project, &unlocked), format!("unchanged id 1 version 1: {}", from_now_on(3)));

    let other = EmbeddedRegistry::start().expect("a registry");
    client(&other).register("other", &NewSchema::new(SchemaType::AVRO, "\"int\"")).expect("registered");
    project.set("REGISTRY", &other.url());
    let would = "would register: keys had id 1, and with another one equal values have other keys (EG0401)";
    assert_eq!(key_line(&project, &DRY_RUN), would);
    assert_eq!(key_line(&project, &REGISTER), format!("registered id 2 version 1: {}", from_now_on(1)));
    assert_eq!(key_line(&project, &REGISTER), "unchanged id 2 version 1");
}

#[test]
fn a_deleted_schema_that_gets_its_id_again_makes_the_same_keys() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    for lock in [&[][..], &["--no-lock"]] {
        let project = project(&registry.url());
        let register = [&REGISTER[..], lock].concat();
        assert_eq!(project.run(&register).code, 0);
        delete(&registry, SUBJECT);
        project.run(&AGAINST_REGISTRY).fails(0, &["1 schema compared: no incompatible change"]);
        let line = key_line(&project, &register);
        assert!(line.starts_with("registered id 1 version ") && !line.contains("EG0401"), "{line}");
    }
}

#[test]
fn keys_become_text_and_text_becomes_keys() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry.url());
    project.replace(FILE, TYPED, TEXT);
    assert_eq!(project.run(&REGISTER).code, 0);
    for against in [AGAINST_REGISTRY, AGAINST_LOCK] {
        project.run(&against).ends(0, "", "1 schema compared: no incompatible change\n");
    }
    project.replace(FILE, TEXT, TYPED);
    let said = "error[EG0401]: the keys of topic `orders.placed.v1` have a schema: ";
    project.run(&AGAINST_REGISTRY).fails(4, &[said, "has its events, and lacks `orders.placed.v1-key`"]);
    project.run(&AGAINST_LOCK).fails(4, &[said, "`dev` has its events, and lacks `orders.placed.v1-key`"]);
    let text = "keys were text: equal values have other keys from now on (EG0401)";
    assert_eq!(key_line(&project, &DRY_RUN), format!("would register: {text}"));
    assert_eq!(key_line(&project, &REGISTER), format!("registered id 2 version 1: {text}"));
    let lock = project.read("eventgen.lock");
    assert!(lock.contains(", keys-of = \"orders.placed.v1\" }"), "{lock}");

    project.replace(FILE, TYPED, TEXT);
    let said = "error[EG0401]: the keys of topic `orders.placed.v1` have no schema, and ";
    let differs = |project: &Project| {
        let registered = "orders.placed.v1-key version 1 is registered for them";
        project.run(&AGAINST_REGISTRY).fails(4, &[said, registered]);
        let locked = "version 1 of `orders.placed.v1-key` is registered for them at `dev`";
        project.run(&AGAINST_LOCK).fails(4, &[said, locked, "eventgen.lock:"]);
    };
    differs(&project);
    // The registry still has the schema, and so has the lock.
    let said_too =
        "orders.placed.v1-key: has the schema of the keys of `orders.placed.v1`, which are text now";
    project.run(&DRY_RUN).fails(0, &[said_too]);
    project.run(&REGISTER).fails(0, &[said_too, "1 unchanged"]);
    assert_eq!(project.read("eventgen.lock"), lock);
    differs(&project);
    delete(&registry, SUBJECT);
    assert_eq!(project.run(&REGISTER).code, 0);
    assert!(!project.read("eventgen.lock").contains(SUBJECT));
    for against in [AGAINST_REGISTRY, AGAINST_LOCK] {
        project.run(&against).ends(0, "", "1 schema compared: no incompatible change\n");
    }
}

#[test]
fn another_subject_of_keys_is_found() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry.url());
    assert_eq!(project.run(&REGISTER).code, 0);
    let strategy = |from: &str, to: &str| {
        let of = |strategy: &str| match strategy {
            "" => TYPED.to_owned(),
            strategy => format!("{TYPED}, \"keySubjectStrategy\": \"{strategy}\""),
        };
        project.replace(FILE, &of(from), &of(to));
    };
    let moved = |from: &str, to: &str| {
        let moved = format!(
            "error[EG0412]: the key of topic `orders.placed.v1` is registered under `{to}`, and was under `{from}`"
        );
        for against in [AGAINST_REGISTRY, AGAINST_LOCK] {
            project.run(&against).fails(4, &[&moved]);
        }
    };
    strategy("", "RecordName");
    moved(SUBJECT, "com.example.orders.OrderPlacedKey");
    // The registry gives the schema its id under every subject.
    let ran = project.run(&REGISTER);
    assert!(ran.stdout.contains("com.example.orders.OrderPlacedKey: registered id 1 version 1\n"), "{ran:?}");
    for against in [AGAINST_REGISTRY, AGAINST_LOCK] {
        project.run(&against).ends(0, "", "2 schemas compared: no incompatible change\n");
    }
    delete(&registry, SUBJECT);
    strategy("RecordName", "TopicRecordName");
    moved("com.example.orders.OrderPlacedKey", "orders.placed.v1-com.example.orders.OrderPlacedKey");
    // Another name is another schema.
    strategy("TopicRecordName", "RecordName");
    project.replace(FILE, TYPED, &format!("{TYPED}, \"keyName\": \"Key\""));
    project
        .run(&AGAINST_LOCK)
        .fails(4, &["EG0401", "differs from version 1 of `com.example.orders.OrderPlacedKey`"]);
    // Keys of text after keys of this subject.
    let properties = format!("{TYPED}, \"keyName\": \"Key\", \"keySubjectStrategy\": \"RecordName\"");
    project.replace(FILE, &properties, TEXT);
    project
        .run(&AGAINST_LOCK)
        .fails(4, &["EG0401", "version 1 of `com.example.orders.OrderPlacedKey` is registered"]);
}

#[test]
fn documentation_in_a_registered_key_is_judged_as_the_registry_does() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let project = project(&registry.url());
    assert_eq!(project.run(&REGISTER).code, 0);
    // In Avro it is another schema, and the newest version of the subject.
    let documented = KEY.replace("\"type\":\"int\"", "\"type\":\"int\",\"doc\":\"Its shop.\"");
    client(&registry).register(SUBJECT, &NewSchema::new(SchemaType::AVRO, &documented)).expect("registered");
    let newer = "version 2 is newer, and with its id 3 equal values have other keys (EG0401)";
    assert_eq!(key_line(&project, &DRY_RUN), format!("unchanged id 1 version 1: {newer}"));
    project.run(&AGAINST_REGISTRY).fails(4, &["EG0401", "orders.placed.v1-key version 2"]);

    // In Protobuf a comment is none.
    let project = Project::new();
    project.write("eventgen.toml", "schemas = [\"proto\"]\n");
    let order = "syntax = \"proto3\";\npackage shop;\nimport \"eventgen/kafka.proto\";\nmessage Order {\n  option (eventgen.kafka) = \
        { topic: \"orders.v1\" key: \"id\" key_format: \"protobuf\" };\n  string id = 1;\n}\n";
    project.write("proto/order.proto", order);
    let url = registry.url();
    let ran = project.run(&["register", "--schema-registry", &url]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let latest = client(&registry).version("orders.v1-key", VersionNumber::Latest).expect("an answer");
    let commented = latest.expect("a version").text.replace("message", "// The key.\nmessage");
    delete(&registry, "orders.v1-key");
    let commented = NewSchema::new(SchemaType::PROTOBUF, &commented);
    client(&registry).register("orders.v1-key", &commented).expect("registered");
    let dry = project.run(&["register", "--schema-registry", &url, "--dry-run"]);
    assert!(dry.stdout.contains("orders.v1-key: unchanged id 4 version 2\n"), "{dry:?}");
    let diff = ["diff", "--against", "registry", "--schema-registry", &url];
    project.run(&diff).ends(0, "", "2 schemas compared: no incompatible change\n");
}

#[test]
fn keys_are_compared_though_the_event_and_its_file_are_renamed() {
    let project = Project::with_an_event();
    let old = "schemas/order_placed.avsc";
    project.replace(old, "\"partitions\"", "\"subjectStrategy\": \"TopicRecordName\",\n    \"partitions\"");
    git(&project, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&project);
    git(&project, &["mv", old, "schemas/order_accepted.avsc"]);
    project.replace("schemas/order_accepted.avsc", "OrderPlaced", "OrderAccepted");
    project.replace("schemas/order_accepted.avsc", "\"key\": \"customerId\"", "\"key\": \"orderId\"");
    let said = [
        "error[EG0401]: the key of event `com.example.orders.OrderAccepted` goes from customerId to orderId",
        "error[EG0412]: event `com.example.orders.OrderAccepted` is registered under \
         `orders.placed.v1-com.example.orders.OrderAccepted`, and was, as `com.example.orders.OrderPlaced`, under",
        "main:schemas/order_placed.avsc:7:5",
        "warning[EG0410]: event `com.example.orders.OrderPlaced` of topic `orders.placed.v1` is gone",
    ];
    project.run(&DIFF).fails(4, &said);
    project.run(&["diff", "schemas/order_accepted.avsc", "--against", "git:main"]).fails(4, &said);
}

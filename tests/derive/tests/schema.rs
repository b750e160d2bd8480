//! Exported schemas describe the derived events, and load like handwritten files.

use std::fs;
use std::path::Path;

use derive_tests::everything::Everything;
use derive_tests::messages::{EverythingMessage, LooseMessage};
use derive_tests::written_by_prost::Written;
use eventgen::{DerivedEvent as _, KafkaEvent};
use eventgen_schema::{Contract, Event, Loader};

/// The folder of the exported schemas. The build script generates from them.
fn goldens() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas"))
}

#[test]
fn the_exported_schemas_are_up_to_date() {
    let files = [
        Everything::schema_files(),
        EverythingMessage::schema_files(),
        LooseMessage::schema_files(),
        Written::schema_files(),
    ];
    for file in files.concat() {
        expectorate::assert_contents(goldens().join(&file.name), &file.text);
    }
}

/// An event of the exported schemas.
fn exported(name: &str) -> (Contract, Event) {
    let loaded = Loader::new().path(goldens()).load().expect("the files are valid");
    let event = loaded.contract.events.iter().find(|event| event.name == name).expect("the event").clone();
    (loaded.contract, event)
}

#[test]
fn the_exported_schema_is_the_registered_one() {
    let (_, event) = exported(Everything::NAME);
    assert_eq!(Everything::schema().text(), event.schema);
    let fingerprint = Everything::schema().fingerprint().expect("Avro");
    assert_eq!(Some(fingerprint), event.avro_fingerprint());
    assert_eq!(Everything::SUBJECT, event.subject);
}

#[test]
fn the_exported_file_of_a_message_and_its_imports_are_the_registered_ones() {
    let (contract, event) = exported(EverythingMessage::NAME);
    assert_eq!(EverythingMessage::SUBJECT, event.subject);
    let schema = EverythingMessage::schema();
    let (file, message_indexes) = schema.file().zip(schema.message_indexes()).expect("Protobuf");
    let theirs = event.protobuf_message().expect("a message");
    assert_eq!((file.name, message_indexes), (theirs.file.as_str(), theirs.message_indexes.as_slice()));
    let mut to_do = vec![file];
    let mut seen = Vec::new();
    while let Some(file) = to_do.pop() {
        let theirs = &contract.protobuf().files[file.name];
        assert_eq!(file.text, theirs.text);
        let imports: Vec<&str> = file.imports.iter().map(|import| import.name).collect();
        assert_eq!(imports, theirs.references);
        to_do.extend(file.imports);
        seen.push(file.name);
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}

/// An event on the topic of another, unknown to its derive.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[kafka(topic = "derive.everything.v1", key = id)]
struct OnSameTopic {
    id: String,
}

#[test]
fn events_on_one_topic_are_not_exported_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = eventgen::export_schemas!(folder.path(), EverythingMessage, Everything, Everything);
    assert_eq!(paths.expect("they are written").len(), 4);
    let error = eventgen::export_schemas!(folder.path(), Everything, OnSameTopic).expect_err("one subject");
    assert_eq!(
        error.to_string(),
        "com.example.derive.Everything and OnSameTopic have the same subject derive.everything.v1-value: a derive assumes \
         that its event is the only one on its topic; generate events that share a topic with a build script"
    );
}

#[test]
fn an_error_of_writing_names_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schemas");
    fs::write(&file, "no folder").expect("the file can be written");
    let error = eventgen::export_schemas!(&file, Everything).expect_err("it is a file");
    assert!(error.to_string().starts_with(&file.display().to_string()), "{error}");
}

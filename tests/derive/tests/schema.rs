//! Exported schemas are files like any other: what they say is what the derived events do.

use std::path::Path;
use std::{env, fs};

use derive_tests::everything::Everything;
use eventgen::{KafkaEvent, SchemaFile};
use eventgen_schema::Loader;

/// The exported schemas, which the build script generates from.
fn goldens() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas"))
}

#[test]
fn the_exported_schemas_are_up_to_date() {
    let file = SchemaFile::of::<Everything>();
    if env::var_os("UPDATE_GOLDENS").is_some() {
        file.write(goldens()).expect("the folder can be written");
    }
    let golden = fs::read_to_string(goldens().join(&file.name)).expect("the file is there");
    assert_eq!(file.text, golden, "run the tests with UPDATE_GOLDENS=1");
}

#[test]
fn what_is_exported_is_what_is_registered() {
    let loaded = Loader::new().path(goldens()).load().expect("the files are right");
    let event =
        loaded.contract.events.iter().find(|event| event.name == Everything::NAME).expect("the event");
    assert_eq!(Everything::schema().text(), event.schema);
    let eventgen::Schema::Avro { fingerprint, .. } = Everything::schema() else { panic!("Avro") };
    let eventgen_schema::EventFormat::Avro { fingerprint: theirs } = event.format else { panic!("Avro") };
    assert_eq!(fingerprint, theirs);
    assert_eq!(Everything::SUBJECT, event.subject);
}

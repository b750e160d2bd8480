//! The schemas of derived events are exported, so that they are checked and registered like files that somebody wrote:
//! this test keeps them up to date.

use std::path::Path;
use std::{env, fs};

use derive_example::events::ShipmentEvent;
use eventgen::{KafkaEvent, SchemaFile};
use eventgen_schema::Loader;

/// The folder of the exported schemas, which is in the repository.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");

#[test]
fn the_exported_schema_is_up_to_date() {
    if env::var_os("UPDATE_GOLDENS").is_some() {
        eventgen::export_schemas!(FOLDER, ShipmentEvent).expect("the folder can be written");
    }
    let file = SchemaFile::of::<ShipmentEvent>();
    let there = fs::read_to_string(Path::new(FOLDER).join(&file.name)).expect("the file is there");
    assert_eq!(there, file.text, "run the test with UPDATE_GOLDENS=1");
}

#[test]
fn the_exported_schema_is_the_contract_of_the_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = eventgen::export_schemas!(folder.path(), ShipmentEvent).expect("the folder can be written");
    let loaded = Loader::new().path(&written[0]).load().expect("the file is right");
    let event = &loaded.contract.events[0];
    assert_eq!(event.schema, ShipmentEvent::schema().text());
    assert_eq!(event.name, ShipmentEvent::NAME);
    assert_eq!(event.key[0].fields, ["customer", "id"]);
}

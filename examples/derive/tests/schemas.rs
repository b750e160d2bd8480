//! Keeps the exported schemas of the derived events up to date. They are checked and registered like handwritten files.

use std::path::Path;
use std::{env, fs};

use derive_example::events::ShipmentEvent;
use derive_example::scans::ParcelScanned;
use eventgen::KafkaEvent;
use eventgen_schema::Loader;

/// The folder of the exported schemas in the repository.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");

#[test]
fn the_exported_schemas_are_up_to_date() {
    if env::var_os("UPDATE_GOLDENS").is_some() {
        eventgen::export_schemas!(FOLDER, ShipmentEvent, ParcelScanned).expect("the folder is writable");
    }
    let now = tempfile::tempdir().expect("a folder");
    let files = eventgen::export_schemas!(now.path(), ShipmentEvent, ParcelScanned);
    for file in files.expect("the folder is writable") {
        let name = file.strip_prefix(now.path()).expect("a file in the folder");
        let text = fs::read_to_string(&file).expect("the file exists");
        let exported = fs::read_to_string(Path::new(FOLDER).join(name)).expect("the file exists");
        assert_eq!(exported, text, "run the test with UPDATE_GOLDENS=1");
    }
}

#[test]
fn the_exported_schemas_are_the_contracts_of_the_events() {
    let loaded = Loader::new().path(FOLDER).load().expect("the files are valid");
    let event =
        |name: &str| loaded.contract.events.iter().find(|event| event.name == name).expect("the event");
    let shipment = event(ShipmentEvent::NAME);
    assert_eq!(shipment.schema, ShipmentEvent::schema().text());
    assert_eq!(shipment.key[0].fields, ["customer", "id"]);
    let scan = event(ParcelScanned::NAME);
    assert_eq!(scan.schema, ParcelScanned::schema().text());
    assert_eq!(scan.key[0].fields, ["depot", "id"]);
}

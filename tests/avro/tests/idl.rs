//! Avro IDL, compared with a golden. Apache's reader agrees with it (`apache.rs`).

use std::path::Path;

use eventgen_schema::Loader;

#[test]
fn a_file_with_every_construct_of_idl_equals_its_golden() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = Loader::new().path(package.join("idl/shop.avdl")).load().expect("valid schemas");
    assert_eq!(loaded.files.len(), 4, "imports are read, each once");
    assert_eq!(loaded.contract.events[0].topic, "shop.orders.v1");
    let schemas = loaded.schemas().into_iter().map(|(name, schema)| {
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
        (name, schema)
    });
    let read = serde_json::Value::Object(schemas.collect());
    let golden = package.join("goldens/shop.json");
    let text = serde_json::to_string_pretty(&read).expect("JSON") + "\n";
    expectorate::assert_contents(golden, &text);
}

//! Avro IDL: what the files of this package say, as goldens. Apache's own reader says the same of them (`apache.rs`).

use std::path::Path;
use std::{env, fs};

use eventgen_schema::Loader;

#[test]
fn a_file_with_the_whole_language_reads_as_its_golden_says() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = Loader::new().path(package.join("idl/shop.avdl")).load().expect("no mistakes");
    assert_eq!(loaded.files.len(), 4, "imports are read, each once");
    assert_eq!(loaded.contract.events[0].topic, "shop.orders.v1");
    let schemas = loaded.schemas().into_iter().map(|(name, schema)| {
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
        (name, schema)
    });
    let read = serde_json::Value::Object(schemas.collect());
    let golden = package.join("goldens/shop.json");
    let text = serde_json::to_string_pretty(&read).expect("JSON") + "\n";
    if env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&golden, text).expect("the golden can be written");
        return;
    }
    let expected = fs::read_to_string(&golden).expect("a golden; UPDATE_GOLDENS=1 writes it");
    assert_eq!(expected, text);
}

//! Keeps the files in `schemas` as the Rust types are. The command reads the files: it checks and registers them.

use std::path::Path;
use std::{env, fs};

use « p.package »::events::OrderPlaced;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");

#[test]
fn the_schemas_are_up_to_date() {
    if env::var_os("UPDATE_SCHEMAS").is_some() {
        eventgen::export_schemas!(FOLDER, OrderPlaced).expect("a folder");
    }
    let now = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemas");
    for file in eventgen::export_schemas!(&now, OrderPlaced).expect("a folder") {
        let name = file.strip_prefix(&now).expect("a file of the folder");
        let exported = fs::read_to_string(Path::new(FOLDER).join(name)).unwrap_or_default();
        let text = fs::read_to_string(&file).expect("a file");
        assert_eq!(exported, text, "run `UPDATE_SCHEMAS=1 cargo test`");
    }
}

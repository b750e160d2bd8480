//! Files that protoc accepts are accepted.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use eventgen_schema::Loader;

/// Files, and folders of files that belong together.
fn entries() -> Vec<PathBuf> {
    let folder = fs::read_dir("tests/protobuf/valid").expect("the files");
    let mut entries: Vec<PathBuf> = folder.map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    entries
}

#[test]
fn what_protoc_accepts_is_accepted() {
    let mut refused = String::new();
    for path in entries() {
        if let Err(diagnostics) = Loader::new().path(&path).load() {
            let _ = writeln!(refused, "{}:\n{diagnostics}", path.display());
        }
    }
    assert!(refused.is_empty(), "{refused}");
}

#[test]
fn what_is_accepted_is_accepted_as_one_schema_of_a_registry() {
    for path in entries().into_iter().filter(|path| path.is_file()) {
        let text = fs::read_to_string(&path).expect("a file");
        let parsed = eventgen_schema::protobuf::parse_schema(&text, &std::collections::BTreeMap::new());
        assert!(parsed.is_ok(), "{}: {}", path.display(), parsed.expect_err("an error"));
    }
}

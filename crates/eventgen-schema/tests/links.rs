//! Symbolic links in folders of schemas: followed, each folder once, and reported if they are broken. What is not a file is
//! reported and not read.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use eventgen_schema::{Diagnostics, Loaded, Loader, Manifest};

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("links").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("schemas")).expect("a folder");
    folder
}

fn record(path: &Path, name: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let text = format!(
        r#"{{ "type": "record", "name": "{name}", "kafka": {{ "topic": "{name}.v1", "key": "id" }},
              "fields": [{{ "name": "id", "type": "string" }}] }}"#
    );
    fs::write(path, text).expect("a schema");
}

fn load(folder: &Path) -> Result<Loaded, Diagnostics> {
    Loader::new().path(folder.join("schemas")).load()
}

fn events(folder: &Path) -> Vec<String> {
    load(folder).expect("a contract").contract.events.into_iter().map(|event| event.name).collect()
}

#[test]
fn linked_folders_and_files_are_read() {
    let folder = folder("followed");
    record(&folder.join("elsewhere/deep/A.avsc"), "A");
    record(&folder.join("elsewhere/B.avsc"), "B");
    symlink("../elsewhere", folder.join("schemas/team")).expect("a link");
    record(&folder.join("other/C.avsc"), "C");
    symlink("../other/C.avsc", folder.join("schemas/C.avsc")).expect("a link");
    assert_eq!(events(&folder), ["A", "B", "C"]);
}

#[test]
fn loops_of_links_end() {
    let folder = folder("loops");
    record(&folder.join("schemas/a/A.avsc"), "A");
    record(&folder.join("schemas/b/B.avsc"), "B");
    symlink("..", folder.join("schemas/a/up")).expect("a link");
    symlink("../b", folder.join("schemas/a/b")).expect("a link");
    symlink("../a", folder.join("schemas/b/a")).expect("a link");
    symlink("../..", folder.join("schemas/b/out")).expect("a link");
    let loaded = load(&folder).expect("a contract");
    assert_eq!(loaded.contract.events.len(), 2);
    let files: Vec<_> = loaded.files.iter().map(|path| path.strip_prefix(&folder).expect("below")).collect();
    assert_eq!(files, [Path::new("schemas/a/A.avsc"), Path::new("schemas/b/B.avsc")]);
}

#[test]
fn broken_links_are_reported_with_their_targets() {
    for (name, target) in [("order.avsc", "../gone/order.avsc"), ("team", "../gone"), ("v1.2", "gone")] {
        let folder = folder("broken");
        record(&folder.join("schemas/A.avsc"), "A");
        symlink(target, folder.join("schemas").join(name)).expect("a link");
        let told = load(&folder).expect_err("a broken link").to_string();
        assert!(told.contains(&format!("{name} is a link to {target}, which does not exist")), "{told}");
    }
    let folder = folder("itself");
    symlink("order.avsc", folder.join("schemas/order.avsc")).expect("a link");
    let told = load(&folder).expect_err("a link to itself").to_string();
    assert!(told.contains("order.avsc cannot be read"), "{told}");
    let given = folder.join("schemas/order.avsc");
    let told = Loader::new().path(&given).load().expect_err("a link to itself").to_string();
    assert!(told.contains("order.avsc cannot be read"), "{told}");
}

#[test]
fn broken_links_that_are_no_schemas_are_ignored() {
    let folder = folder("ignored");
    record(&folder.join("schemas/A.avsc"), "A");
    symlink("me@host.1234:5678", folder.join("schemas/.#A.avsc")).expect("a link");
    symlink("../gone.md", folder.join("schemas/README.md")).expect("a link");
    assert_eq!(events(&folder), ["A"]);
}

#[cfg(feature = "protobuf")]
#[test]
fn files_in_linked_folders_import_by_their_paths_below_the_folder() {
    let folder = folder("protobuf");
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("common/money.proto", "syntax = \"proto3\"; package shop; message Money { int64 units = 1; }");
    symlink("../common", folder.join("schemas/common")).expect("a link");
    // A project whose imports start at its own folder.
    write("stock/types/sku.proto", "syntax = \"proto3\"; package stock; message Sku { string code = 1; }");
    let stock =
        "syntax = \"proto3\"; package stock; import \"types/sku.proto\"; message Stock { Sku sku = 1; }";
    write("stock/stock.proto", stock);
    symlink("../stock", folder.join("schemas/stock")).expect("a link");
    let order = "syntax = \"proto3\"; package shop;
        import \"eventgen/kafka.proto\"; import \"common/money.proto\";
        message Order { option (eventgen.kafka) = { topic: \"orders\" key: \"id\" }; string id = 1; Money total = 2; }";
    write("schemas/order.proto", order);
    assert_eq!(events(&folder), ["shop.Order"]);
}

/// Makes a pipe. Opening it for reading waits until something opens it for writing.
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

#[test]
fn pipes_and_devices_are_reported_and_not_read() {
    let folder = folder("pipes");
    let schemas = folder.join("schemas");
    record(&schemas.join("A.avsc"), "A");
    pipe(&schemas.join("B.avsc"));
    pipe(&schemas.join("C.proto"));
    pipe(&schemas.join("other"));
    symlink("/dev/zero", schemas.join("D.avsc")).expect("a link");
    let told = load(&folder).expect_err("not all are files").to_string();
    for file in ["B.avsc", "C.proto", "D.avsc"] {
        assert!(told.contains(&format!("{file} is not a file")), "{told}");
    }
    assert!(!told.contains("other"), "{told}");
    for given in ["B.avsc", "C.proto", "other"] {
        let told = Loader::new().path(schemas.join(given)).load().expect_err("a pipe").to_string();
        assert!(told.contains(&format!("{given} is not a file")), "{told}");
    }
}

#[test]
fn an_import_that_is_a_pipe_is_reported() {
    let folder = folder("imported-pipe");
    pipe(&folder.join("schemas/types"));
    fs::write(folder.join("schemas/A.avdl"), "protocol P { import idl \"types\"; }").expect("a file");
    let told = load(&folder).expect_err("a pipe").to_string();
    assert!(told.contains("types is not a file") && told.contains("imported here"), "{told}");
}

#[test]
fn a_manifest_that_is_not_a_file_is_reported() {
    let folder = folder("manifests");
    fs::create_dir_all(folder.join("of-folder/eventgen.toml")).expect("a folder");
    fs::create_dir_all(folder.join("of-pipe")).expect("a folder");
    pipe(&folder.join("of-pipe/eventgen.toml"));
    fs::create_dir_all(folder.join("of-link")).expect("a folder");
    symlink("elsewhere", folder.join("of-link/eventgen.toml")).expect("a link");
    for (folder, expected) in [
        (folder.join("of-folder"), "is not a file"),
        (folder.join("of-pipe"), "is not a file"),
        (folder.join("of-link"), "does not exist"),
    ] {
        let told = Manifest::discover(&folder).expect_err("not a file").to_string();
        assert!(told.contains(expected), "{told}");
    }
}

//! Several paths and include paths in a build script.

use std::fs;
use std::path::Path;

use eventgen_build::configure;
use tempfile::TempDir;

const STORAGE: &str = r#"syntax = "proto3"; package cloud.events;
import "eventgen/kafka.proto"; import "cloud/api/resource.proto"; import "cloud/type/money.proto";
message Stored { option (eventgen.kafka) = { topic: "stored.v1" key: "id" }; string id = 1; cloud.type.Money cost = 2; }"#;
const MONEY: &str = r#"syntax = "proto3"; package cloud.type; import "eventgen/kafka.proto";
message Money { option (eventgen.kafka) = { topic: "money.v1" key: "id" }; string id = 1; }"#;

fn project() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (path, text) in [
        ("proto/cloud/events/storage.proto", STORAGE),
        ("third_party/cloud/type/money.proto", MONEY),
        (
            "third_party/cloud/api/resource.proto",
            "syntax = \"proto3\"; package cloud.api; message Resource { string name = 1; }",
        ),
        (
            "avro/order.avsc",
            r#"{ "type": "record", "name": "Order", "kafka": { "topic": "orders", "key": "id" },
                 "fields": [{ "name": "id", "type": "string" }] }"#,
        ),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn generate(folder: &Path, paths: &[&str]) -> String {
    let config = configure().out_dir(folder);
    let config = config.include(folder.join("proto")).include(folder.join("third_party"));
    let paths: Vec<_> = paths.iter().map(|path| folder.join(path)).collect();
    config.compile(paths).expect("code");
    fs::read_to_string(folder.join("eventgen.rs")).expect("the generated file")
}

#[test]
fn included_files_give_the_types_that_are_used_and_no_events() {
    let folder = project();
    let code = generate(folder.path(), &["proto/cloud/events", "avro"]);
    for part in ["pub struct Stored", "pub struct Money", "pub struct Order", "KafkaEvent for Stored"] {
        assert!(code.contains(part), "`{part}` is not in {code}");
    }
    for part in ["pub struct Resource", "KafkaEvent for Money", "money.v1"] {
        assert!(!code.contains(part), "`{part}` is in {code}");
    }
    // Registered with the event, because its file imports it.
    assert!(code.contains("cloud/api/resource.proto"), "{code}");

    let code = generate(folder.path(), &["proto/cloud/events", "third_party/cloud"]);
    for part in ["pub struct Resource", "KafkaEvent for Money", "KafkaEvent for Stored"] {
        assert!(code.contains(part), "`{part}` is not in {code}");
    }
}

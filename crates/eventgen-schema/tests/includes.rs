//! Include paths: where imports are searched, and what becomes of the files that are found there.

use std::fs;
use std::path::{Path, PathBuf};

use eventgen_schema::{Diagnostics, Loaded, Loader, Manifest};

/// A folder with files for a test.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("includes").join(name);
    let _ = fs::remove_dir_all(&folder);
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn load(folder: &Path, paths: &[&str], includes: &[&str]) -> Result<Loaded, Diagnostics> {
    let loader = paths.iter().fold(Loader::new(), |loader, path| loader.path(folder.join(path)));
    includes.iter().fold(loader, |loader, include| loader.include(folder.join(include))).load()
}

fn events(loaded: &Loaded) -> Vec<&str> {
    loaded.contract.events.iter().map(|event| event.name.as_str()).collect()
}

fn fails(loaded: Result<Loaded, Diagnostics>, parts: &[&str]) {
    let told = loaded.expect_err("an error").to_string();
    for part in parts {
        assert!(told.contains(part), "`{part}` is not in {told}");
    }
}

const CUSTOMER: &str = r#"
import schema "com/example/common/address.avsc";
import idl "com/example/common/shared.avdl";
@namespace("com.example.customers") protocol Customers {
  import idl "beside.avdl";
  @kafka({"topic": "customers.v1", "key": "id"})
  record Customer { string id; com.example.common.Address home; com.example.common.Money spent; }
}"#;

#[test]
fn idl_imports_are_searched_beside_the_file_and_then_in_the_include_paths() {
    let text = CUSTOMER.replacen("\nimport schema", "import schema", 1);
    let (imports, protocol) = text.split_once("@namespace").expect("a protocol");
    // Java has imports inside of the protocol.
    let text = format!(
        "@namespace{}",
        protocol.replace("import idl \"beside.avdl\";", &format!("import idl \"beside.avdl\"; {imports}"))
    );
    let shared = r#"@namespace("com.example.common") protocol Shared {
        import idl "more/currency.avdl";
        @kafka({"topic": "money.v1", "key": "units"}) record Money { long units; Currency currency; }
        record Unused { NotDefinedAnywhere x; }
    }"#;
    let folder = folder(
        "idl",
        &[
            ("schemas/customers.avdl", &text),
            (
                "schemas/beside.avdl",
                r#"protocol B { @kafka({"topic": "b.v1", "key": "id"}) record Beside { string id; } }"#,
            ),
            ("classes/com/example/common/shared.avdl", shared),
            (
                "classes/com/example/common/more/currency.avdl",
                r#"@namespace("com.example.common") protocol C { enum Currency { EUR } enum Other { A } }"#,
            ),
            (
                "more/com/example/common/address.avsc",
                r#"{"type":"record","name":"com.example.common.Address","fields":[{"name":"city","type":"string"}]}"#,
            ),
        ],
    );
    let loaded = load(&folder, &["schemas"], &["classes", "more"]).expect("a contract");
    assert_eq!(
        events(&loaded),
        ["Beside", "com.example.customers.Customer"],
        "not the events of an included file"
    );
    let names: Vec<String> = loaded.schemas().into_keys().collect();
    let expected = [
        "Beside",
        "com.example.common.Address",
        "com.example.common.Currency",
        "com.example.common.Money",
        "com.example.customers.Customer",
    ];
    assert_eq!(names, expected, "the types that are used, and no others");
    assert!(
        loaded.files.contains(&folder.join("classes/com/example/common/shared.avdl")),
        "Cargo watches it"
    );

    // A file that is given, too, is part of the contract, with its errors.
    let both = &["schemas", "classes/com/example/common/shared.avdl"];
    fails(load(&folder, both, &["classes", "more"]), &["NotDefinedAnywhere"]);
    let classes = folder.join("classes").display().to_string();
    fails(
        load(&folder, &["schemas"], &["classes"]),
        &[
            "EG0502",
            "`com/example/common/address.avsc` is not found",
            "imported here",
            "searched in",
            &classes,
        ],
    );
}

const STORAGE: &str = r#"syntax = "proto3"; package google.events;
import "eventgen/kafka.proto"; import "google/api/resource.proto"; import "google/type/money.proto";
message Stored { option (eventgen.kafka) = { topic: "stored.v1" key: "id" }; string id = 1; google.type.Money cost = 2; }"#;
const MONEY: &str = r#"syntax = "proto3"; package google.type; import "google/type/unit.proto";
import "eventgen/kafka.proto";
message Money { option (eventgen.kafka) = { topic: "money.v1" key: "id" }; string id = 1; Unit unit = 2; }"#;
const UNIT: &str = r#"syntax = "proto3"; package google.type; enum Unit { UNIT_UNSPECIFIED = 0; }"#;
const RESOURCE: &str = r#"syntax = "proto3"; package google.api; message Resource { string name = 1; }"#;

/// Two roots, as google-cloudevents has them.
fn two_roots(name: &str) -> PathBuf {
    folder(
        name,
        &[
            ("proto/google/events/storage.proto", STORAGE),
            ("third_party/google/type/money.proto", MONEY),
            ("third_party/google/type/unit.proto", UNIT),
            ("third_party/google/api/resource.proto", RESOURCE),
        ],
    )
}

#[cfg(feature = "protobuf")]
#[test]
fn protobuf_imports_are_searched_in_several_roots() {
    let folder = two_roots("roots");
    for given in ["proto", "proto/google/events", "proto/google/events/storage.proto"] {
        let loaded = load(&folder, &[given], &["proto", "third_party"]).expect("a contract");
        assert_eq!(events(&loaded), ["google.events.Stored"], "{given}");
        let protobuf = loaded.contract.protobuf();
        let names: Vec<&String> = protobuf.files.keys().collect();
        let expected = [
            "google/api/resource.proto",
            "google/events/storage.proto",
            "google/type/money.proto",
            "google/type/unit.proto",
        ];
        assert_eq!(names, expected, "{given}: named as they are imported");
        assert_eq!(protobuf.unused.iter().collect::<Vec<_>>(), ["google/api/resource.proto"], "{given}");
    }
    let both =
        load(&folder, &["proto", "third_party/google/type"], &["proto", "third_party"]).expect("a contract");
    assert_eq!(events(&both), ["google.events.Stored", "google.type.Money"]);
}

#[cfg(feature = "protobuf")]
#[test]
fn an_import_that_is_not_found_names_the_roots_that_were_searched() {
    let folder = two_roots("absent");
    fs::remove_file(folder.join("third_party/google/type/unit.proto")).expect("a file");
    let root = folder.join("third_party").display().to_string();
    let parts = ["EG0502", "`google/type/unit.proto` is not found", "searched in", &root, "--include"];
    fails(load(&folder, &["proto"], &["third_party"]), &parts);
}

#[cfg(feature = "protobuf")]
#[test]
fn a_file_below_two_roots_is_reported_with_its_names() {
    let text =
        |import: &str| format!("syntax = \"proto3\"; import \"{import}\"; message M{} {{}}", import.len());
    let folder = folder(
        "twice",
        &[
            ("proto/a.proto", &text("common/money.proto")),
            ("proto/b.proto", &text("money.proto")),
            ("proto/common/money.proto", "syntax = \"proto3\"; message Money {}"),
        ],
    );
    fails(
        load(&folder, &["proto"], &["proto", "proto/common"]),
        &[
            "EG0502",
            "has two names: `common/money.proto` and `money.proto`",
            "import it as `common/money.proto`",
        ],
    );
}

#[cfg(feature = "protobuf")]
#[test]
fn the_first_root_that_has_a_file_is_used() {
    let folder = two_roots("first");
    fs::create_dir_all(folder.join("fork/google/type")).expect("a folder");
    let fork = UNIT.replace("UNIT_UNSPECIFIED", "FORKED");
    fs::write(folder.join("fork/google/type/unit.proto"), fork).expect("a file");
    let text = |includes| {
        let loaded = load(&folder, &["proto"], includes).expect("a contract");
        loaded.contract.protobuf().files["google/type/unit.proto"].text.clone()
    };
    assert!(text(&["fork", "third_party"]).contains("FORKED"));
    assert!(!text(&["third_party", "fork"]).contains("FORKED"));
}

#[test]
fn an_include_path_must_be_a_folder() {
    let folder = two_roots("folder");
    fails(load(&folder, &["proto"], &["third_parti", "third_party"]), &["third_parti does not exist"]);
    let file = "proto/google/events/storage.proto";
    fails(load(&folder, &["proto"], &[file]), &["storage.proto is not a folder"]);
}

#[test]
fn the_manifest_lists_include_paths() {
    let folder = folder(
        "manifest",
        &[
            ("eventgen.toml", "schemas = [\"schemas\"]\ninclude = [\"classes\"]\n"),
            (
                "schemas/a.avdl",
                "import schema \"b.avsc\"; @kafka({\"topic\": \"a\", \"key\": \"id\"}) record A { string id; B b; }",
            ),
            ("classes/b.avsc", r#"{"type":"fixed","name":"B","size":1}"#),
        ],
    );
    let manifest = Manifest::read(&folder.join("eventgen.toml")).expect("eventgen.toml");
    let loaded = Loader::new().manifest(Some(manifest)).load().expect("a contract");
    assert_eq!(events(&loaded), ["A"]);
}

//! What contracts in Protobuf say, and what of them is registered.

use std::fs;
use std::path::Path;

use eventgen_schema::contract::{DeadLetter, HeaderValue, MaxLag, Ordering, Retry};
use eventgen_schema::{Contract, Event, Loaded, Loader};

/// The contract of some files.
fn contract(files: &[(&str, &str)]) -> Contract {
    load(files).contract
}

fn load(files: &[(&str, &str)]) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    Loader::new().path(folder.path()).load().unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

fn event<'a>(contract: &'a Contract, name: &str) -> &'a Event {
    contract.events.iter().find(|event| event.name == name).expect("an event")
}

fn indexes(contract: &Contract, name: &str) -> Vec<u32> {
    event(contract, name).protobuf_message().expect("a message").message_indexes.clone()
}

const EVERY_WORD: &str = r#"
syntax = "proto3";
package shop;
import "eventgen/kafka.proto";
message OrderPlaced {
  option (eventgen.kafka) = {
    topic: "orders." 'v1'  # literals side by side are one
    key: "order_id" key: "customer.id"
    partitions: 0x0c, replication_factor: 3;
    config { key: "retention.ms" value: "7d" }
    config: [ { key: "cleanup.policy", value: "compact" } ]
    headers: { key: "trace" value: "customer.id" }
    headers: < key: "source" literal: "sh\u006fp" >
    ordering: "key"
    key_format: "string"
    retry: { attempts: 5 backoff: "fixed" initial: "1s" max: "2s" jitter: false mode: "topics" delays: ["10s"] delays: "1m" }
    dead_letter: { topic: "orders.dead" partitions: 1 config: { key: "retention.ms" value: "30d" } enabled: true }
    compatibility: "FULL"
    subject_strategy: "RecordName"
    producers: ["checkout"]
    consumers: [ { group: "billing" max_lag: "5m" }, { group: "search" max_lag: "10000" } ]
    owner: "orders"
    handler_timeout: "30s"
  };
  string order_id = 1;
  Customer customer = 2;
}
message Customer { string id = 1; }
"#;

#[test]
fn every_word_is_understood() {
    let contract = contract(&[("order.proto", EVERY_WORD)]);
    let (order, topic) = (event(&contract, "shop.OrderPlaced"), &contract.topics["orders.v1"]);
    let keys: Vec<String> = order.key.iter().map(|path| path.fields.join(".")).collect();
    assert_eq!(keys, ["order_id", "customer.id"]);
    assert_eq!(order.headers[0].1, HeaderValue::Literal("shop.OrderPlaced".to_owned()));
    assert!(matches!(&order.headers[1], (name, HeaderValue::Field(_)) if name == "trace"));
    assert_eq!(order.headers[2], ("source".to_owned(), HeaderValue::Literal("shop".to_owned())));
    assert_eq!((order.subject.as_str(), order.compatibility.as_str()), ("shop.OrderPlaced", "FULL"));
    assert_eq!((topic.partitions, topic.replication_factor), (Some(12), Some(3)));
    assert_eq!(topic.config["retention.ms"], "604800000");
    assert_eq!(topic.config["cleanup.policy"], "compact");
    assert_eq!(topic.ordering, Ordering::Key);
    let Retry { attempts, jitter, initial, delays, .. } = &topic.retry;
    assert_eq!((*attempts, *jitter, initial.as_secs()), (5, false, 1));
    assert_eq!(delays.iter().map(std::time::Duration::as_secs).collect::<Vec<_>>(), [10, 60]);
    assert_eq!(topic.handler_timeout.map(|limit| limit.as_secs()), Some(30));
    let DeadLetter { topic: name, partitions, config, .. } =
        topic.dead_letter.as_ref().expect("dead letters");
    assert_eq!(
        (name.as_str(), *partitions, config["retention.ms"].as_str()),
        ("orders.dead", Some(1), "2592000000")
    );
    assert_eq!(topic.consumers[1].max_lag, Some(MaxLag::Records(10_000)));
    assert_eq!(
        (topic.producers.as_slice(), topic.owner.as_deref()),
        (&["checkout".to_owned()][..], Some("orders"))
    );
}

#[test]
fn an_option_can_be_set_by_parts() {
    let text = r#"
        syntax = "proto2";
        import "eventgen/kafka.proto";
        message Placed {
          option (eventgen.kafka).topic = "orders.v1";
          option (.eventgen.kafka).key = "id";
          option deprecated = true;
          option (eventgen.kafka).retry.attempts = 1;
          option (eventgen.kafka).retry.max = "9s";
          option (eventgen.kafka).dead_letter = { enabled: false };
          required string id = 1;
        }"#;
    let contract = contract(&[("order.proto", text)]);
    let topic = &contract.topics["orders.v1"];
    assert_eq!((topic.retry.attempts, topic.retry.max.as_secs()), (1, 9));
    assert_eq!(topic.dead_letter, None);
    assert!(event(&contract, "Placed").schema.contains("option deprecated = true;"));
}

#[test]
fn the_registered_form_is_the_authors_text_without_our_words() {
    let text = "// Licence.\nsyntax = \"proto3\";\n\npackage shop;\n\nimport \"eventgen/kafka.proto\"; // the contract\nimport public \"shared/money.proto\";\n\n/* An order,\n * placed. */\nmessage Placed {\n  option (eventgen.kafka) = {\n    topic: \"orders.v1\" // not registered\n    key: \"id\"\n  };\n\n  // \u{e9}: its id\n  string id = 1; option (eventgen.kafka).partitions = 3; Money total = 2;\n}\n";
    let expected = "// Licence.\nsyntax = \"proto3\";\n\npackage shop;\n\n // the contract\nimport public \"shared/money.proto\";\n\n/* An order,\n * placed. */\nmessage Placed {\n  // \u{e9}: its id\n  string id = 1;  Money total = 2;\n}\n";
    let money =
        "syntax = \"proto3\"; package shop; import \"shared/unit.proto\"; message Money { Unit unit = 1; }";
    let unit = "syntax = \"proto3\"; package shop; enum Unit { UNIT_UNSPECIFIED = 0; }";
    let contract =
        contract(&[("order.proto", text), ("shared/money.proto", money), ("shared/unit.proto", unit)]);
    assert_eq!(event(&contract, "shop.Placed").schema, expected);
    let file = &contract.protobuf().files["order.proto"];
    let references: Vec<&str> = contract
        .references(&file.registered("PROTOBUF"))
        .into_iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(references, ["shared/unit.proto", "shared/money.proto"]);
}

#[test]
fn a_changed_topic_changes_no_schema() {
    let with = |words: &str| {
        let text = format!(
            "syntax = \"proto3\";\nimport \"eventgen/kafka.proto\";\nmessage Placed {{\n  option (eventgen.kafka) = {{ topic: \"orders.v1\" key: \"id\"{words} }};\n  string id = 1;\n}}\n"
        );
        event(&contract(&[("order.proto", &text)]), "Placed").schema.clone()
    };
    assert_eq!(with(""), with("\n    partitions: 12\n    owner: \"orders\"\n "));
}

#[test]
fn message_indexes_count_what_is_declared() {
    let option = |topic: &str| {
        format!("option (eventgen.kafka) = {{ topic: \"{topic}\" key: \"id\" }}; required string id = 1;")
    };
    let text = format!(
        r#"
        syntax = "proto2";
        package shop;
        import "eventgen/kafka.proto";
        message Other {{ required string id = 1; }}
        message Outer {{
          map<string, string> labels = 1;
          optional group Extra = 2 {{ optional string a = 1; }}
          message First {{ message Deep {{ {} }} }}
          message Second {{ {} }}
        }}
        message Last {{ {} }}
        "#,
        option("deep.v1"),
        option("second.v1"),
        option("last.v1"),
    );
    let Loaded { contract, warnings, .. } = load(&[("shop.proto", &text)]);
    assert_eq!(indexes(&contract, "shop.Outer.First.Deep"), [1, 0, 0]);
    assert_eq!(indexes(&contract, "shop.Outer.Second"), [1, 1]);
    assert_eq!(indexes(&contract, "shop.Last"), [2]);
    // The map and the group stand before the nested events.
    let warned: Vec<&str> = warnings.iter().map(|warning| warning.code.id).collect();
    assert_eq!(warned, ["EG0503", "EG0503"]);
}

#[test]
fn the_compiled_vocabulary_is_the_file_that_users_find() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [users, compiled] = ["../../schemas/eventgen/kafka.proto", "src/frontend/protobuf/kafka.proto"]
        .map(|path| fs::read_to_string(package.join(path)).expect("the vocabulary"));
    assert!(
        users == compiled,
        "copy schemas/eventgen/kafka.proto to crates/eventgen-schema/src/frontend/protobuf"
    );
}

#[test]
fn imports_are_found_below_the_folder_that_was_read() {
    let order = "syntax = \"proto3\"; import \"common/money.proto\"; message Order { Money total = 1; }";
    let money = "syntax = \"proto3\"; message Money { int64 minor_units = 1; }";
    let vendored =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/eventgen/kafka.proto"));
    let contract = contract(&[
        ("shop/order.proto", order),
        ("shop/common/money.proto", money),
        // A copy for other compilers changes nothing.
        ("eventgen/kafka.proto", &vendored.expect("the vocabulary")),
    ]);
    let names: Vec<&String> = contract.protobuf().files.keys().collect();
    assert_eq!(names, ["common/money.proto", "order.proto"]);
}

#[test]
fn two_projects_are_not_mixed_up() {
    let order = |package: &str| {
        format!(
            "syntax = \"proto3\"; package {package}; import \"common/money.proto\"; message Order {{ Money total = 1; }}"
        )
    };
    let money = |package: &str| {
        format!("syntax = \"proto3\"; package {package}; message Money {{ int64 units = 1; }}")
    };
    let folder = tempfile::tempdir().expect("a folder");
    for project in ["a", "b"] {
        fs::create_dir_all(folder.path().join(project).join("common")).expect("a folder");
        fs::write(folder.path().join(project).join("order.proto"), order(project)).expect("a file");
        fs::write(folder.path().join(project).join("common/money.proto"), money(project)).expect("a file");
        let alone = Loader::new().path(folder.path().join(project)).load();
        assert!(alone.is_ok(), "each by itself is right");
    }
    // Together they would register two files under one name.
    let diagnostics =
        Loader::new().path(folder.path()).load().expect_err("one name for two files").to_string();
    assert!(diagnostics.contains("are both imported as `common/money.proto`"), "{diagnostics}");
}

/// One text changed in one place, many times: nothing panics, and what is accepted generates the same contract again.
#[test]
fn no_change_to_a_file_makes_the_front_end_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("small")
    };
    let text = EVERY_WORD.as_bytes();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("order.proto");
    for _ in 0..400 {
        let mut changed = text.to_vec();
        for _ in 0..=random(3) {
            let (at, other) = (random(changed.len()), text[random(text.len())]);
            match random(4) {
                0 => drop(changed.drain(at..(at + random(40)).min(changed.len()))),
                1 => changed[at] = other,
                2 => changed.insert(at, other),
                _ => changed.extend_from_within(at..(at + random(60)).min(changed.len())),
            }
        }
        fs::write(&path, &changed).expect("a file");
        match Loader::new().path(folder.path()).load() {
            Ok(loaded) => assert!(loaded.contract.events.len() <= 2),
            Err(diagnostics) => assert!(diagnostics.error_count() > 0),
        }
    }
}

#[test]
fn a_copy_of_confluents_options_is_registered_as_a_reference() {
    let order = r#"syntax = "proto3";
        import "confluent/meta.proto";
        import "eventgen/kafka.proto";
        message Placed {
          option (eventgen.kafka) = { topic: "orders.v1" key: "id" };
          string id = 1 [(confluent.field_meta).tags = "PII"];
        }"#;
    let (name, meta) = eventgen_schema::protobuf::CONFLUENT_META;
    let of = |files: &[(&str, &str)]| event(&contract(files), "Placed").references.clone();
    assert_eq!(of(&[("order.proto", order)]), Vec::<String>::new());
    assert_eq!(of(&[("order.proto", order), (name, meta)]), [name]);
}

#[test]
fn a_typed_key_is_a_message_in_a_file_of_its_own() {
    let file = r#"
syntax = "proto2";
package shop;
import "eventgen/kafka.proto";
message Outer {
  message OrderPlaced {
    option (eventgen.kafka) = {
      topic: "orders.v1" key: "customer.id" key: "kind" key: "number" key_format: "protobuf"
    };
    required Customer customer = 7;
    required Kind kind = 2;
    required sfixed64 number = 3;
  }
}
message Customer { required string id = 1; }
enum Kind { option allow_alias = true; HIGH = 5; NONE = 0; LOW = -1; LEAST = -1; }
"#;
    let contract = contract(&[("order.proto", file)]);
    let key = event(&contract, "shop.Outer.OrderPlaced").typed_key.as_ref().expect("a typed key");
    let text = r#"syntax = "proto3";

package shop;

message OrderPlacedKey {
  string customer_id = 1;
  Kind kind = 2;
  sfixed64 number = 3;

  enum Kind {
    option allow_alias = true;
    NONE = 0;
    LEAST = -1;
    LOW = -1;
    HIGH = 5;
  }
}
"#;
    assert_eq!((key.subject.as_str(), key.text.as_str()), ("orders.v1-key", text));
    assert_eq!((key.schema_type, key.name.as_deref()), ("PROTOBUF", Some("shop.OrderPlacedKey")));
}

#[test]
fn fields_that_a_message_of_a_key_cannot_have_are_refused() {
    let refused = |fields: &str, key: &str| {
        let file = format!(
            r#"syntax = "proto3"; package shop; import "eventgen/kafka.proto"; import "google/protobuf/timestamp.proto";
message A {{
  option (eventgen.kafka) = {{ topic: "a" {key} key_format: "protobuf" ordering: "none" }};
  {fields}
}}
message One {{ enum Kind {{ ZERO = 0; }} Kind kind = 1; }}
message Two {{ enum Kind {{ ZERO = 0; }} Kind kind = 1; }}"#
        );
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.proto"), file).expect("a file");
        let errors = Loader::new().path(folder.path()).load().expect_err("an error");
        let first = errors.iter().next().expect("an error");
        assert_eq!(first.code.id, "EG0131", "{errors}");
        first.message.clone()
    };
    for (fields, key, reason) in [
        (
            "google.protobuf.Timestamp at = 1;",
            r#"key: "at""#,
            "`at` is neither a string, an integer, a bool nor an enum",
        ),
        (
            "One one = 1; Two two = 2;",
            r#"key: "one.kind" key: "two.kind""#,
            "`shop.One.Kind` and `shop.Two.Kind` would have one name in it",
        ),
    ] {
        assert_eq!(refused(fields, key), format!("the key of `shop.A` has no schema: {reason}"));
    }
    let in_json = refused(
        "string a_b = 1; In in = 2; message In { string c = 1; }",
        r#"key: "a_b" key: "in.c" key: "a_b""#,
    );
    assert_eq!(in_json, "two fields of the key of `shop.A` would be `a_b`");
}

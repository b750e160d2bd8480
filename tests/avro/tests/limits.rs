//! Files that are valid but too much: each limit has a mistake of its own, and nothing overflows or takes for ever.

use std::fmt::Write as _;

use avro_tests::reading::read;
use eventgen_schema::{Diagnostics, Loaded};

fn codes(read: Result<Loaded, Diagnostics>) -> Vec<&'static str> {
    read.err().iter().flat_map(Diagnostics::iter).map(|mistake| mistake.code.id).collect()
}

fn nested(open: &str, depth: usize, inner: &str, close: &str) -> String {
    open.repeat(depth) + inner + &close.repeat(depth)
}

#[test]
fn types_nested_without_end_are_refused() {
    let json = |depth| nested(r#"{"type":"array","items":"#, depth, "\"int\"", "}");
    assert_eq!(codes(read(&[("a.avsc", &json(150))])), [""; 0]);
    assert_eq!(codes(read(&[("a.avsc", &json(100_000))])), ["EG0004"]);
    let hidden = format!("/* \" */ {}", json(100_000));
    assert_eq!(codes(read(&[("a.avsc", &hidden)])), ["EG0004"]);
    let idl = |depth| format!("record R {{ {} f; }}", nested("array<", depth, "int", ">"));
    assert_eq!(codes(read(&[("a.avdl", &idl(150))])), [""; 0]);
    assert_eq!(codes(read(&[("a.avdl", &idl(100_000))])), ["EG0004"]);
    let default = format!("record R {{ int f = {}; }}", nested("[", 100_000, "1", "]"));
    assert_eq!(codes(read(&[("a.avdl", &default)])), ["EG0004"]);
    let annotation = nested("@a(", 100_000, "1", ")");
    assert_eq!(codes(read(&[("a.avdl", &annotation)])), ["EG0007"]);
}

/// Records that each name the next: flat to read, and as deep as they are many when written as one schema.
fn chain(length: usize, annotation: &str) -> String {
    let mut text = format!("namespace a;\n{annotation}\nrecord R0 {{ string id; R1 next; }}\n");
    for index in 1..length {
        let _ = writeln!(text, "record R{index} {{ R{} next; }}", index + 1);
    }
    text + &format!("fixed R{length}(1);\n")
}

#[test]
fn events_whose_schema_no_reader_takes_are_refused() {
    let event = "@kafka({\"topic\": \"t\", \"key\": \"id\"})";
    assert_eq!(codes(read(&[("a.avdl", &chain(40, event))])), [""; 0]);
    assert_eq!(codes(read(&[("a.avdl", &chain(50, event))])), ["EG0004"]);
    assert_eq!(codes(read(&[("a.avdl", &chain(5_000, event))])), ["EG0004"]);
    let plain = read(&[("a.avdl", &chain(5_000, ""))]).expect("no mistakes");
    // Only the end of the chain can be written as a schema by itself.
    let schemas = plain.schemas();
    assert!(schemas.len() > 40 && schemas.len() < 60, "{}", schemas.len());
    let end = &schemas["a.R4970"];
    assert!(serde_json::from_str::<serde_json::Value>(end).is_ok());
}

#[test]
fn files_too_large_are_refused() {
    let large = format!("\"string\"{}", " ".repeat(17 * 1024 * 1024));
    assert_eq!(codes(read(&[("a.avsc", &large)])), ["EG0005"]);
    assert_eq!(codes(read(&[("a.avdl", &large)])), ["EG0005"]);
}

#[test]
fn very_many_names_and_mistakes_take_no_time() {
    let fields = (0..10_000).map(|index| format!("Absent{index} f{index};\n"));
    let text = format!("record R {{ {} }}", fields.collect::<String>());
    let mistakes = read(&[("a.avdl", &text)]).expect_err("mistakes");
    assert_eq!(mistakes.error_count(), 10_000);
    let members = (0..50_000).map(|index| format!("\"p{index}\":{index},"));
    let text = format!(r#"{{{}"type":"fixed","name":"F","size":1}}"#, members.collect::<String>());
    assert_eq!(codes(read(&[("a.avsc", &text)])), [""; 0]);
    let branches = (0..10_000).map(|index| format!(r#"{{"type":"fixed","name":"F{index}","size":1}},"#));
    let text = format!(r#"[{}"null"]"#, branches.collect::<String>());
    assert_eq!(codes(read(&[("a.avsc", &text)])), [""; 0]);
}

#[test]
fn files_that_import_each_other_are_read_once() {
    let loaded = read(&[
        ("a.avdl", "import idl \"b.avdl\"; record A { B? b; }"),
        ("b.avdl", "import idl \"./a.avdl\"; import schema \"c/c.avsc\"; record B { A? a; C c; }"),
        ("c/c.avsc", r#"{"type":"fixed","name":"C","size":1}"#),
    ]);
    let loaded = loaded.expect("no mistakes");
    assert_eq!(loaded.schemas().len(), 3);
}

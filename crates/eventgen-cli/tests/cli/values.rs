//! Which JSON `eventgen send` takes for a value. Nothing is sent.

use crate::support::{Project, Ran};

const TOPIC: &str = "measured.v1";
const SCHEMA: &str = r#"{
  "type": "record", "name": "Measured", "namespace": "com.example",
  "kafka": { "topic": "measured.v1", "key": "id", "config": { "cleanup.policy": "compact" } },
  "fields": [
    { "name": "id", "type": "string" },
    { "name": "near", "type": "float", "default": 0 },
    { "name": "exact", "type": "double", "default": 0 },
    { "name": "by", "default": null, "type": ["null", "string", "long",
      { "type": "record", "name": "Card", "fields": [{ "name": "no", "type": "string" }] },
      { "type": "record", "name": "Cash", "fields": [{ "name": "no", "type": "string" },
        { "name": "till", "type": "string", "default": "first" }] }] }
  ]
}"#;

fn checked(options: &[&str], bytes: &[u8]) -> Ran {
    let project = Project::with_an_event();
    project.write("schemas/measured.avsc", SCHEMA);
    std::fs::write(project.path().join("lines"), bytes).expect("a file");
    project.run(&[&["send", TOPIC, "lines", "--dry-run", "--output", "json"], options].concat())
}

#[test]
fn numbers_that_would_be_others_are_refused() {
    for (line, said) in [
        (r#"{"id":"a","near":1e39}"#, "line 1: near: 1e+39 is beyond the range of `float`"),
        (r#"{"id":"a","near":16777217}"#, "`float` does not have 16777217 exactly"),
        (r#"{"id":"a","exact":9007199254740993}"#, "`double` does not have 9007199254740993 exactly"),
    ] {
        checked(&[], line.as_bytes()).fails(1, &[said]);
    }
    checked(&[], br#"{"id":"a","near":16777216,"exact":"Infinity"}"#).fails(0, &["1 event"]);
}

#[test]
fn a_member_is_there_once_and_is_a_field() {
    checked(&[], br#"{"id":"a","id":"b"}"#).fails(1, &["line 1: `id` is there twice at column"]);
    checked(&["--delete"], br#"{"id":"a"}"#).fails(0, &["1 event"]);
    checked(&["--delete"], br#"{"id":"a","nera":1}"#)
        .fails(1, &["has no field `nera`: did you mean `near`?"]);
}

#[test]
fn branches_of_unions_are_named_as_in_the_json_of_avro() {
    let size = |by: &str| {
        let ran = checked(&[], format!(r#"{{"id":"a","by":{by}}}"#).as_bytes());
        assert_eq!(ran.code, 0, "{by}: {ran:?}");
        ran.stdout
    };
    assert_eq!(size(r#"{"long":5}"#), size("5"));
    assert_eq!(size(r#"{"string":"x"}"#), size(r#""x""#));
    assert_ne!(size(r#"{"Cash":{"no":"1"}}"#), size(r#"{"no":"1"}"#));
    assert_eq!(size(r#"{"Cash":{"no":"1"}}"#), size(r#"{"com.example.Cash":{"no":"1"}}"#));
    checked(&[], br#"{"id":"a","by":{"double":5}}"#).fails(1, &["no branch of the union takes it"]);
}

#[test]
fn what_editors_and_other_encodings_leave_in_a_file_is_told_by_its_line() {
    checked(&[], b"\xef\xbb\xbf{\"id\":\"a\"}\n").fails(0, &["1 event"]);
    checked(&[], b"{\"id\":\"a\"}\n{\"id\":\"\xe4\"}\n")
        .fails(1, &["error: line 2: not UTF-8", "1 of 2 lines"]);
}

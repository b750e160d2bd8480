//! Schemas on a page load, and parts of an annotation do so in a schema that has all other parts.

use std::fs;
use std::path::Path;

use eventgen_schema::{Loader, Manifest};

use crate::error::{Context as _, Failure};
use crate::folders::target;

/// The fields of the event that fragments of an annotation are put on, in Avro.
const AVRO_FIELDS: &str = r#"
  { "name": "orderId", "type": "string" },
  { "name": "customerId", "type": "string" },
  { "name": "tenant", "type": "string" },
  { "name": "note", "type": ["null", "string"] },
  { "name": "customer", "type": {
    "type": "record", "name": "Customer", "fields": [{ "name": "id", "type": "string" }]
  } }
"#;

/// The same in Protobuf.
const PROTOBUF_FIELDS: &str = "
  string order_id = 1;
  string customer_id = 2;
  string tenant = 3;
  optional string note = 4;
  Customer customer = 5;
  message Customer { string id = 1; }
";

/// Fails unless the text of a block loads without warnings.
pub(super) fn check(language: &str, kind: &str, text: &str) -> Result<(), Failure> {
    let (name, schema) = match (language, kind) {
        ("json", "schema") => ("page.avsc", text.to_owned()),
        ("json", "protocol") => ("page.avpr", text.to_owned()),
        ("avdl", "schema") => ("page.avdl", text.to_owned()),
        ("proto", "schema") => ("page.proto", text.to_owned()),
        ("json", "kafka") => ("page.avsc", avro(text)),
        ("proto", "kafka") => ("page.proto", protobuf(text)),
        ("toml", "manifest") => ("page.avsc", avro("")),
        _ => return Err(format!("a block `{language} {kind}` is not checked").into()),
    };
    let folder = target().join("pages");
    fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    fs::write(&path, schema).context(path.display())?;
    let manifest = if language == "toml" { Some(manifest(&folder, text)?) } else { None };
    let loaded = Loader::new().path(&path).manifest(manifest).load()?;
    if loaded.warnings.is_empty() { Ok(()) } else { Err(loaded.warnings.to_string().into()) }
}

fn manifest(folder: &Path, text: &str) -> Result<Manifest, Failure> {
    let path = folder.join("eventgen.toml");
    fs::write(&path, text).context(path.display())?;
    Ok(Manifest::read(&path)?)
}

/// Whether a fragment has a property of this name that is not inside another one.
fn has(fragment: &str, name: &str) -> bool {
    let mut depth = 0_i32;
    fragment.lines().any(|line| {
        let found = depth == 0 && line.trim_start().trim_start_matches('"').starts_with(name);
        let count = |brackets: [char; 2]| line.chars().filter(|char| brackets.contains(char)).count();
        depth +=
            i32::try_from(count(['{', '['])).unwrap_or(0) - i32::try_from(count(['}', ']'])).unwrap_or(0);
        found
    })
}

fn avro(fragment: &str) -> String {
    let mut properties = Vec::new();
    if !has(fragment, "topic") {
        properties.push(r#""topic": "orders.events.v1""#);
    }
    if !has(fragment, "key") {
        properties.push(r#""key": "customerId""#);
    }
    if !fragment.trim().is_empty() {
        properties.push(fragment.trim());
    }
    format!(
        r#"{{ "type": "record", "name": "OrderEvent", "namespace": "com.example.orders",
          "kafka": {{ {} }}, "fields": [{AVRO_FIELDS}] }}"#,
        properties.join(",\n")
    )
}

fn protobuf(fragment: &str) -> String {
    let topic = if has(fragment, "topic") { "" } else { "topic: \"orders.events.v1\"" };
    let key = if has(fragment, "key") { "" } else { "key: \"customer_id\"" };
    format!(
        "syntax = \"proto3\"; package com.example.orders; import \"eventgen/kafka.proto\";\n\
         message OrderEvent {{ option (eventgen.kafka) = {{ {topic} {key} {fragment} }}; {PROTOBUF_FIELDS} }}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_of_properties_do_not_count() {
        let fragment = "\"deadLetter\": {\n  \"topic\": \"a\"\n},\n\"key\": \"b\"\n";
        assert!(has(fragment, "key") && has(fragment, "deadLetter") && !has(fragment, "topic"));
    }

    #[test]
    fn a_fragment_that_is_wrong_fails() {
        let check = |fragment| check("json", "kafka", fragment);
        assert!(check("\"partitions\": 3").is_ok());
        assert!(check("\"partitons\": 3").expect_err("a diagnostic").to_string().contains("EG0107"));
    }
}

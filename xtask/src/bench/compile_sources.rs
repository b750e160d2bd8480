//! The crates to compile: the same events by eventgen, its derive and serde's derives, and programs that use them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use eventgen_codegen::Settings;
use eventgen_schema::Loader;
use serde_json::{Value, json};

use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// Events of a crate.
pub(super) const MANY: usize = 100;
/// Events of the smaller program.
pub(super) const FEW: usize = 10;

/// The crates, and what they are called in the table.
pub(super) const CRATES: [(&str, &str); 4] = [
    ("codec", "eventgen, types and codec"),
    ("contract", "eventgen, whole contract"),
    ("derived", "eventgen's derive, whole contract"),
    ("derives", "serde's derives, serde_avro_fast"),
];

/// The fields: their type in the schema and in Rust.
const FIELDS: [(&str, &str, &str); 20] = [
    ("id", "string", "String"),
    ("customer", "string", "String"),
    ("currency", "string", "String"),
    ("country", "string", "String"),
    ("channel", "string", "String"),
    ("note", "?string", "Option<String>"),
    ("reason", "?string", "Option<String>"),
    ("trace", "?string", "Option<String>"),
    ("created", "long", "i64"),
    ("changed", "long", "i64"),
    ("version", "long", "i64"),
    ("quantity", "int", "i32"),
    ("priority", "int", "i32"),
    ("weight", "double", "f64"),
    ("price", "double", "f64"),
    ("active", "boolean", "bool"),
    ("payload", "bytes", "Vec<u8>"),
    ("state", "enum", "State"),
    ("tags", "array", "Vec<String>"),
    ("labels", "map", "BTreeMap<String, String>"),
];

/// Writes a workspace of the crates.
pub(super) fn write(folder: &Path) -> Result<(), Failure> {
    if folder.join("Cargo.toml").exists() {
        // What was built stays: only the crates themselves are built anew.
        for (name, _) in CRATES {
            fs::remove_dir_all(folder.join(name)).context(folder.join(name).display())?;
        }
    }
    let members = CRATES.map(|(name, _)| format!("\"{name}\"")).join(", ");
    let workspace =
        format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n\n[profile.release]\nstrip = true\n");
    put(&folder.join("Cargo.toml"), &workspace)?;
    // The versions that this repository is tested with.
    let lock = repository().join("Cargo.lock");
    fs::copy(&lock, folder.join("Cargo.lock")).context(lock.display())?;
    for (name, _) in CRATES {
        let crate_folder = folder.join(name);
        put(&crate_folder.join("Cargo.toml"), &manifest(name))?;
        put(&crate_folder.join("src").join("lib.rs"), &library(name))?;
        for count in [FEW, MANY] {
            let main = format!(
                "//! Reads and writes.\nfn main() {{\n    let read = std::fs::read(\"events\").unwrap_or_default();\n    \
                 println!(\"{{}}\", {name}::round_trips_{count}(&read));\n}}\n"
            );
            put(&crate_folder.join("src").join("bin").join(format!("{name}-{count}.rs")), &main)?;
        }
        let events = match name {
            "derived" => by_hand(&DERIVED),
            "derives" => {
                schemas(&crate_folder, false)?;
                by_hand(&SERDE)
            }
            _ => generated(name, &crate_folder)?,
        };
        put(&crate_folder.join("src").join("events.rs"), &events)?;
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).context(folder.display())?;
    fs::write(path, text).context(path.display())
}

fn manifest(name: &str) -> String {
    let dependencies = if name == "derives" {
        "serde = { version = \"1\", features = [\"derive\"] }\nserde_avro_fast = \"2.1\"\nserde_bytes = \"0.11\"\n"
            .to_owned()
    } else {
        let path = repository().join("crates").join("eventgen");
        let features = if name == "derived" { "\"derive\"" } else { "" };
        format!("eventgen = {{ path = '{}', features = [{features}] }}\n", path.display())
    };
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}"
    )
}

/// A function that encodes and decodes the first `count` events and returns how many round-trip.
fn library(name: &str) -> String {
    let mut text = String::from("//! Events.\n\npub mod events;\n\n");
    text += if name == "derives" {
        "fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned>(schema: &str, bytes: &[u8]) -> usize {
    let Ok(schema) = schema.parse::<serde_avro_fast::Schema>() else { return 0 };
    let Ok(event) = serde_avro_fast::from_datum_slice::<T>(bytes, &schema) else { return 0 };
    let mut config = serde_avro_fast::ser::SerializerConfig::new(&schema);
    usize::from(serde_avro_fast::to_datum_vec(&event, &mut config).is_ok_and(|written| written == bytes))
}\n"
    } else {
        "fn round_trip<T: eventgen::avro::Encode + for<'a> eventgen::avro::Decode<'a>>(bytes: &[u8]) -> usize {
    let Ok(event) = eventgen::avro::read::<T>(bytes) else { return 0 };
    let mut written = Vec::new();
    usize::from(eventgen::avro::write(&event, &mut written).is_ok() && written == bytes)
}\n"
    };
    for count in [FEW, MANY] {
        let _ = writeln!(
            text,
            "\n/// Of {count} events.\npub fn round_trips_{count}(bytes: &[u8]) -> usize {{\n    ["
        );
        for event in 0..count {
            let _ = if name == "derives" {
                let schema = format!("include_str!(\"../schemas/{event}.avsc\")");
                writeln!(text, "        round_trip::<events::Event{event}>({schema}, bytes),")
            } else {
                let module = if name == "derived" { "events" } else { "events::bench::compile" };
                writeln!(text, "        round_trip::<{module}::Event{event}>(bytes),")
            };
        }
        text += "    ].iter().sum()\n}\n";
    }
    text
}

fn generated(name: &str, folder: &Path) -> Result<String, Failure> {
    schemas(folder, name == "contract")?;
    let loaded =
        Loader::new().path(folder.join("schemas")).load().map_err(|diagnostics| diagnostics.to_string())?;
    Ok(eventgen_codegen::generate_with(&loaded.contract, &Settings::default())?)
}

/// Handwritten types: the text before all of them, before an enum, before a struct and before a field of bytes. `@` is
/// the number of the event.
struct ByHand {
    imports: &'static str,
    symbols: &'static str,
    record: &'static str,
    bytes: &'static str,
}

const SERDE: ByHand = ByHand {
    imports: "use serde::{Deserialize, Serialize};\n",
    symbols: "#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]\n#[serde(rename_all = \"UPPERCASE\")]\n",
    record: "#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]\n",
    bytes: "    #[serde(with = \"serde_bytes\")]\n",
};
const DERIVED: ByHand = ByHand {
    imports: "use eventgen::{AvroType, KafkaEvent};\n",
    symbols: "#[derive(Debug, Clone, PartialEq, AvroType)]\n#[serde(rename_all = \"UPPERCASE\")]\n",
    record: "#[derive(Debug, Clone, PartialEq, KafkaEvent)]\n#[avro(namespace = \"bench.compile\")]\n\
             #[kafka(topic = \"bench.compile.event@.v1\", key = id)]\n",
    bytes: "",
};

fn by_hand(ByHand { imports, symbols, record, bytes }: &ByHand) -> String {
    let mut text = format!("//! Events.\n\nuse std::collections::BTreeMap;\n\n{imports}");
    for event in 0..MANY {
        let number = event.to_string();
        let record = record.replace('@', &number);
        let _ = write!(
            text,
            "\n{symbols}pub enum State{event} {{\n    Open,\n    Pending,\n    Closed,\n}}\n\n\
             {record}pub struct Event{event} {{\n"
        );
        for (field, _, ty) in FIELDS {
            let attribute = if field == "payload" { bytes } else { "" };
            let own = if ty == "State" { number.as_str() } else { "" };
            let _ = writeln!(text, "{attribute}    pub {field}: {ty}{own},");
        }
        text += "}\n";
    }
    text
}

fn schemas(folder: &Path, annotated: bool) -> Result<(), Failure> {
    for event in 0..MANY {
        let fields = FIELDS.map(|(name, kind, _)| {
            let ty = match kind {
                "?string" => return json!({"name": name, "type": ["null", "string"], "default": null}),
                "enum" => {
                    json!({"type": "enum", "name": format!("State{event}"), "symbols": ["OPEN", "PENDING", "CLOSED"]})
                }
                "array" => json!({"type": "array", "items": "string"}),
                "map" => json!({"type": "map", "values": "string"}),
                simple => json!(simple),
            };
            json!({"name": name, "type": ty})
        });
        let mut schema: Value = json!({
            "type": "record",
            "name": format!("Event{event}"),
            "namespace": "bench.compile",
            "fields": fields
        });
        if annotated {
            schema["kafka"] = json!({"topic": format!("bench.compile.event{event}.v1"), "key": "id"});
        }
        put(&folder.join("schemas").join(format!("{event}.avsc")), &schema.to_string())?;
    }
    Ok(())
}

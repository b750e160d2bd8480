//! The file of each schema.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use eventgen_schema::SchemaFile;

use super::keys::{Key, key};
use super::schema::Schema;

/// The files, a line for each schema of keys, and one for each schema that becomes no file.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) files: BTreeMap<PathBuf, String>,
    pub(super) keys: Vec<String>,
    pub(super) skipped: Vec<String>,
}

/// Gives each schema its file, by the name or the path by which others refer to it. `events` become no files: their fields make
/// keys.
pub(super) fn place(schemas: &[Schema], events: &[Schema]) -> Placed {
    let mut placed = Placed::default();
    let all: Vec<&Schema> = schemas.iter().chain(events).collect();
    let mut owners: BTreeMap<PathBuf, (&Schema, &SchemaFile)> = BTreeMap::new();
    for schema in schemas {
        let (subject, version) = (&schema.subject, schema.version);
        let file = match &schema.file {
            Ok(file) => file,
            Err(language) => {
                placed.skipped.push(format!("{subject}: skipped, eventgen does not read {language}"));
                continue;
            }
        };
        match key(schema, &all) {
            Some((topic, Key::Annotation(properties))) => {
                placed
                    .keys
                    .push(format!("{subject}: no file; for the events of `{topic}`, set {properties}"));
                continue;
            }
            Some((topic, Key::Left(reason))) => placed
                .keys
                .push(format!("{subject}: the schema of the keys of `{topic}` is left as a file: {reason}")),
            None => {}
        }
        let path = path(schema, file);
        match owners.get(&path) {
            Some((_, known)) if known.text == file.text => {}
            Some((owner, _)) => placed.skipped.push(format!(
                "{subject}: version {version} skipped, {} is another schema of the same name ({} version {})",
                path.display(),
                owner.subject,
                owner.version
            )),
            None => {
                owners.insert(path.clone(), (schema, file));
                placed.files.insert(path, file.text.clone());
            }
        }
    }
    placed
}

fn path(schema: &Schema, file: &SchemaFile) -> PathBuf {
    let name = |name: &str| PathBuf::from(format!("{}.{}", file_name(name), file.extension));
    if let Some(full_name) = &file.name {
        return name(full_name);
    }
    let imported = schema.names.iter().map(Path::new);
    // A path that leads out of the folder is not one that a compiler takes.
    let mut imported =
        imported.filter(|path| path.components().all(|part| matches!(part, Component::Normal(_))));
    let topic = schema.topic();
    imported.next().map_or_else(
        || name(topic.strip_suffix(&format!(".{}", file.extension)).unwrap_or(topic)),
        Path::to_owned,
    )
}

fn file_name(name: &str) -> String {
    let is_kept = |char: char| char.is_alphanumeric() || matches!(char, '.' | '_' | '-');
    let name: String = name.chars().map(|char| if is_kept(char) { char } else { '_' }).collect();
    name.trim_start_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use eventgen_schema::schema_file;

    use super::*;

    fn schema(subject: &str, schema_type: &str, text: &str, names: &[&str]) -> Schema {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let file = schema_file(schema_type, text).ok_or_else(|| schema_type.to_owned());
        let (subject, language) = (subject.to_owned(), schema_type.to_owned());
        Schema { subject, version: 1, language, file, names }
    }

    #[test]
    fn files_have_the_names_that_others_refer_to() {
        let order = r#"{"type":"record","name":"Order","namespace":"shop","fields":[]}"#;
        let schemas = [
            schema("orders-value", "AVRO", order, &[]),
            schema("again", "AVRO", order, &[]),
            schema("odd/one-value", "AVRO", "\"string\"", &[]),
            schema("money", "PROTOBUF", "message Money {}", &["common/money.proto"]),
            schema("bad", "PROTOBUF", "message Bad {}", &["../../bad.proto"]),
            schema(":.eu:paid-value", "PROTOBUF", "message Paid {}", &[]),
            schema("json-value", "JSON", "{}", &[]),
            schema("orders-key", "AVRO", "\"string\"", &[]),
            schema("paid-key", "AVRO", "\"double\"", &[]),
            schema("newer", "AVRO", &order.replace("[]", "[{\"name\":\"a\",\"type\":\"int\"}]"), &[]),
        ];
        let placed = place(&schemas, &[]);
        let files: Vec<&str> = placed.files.keys().filter_map(|path| path.to_str()).collect();
        let expected = [
            "bad.proto",
            "common/money.proto",
            "odd_one.avsc",
            "paid-key.avsc",
            "paid.proto",
            "shop.Order.avsc",
        ];
        assert_eq!(files, expected);
        assert_eq!(placed.skipped.len(), 2);
        assert_eq!(
            placed.keys,
            [
                "orders-key: no file; for the events of `orders`, set \"keyFormat\": \"avro\", and name one field of \
                 this type in \"key\"; no field of the event in `orders-value` makes the key",
                "paid-key: the schema of the keys of `paid` is left as a file: `keyFormat` does not make it, because its \
                 type is double",
            ]
        );
        assert!(
            placed.skipped[1]
                .contains("shop.Order.avsc is another schema of the same name (orders-value version 1)")
        );
    }
}

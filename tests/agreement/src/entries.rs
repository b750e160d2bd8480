//! The entries: schemas and pairs of versions in TOML files.
//!
//! ```toml
//! [[schema]]
//! name = "a uuid with an empty default"
//! type = '{"type":"string","logicalType":"uuid"}'   # of the field `f` of a record `R`
//! default = '""'
//! differs = { "check code" = "why the columns `check` and `code` differ" }
//!
//! [[schema]]
//! name = "an enum of no symbols"
//! schema = '{"type":"enum","name":"E","symbols":[]}' # the whole text; or `idl`, `protocol`, `proto`
//!
//! [[schema]]
//! name = "a file of an include path"
//! include = ["third_party"]                          # folders that imports are searched in
//! [schema.files]                                     # several files; the first one is in question
//! "one.proto" = 'syntax = "proto3"; import "two.proto";'
//! "third_party/two.proto" = "@folder/two.proto"      # a file of the repository
//!
//! [[pair]]
//! name = "int to long"
//! from = '"int"'                                     # types of a field, or `writer` and `reader`: whole texts
//! to = '"long"'
//! [pair.files]                                       # schemas that both refer to, each after those that it refers to
//! "common.proto" = 'syntax = "proto3";'
//! ```
//!
//! Differences that are faults are listed in `faults.toml`, apart from intended ones:
//!
//! ```toml
//! [[fault]]
//! reason = "what is wrong"
//! columns = ["check", "form"]
//! entries = ["a uuid with an empty default"]
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, TableLike};

use crate::table::{Differences, FAULT};

/// A schema.
#[derive(Debug, Clone)]
pub struct Schema {
    /// What it shows. Unique.
    pub name: String,
    /// The files by path; the first is the one in question.
    pub files: Vec<(String, String)>,
    /// Folders that imports are searched in; the files in them are not given.
    pub include: Vec<String>,
    /// The differences that are listed.
    pub differs: Differences,
}

impl Schema {
    /// The files without those of the include paths, and these: by the names that they are imported by.
    pub fn given_and_included(&self) -> [Vec<(String, String)>; 2] {
        let name = |path: &str| {
            let mut folders = self.include.iter();
            folders.find_map(|folder| path.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned))
        };
        let given = self.files.iter().filter(|(path, _)| name(path).is_none()).cloned();
        let included = self.files.iter().filter_map(|(path, text)| Some((name(path)?, text.clone())));
        [given.collect(), included.collect()]
    }
}

/// A writer's version of a schema and a reader's.
#[derive(Debug, Clone)]
pub struct Pair {
    /// What changes. Unique.
    pub name: String,
    /// The text of the writer's version.
    pub writer: String,
    /// The text of the reader's version.
    pub reader: String,
    /// The schemas that both refer to, by name, each after those that it refers to.
    pub references: Vec<(String, String)>,
    /// The differences that are listed.
    pub differs: Differences,
}

/// All entries of a language.
#[derive(Debug, Default)]
pub struct Entries {
    /// The schemas.
    pub schemas: Vec<Schema>,
    /// The pairs.
    pub pairs: Vec<Pair>,
}

impl Entries {
    /// Reads the entries of a folder of this package.
    ///
    /// # Panics
    /// If an entry is not written as it must be.
    pub fn read(folder: &str) -> Self {
        let mut entries = Self::default();
        for path in files(folder) {
            let document = document(&path);
            for (kind, tables) in document.iter() {
                for table in tables.as_array_of_tables().expect("tables in two brackets only") {
                    match kind {
                        "schema" => entries.schemas.push(schema(table)),
                        "pair" => entries.pairs.push(pair(table)),
                        "fault" => {}
                        kind => panic!("{}: [[{kind}]]", path.display()),
                    }
                }
            }
        }
        for path in files(folder) {
            let document = document(&path);
            let faults = document.get("fault").and_then(Item::as_array_of_tables);
            faults.into_iter().flatten().for_each(|fault| entries.add_fault(fault));
        }
        for names in [
            entries.schemas.iter().map(|schema| &schema.name).collect::<Vec<_>>(),
            entries.pairs.iter().map(|pair| &pair.name).collect(),
        ] {
            let mut seen = BTreeSet::new();
            let twice: Vec<_> = names.into_iter().filter(|name| !seen.insert(*name)).collect();
            assert!(twice.is_empty(), "names that are there twice: {twice:?}");
        }
        entries
    }

    fn add_fault(&mut self, table: &Table) {
        let reason = format!("{FAULT}{}", text(table, "reason").expect("a reason"));
        let list = |key| {
            let items =
                table.get(key).and_then(Item::as_array).unwrap_or_else(|| panic!("{reason}: no {key}"));
            items.iter().map(|item| item.as_str().expect("a string").to_owned()).collect::<Vec<String>>()
        };
        for name in list("entries") {
            let schema = self.schemas.iter_mut().find(|schema| schema.name == name);
            let differs = schema.map(|schema| &mut schema.differs);
            let pair = self.pairs.iter_mut().find(|pair| pair.name == name).map(|pair| &mut pair.differs);
            let differs = differs.or(pair).unwrap_or_else(|| panic!("{reason}: there is no entry {name}"));
            for column in list("columns") {
                let before = differs.insert(column.clone(), reason.clone());
                assert!(before.is_none(), "{name}: `{column}` is listed twice");
            }
        }
    }
}

/// The files of a folder of this package.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn document(path: &Path) -> DocumentMut {
    let text = fs::read_to_string(path).expect("a file");
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn schema(table: &Table) -> Schema {
    let name = text(table, "name").expect("a name");
    let file = |key, path: &str| Some(vec![(path.to_owned(), text(table, key)?)]);
    let files = file("schema", "schema.avsc")
        .or_else(|| file("idl", "schema.avdl"))
        .or_else(|| file("protocol", "schema.avpr"))
        .or_else(|| file("proto", "schema.proto"))
        .or_else(|| several(table))
        .unwrap_or_else(|| {
            let ty = text(table, "type").unwrap_or_else(|| panic!("{name}: no schema"));
            vec![("schema.avsc".to_owned(), record(&ty, text(table, "default").as_deref()))]
        });
    let include = table.get("include").and_then(Item::as_array).into_iter().flatten();
    let include = include.map(|folder| folder.as_str().expect("a string").to_owned()).collect();
    Schema { files, include, differs: differs(table), name }
}

/// The table `files`.
fn several(table: &Table) -> Option<Vec<(String, String)>> {
    let files = table.get("files")?.as_table_like()?;
    let text = |item: &Item| match string(item).strip_prefix('@') {
        Some(path) => {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        }
        None => string(item),
    };
    Some(files.iter().map(|(path, item)| (path.to_owned(), text(item))).collect())
}

fn pair(table: &Table) -> Pair {
    let name = text(table, "name").expect("a name");
    let side = |whole: &str, ty: &str, default: &str| {
        text(table, whole).unwrap_or_else(|| {
            let ty = text(table, ty).unwrap_or_else(|| panic!("{name}: neither `{whole}` nor `{ty}`"));
            record(&ty, text(table, default).as_deref())
        })
    };
    let (writer, reader) = (side("writer", "from", "from_default"), side("reader", "to", "to_default"));
    Pair { writer, reader, references: several(table).unwrap_or_default(), differs: differs(table), name }
}

/// A record with a field of an Avro type.
fn record(ty: &str, default: Option<&str>) -> String {
    let default = default.map(|default| format!(",\"default\":{default}")).unwrap_or_default();
    format!(r#"{{"type":"record","name":"R","fields":[{{"name":"f","type":{ty}{default}}}]}}"#)
}

fn differs(table: &Table) -> Differences {
    let listed = table.get("differs").and_then(Item::as_table_like).map(TableLike::iter);
    let listed = listed.into_iter().flatten();
    listed
        .flat_map(|(columns, reason)| {
            columns.split(' ').map(move |column| (column.to_owned(), string(reason)))
        })
        .collect()
}

fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key).map(string)
}

fn string(item: &Item) -> String {
    item.as_str().unwrap_or_else(|| panic!("{item} is not a string")).to_owned()
}

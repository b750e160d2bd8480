//! The schemas for editors know what eventgen knows of one file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use eventgen_artifacts::{File, editor};
use eventgen_schema::vocabulary::{EVENT, TOPIC};
use serde_json::Value;

use crate::judges::{Folder, judge, repository};

/// Folders with contracts that are right.
const VALID: [&str; 5] = [
    "schemas",
    "examples",
    "tests/conformance/schemas",
    "tests/conformance/features",
    "crates/eventgen-artifacts/tests/contracts",
];
/// The examples of the diagnostics.
const EXAMPLES: &str = "crates/eventgen-schema/tests/diagnostics";

/// A project with the files for editors.
fn project() -> Folder {
    let folder = Folder::new();
    let files: Vec<File> =
        editor::schemas().expect("schemas").into_iter().chain(editor::settings()).collect();
    for file in files {
        let path = folder.path().join(&file.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, file.text).expect("a file");
    }
    folder
}

fn is_avro(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "avsc" || extension == "avpr")
}

/// The files below a folder that editors have a schema for.
fn contracts(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !path.is_symlink() && name != "target" {
            contracts(&path, found);
        } else if name == "eventgen.toml" || is_avro(&path) {
            found.push(path);
        }
    }
}

/// Copies the files of folders of the repository into a project, and has them judged. The names are those in the repository.
fn refusals(folders: &[&str]) -> Vec<String> {
    let project = project();
    for folder in folders {
        let mut files = Vec::new();
        contracts(&repository().join(folder), &mut files);
        assert!(!files.is_empty(), "{folder} has no contracts");
        for file in files {
            let to = project.path().join(file.strip_prefix(repository()).expect("a file of the repository"));
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(file, to).expect("a copy");
        }
    }
    judge("EVENTGEN_JUDGES", "editor.mjs", &[], project.path())
}

#[test]
#[ignore = "needs ajv and taplo"]
fn editors_accept_contracts_that_are_right() {
    assert_eq!(refusals(&VALID), Vec::<String>::new());
}

#[test]
#[ignore = "needs ajv and taplo"]
fn editors_refuse_what_a_schema_can_know() {
    let refused = refusals(&[EXAMPLES]);
    let told: Vec<&str> =
        refused.iter().filter_map(|line| line.strip_prefix(EXAMPLES)?.strip_prefix('/')).collect();
    assert_eq!(told.len(), refused.len(), "{refused:?}");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/editor-refusals.txt");
    expectorate::assert_contents(golden, &(told.join("\n") + "\n"));
    // What they refuse, `eventgen check` refuses.
    let files: BTreeSet<&str> =
        told.iter().filter_map(|line| line.split_once(": ")).map(|(file, _)| file).collect();
    for file in files {
        let folder = repository().join(EXAMPLES).join(file.split('/').next().expect("a folder"));
        let expected = fs::read_to_string(folder.join("expected.txt")).expect("what is expected");
        assert!(expected.contains(file), "eventgen has nothing against {file}:\n{expected}");
    }
}

#[test]
fn the_files_are_as_they_were() {
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/editor");
    for file in editor::schemas().expect("schemas").into_iter().chain(editor::settings()) {
        // A copy of the options is elsewhere.
        if !file.path.contains("/proto/") {
            expectorate::assert_contents(goldens.join(file.path.trim_start_matches('.')), &file.text);
        }
    }
}

#[test]
fn every_property_of_the_annotation_is_in_the_schema_with_its_description() {
    let files = editor::schemas().expect("schemas");
    let avro: Value = serde_json::from_str(&files[0].text).expect("JSON");
    let manifest: Value = serde_json::from_str(&files[1].text).expect("JSON");
    let annotation = &avro["definitions"]["annotation"];
    assert_eq!(annotation["additionalProperties"], false);
    for property in EVENT.iter().chain(&TOPIC) {
        assert_eq!(
            annotation["properties"][property.name]["description"], property.about,
            "{}",
            property.name
        );
    }
    for property in TOPIC {
        let written = &manifest["definitions"]["topic"]["properties"][property.in_toml()];
        assert_eq!(written["description"], property.about, "{}", property.name);
    }
    let known = annotation["properties"].as_object().expect("properties").len();
    assert_eq!(known, EVENT.len() + TOPIC.len());
}

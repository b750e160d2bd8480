//! Every code has a failing example, what is printed for it is as it was agreed, and it says where and what to do.
//!
//! `EXPECTORATE=overwrite` writes what is printed to `expected.txt` of each example.

use std::fs;
use std::path::Path;

use eventgen_schema::code::{self, ALL, Code};
use eventgen_schema::lint::Level;
use eventgen_schema::{Diagnostics, Loader, Severity};

use crate::support::{FOLDER, copy, diagnose, examples};

/// Codes of what is in no file.
const WITHOUT_PLACE: [Code; 3] = [code::UNREADABLE, code::NO_SCHEMAS, code::UNKNOWN_ENVIRONMENT];

#[test]
fn what_is_printed_is_as_agreed() {
    for folder in examples() {
        let printed = told(&folder, "printed").render(false) + "\n";
        expectorate::assert_contents(folder.join("expected.txt"), &printed);
    }
}

/// What an example is told; `purpose` keeps the files of tests that run at the same time apart.
fn told(folder: &Path, purpose: &str) -> Diagnostics {
    if folder.ends_with(code::TOO_LARGE.id) { too_large(purpose) } else { diagnose(folder) }
}

/// A file too large to be kept among the examples.
fn too_large(purpose: &str) -> Diagnostics {
    let folder = copy(&Path::new(FOLDER).join(code::TOO_LARGE.id), purpose);
    fs::write(folder.join("large.avsc"), "\n".repeat(16 * 1024 * 1024 + 1)).expect("a large file");
    let diagnostics = Loader::new().path(&folder).load().expect_err("the file is too large");
    // The path differs from machine to machine; the one that is printed here does not.
    let mut sources = eventgen_schema::Sources::default();
    let text = diagnostics.sources().text(diagnostics.sources().ids().next().expect("a file")).to_owned();
    sources.add(format!("{FOLDER}/{}/large.avsc", code::TOO_LARGE.id), text);
    Diagnostics::new(sources, diagnostics.iter().cloned().collect())
}

#[test]
fn every_code_has_an_example_that_emits_it() {
    for code in ALL {
        let told = told(&Path::new(FOLDER).join(code.id), "emitted");
        assert!(told.iter().any(|diagnostic| diagnostic.code == *code), "{}:\n{told}", code.id);
    }
}

#[test]
fn every_diagnostic_says_where_and_what_to_do() {
    let told: Vec<Diagnostics> = examples().iter().map(|folder| told(folder, "said")).collect();
    for diagnostic in told.iter().flat_map(Diagnostics::iter) {
        let shown = format!("{}: {}", diagnostic.code.id, diagnostic.message);
        assert!(diagnostic.help.as_ref().is_some_and(|help| !help.is_empty()), "no help in {shown}");
        assert!(!diagnostic.message.is_empty(), "{shown}");
        assert_eq!(diagnostic.labels.is_empty(), WITHOUT_PLACE.contains(&diagnostic.code), "{shown}");
        for (_, remark) in &diagnostic.labels {
            assert!(!remark.is_empty(), "a place without a remark in {shown}");
        }
    }
}

#[test]
fn every_lint_has_the_level_that_is_set() {
    for code in ALL.iter().filter(|code| code.lint.is_some()) {
        let lint = code.lint.expect("a lint");
        for level in [Level::Allow, Level::Warn, Level::Deny] {
            let folder = copy(&Path::new(FOLDER).join(code.id), level.as_str());
            let manifest = folder.join("eventgen.toml");
            let text = fs::read_to_string(&manifest).unwrap_or_default();
            let set = format!("{text}\n[lint]\n{} = \"{}\"\n", lint.name, level.as_str());
            fs::write(&manifest, set).expect("eventgen.toml");
            let told = diagnose(&folder);
            let severity = told.iter().find(|diagnostic| diagnostic.code == *code).map(|it| it.severity);
            let expected = match level {
                Level::Allow => None,
                Level::Warn => Some(Severity::Warning),
                Level::Deny => Some(Severity::Error),
            };
            assert_eq!(severity, expected, "{} as {}:\n{told}", code.id, level.as_str());
        }
    }
}

#[test]
fn codes_are_found_by_id_and_by_the_name_of_their_lint() {
    assert_eq!(Code::find("eg0107"), Some(code::UNKNOWN_PROPERTY));
    assert_eq!(Code::find("unknown-config"), Some(code::UNKNOWN_CONFIG));
    assert_eq!(Code::find("retention-cut"), Some(code::RETENTION_CUT));
    assert_eq!(Code::find("EG9999"), None);
}

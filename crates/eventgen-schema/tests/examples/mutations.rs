//! Whatever stands in a file, it is read or refused, and what is said of it can be printed.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use eventgen_schema::{Diagnostics, Loader, Manifest};

use crate::support::{FOLDER, examples, files};

/// A change of a text: some of its characters are replaced by others.
#[derive(Debug, Clone)]
struct Change {
    at: prop::sample::Index,
    length: usize,
    by: String,
}

fn change() -> impl Strategy<Value = Change> {
    let pieces = [
        "",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "\\",
        "null",
        "-1",
        "1e999",
        "é",
        "\u{1f600}",
        "\r\n",
        "\t",
        "\0",
        "\"type\": ",
        "\"kafka\": {",
        "\"logicalType\": \"decimal\"",
        "\u{feff}",
        "= ",
        "'",
        "[lint]\n",
    ];
    let by = prop_oneof![prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), ".{0,8}"];
    (any::<prop::sample::Index>(), 0..12_usize, by).prop_map(|(at, length, by)| Change { at, length, by })
}

impl Change {
    fn apply(&self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let at = self.at.index(chars.len() + 1);
        let behind = (at + self.length).min(chars.len());
        chars[..at].iter().copied().chain(self.by.chars()).chain(chars[behind..].iter().copied()).collect()
    }
}

/// Texts of the examples, by what reads them.
fn seeds(extension: &str) -> Vec<String> {
    let all = files(Path::new(FOLDER))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|it| it == extension));
    let texts: Vec<String> = all.filter_map(|path| fs::read_to_string(path).ok()).collect();
    assert!(texts.len() > 5 && examples().len() > 5);
    texts
}

fn written(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutations");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    fs::write(&path, text).expect("a file");
    path
}

/// Prints them, and counts every place.
fn look_at(told: &Diagnostics) {
    assert!(!told.render(true).is_empty());
    for (span, _) in told.iter().flat_map(|diagnostic| &diagnostic.labels) {
        let place = [span.range.start, span.range.end].map(|byte| told.sources().position(span.source, byte));
        assert!(place[0] <= place[1]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn schemas(seed in prop::sample::select(seeds("avsc")), changes in prop::collection::vec(change(), 1..4)) {
        let text = changes.iter().fold(seed, |text, change| change.apply(&text));
        match Loader::new().path(written("schema.avsc", &text)).load() {
            Ok(loaded) => look_at(&loaded.warnings),
            Err(told) => look_at(&told),
        }
    }

    #[test]
    fn manifests(seed in prop::sample::select(seeds("toml")), changes in prop::collection::vec(change(), 1..4)) {
        let text = changes.iter().fold(seed, |text, change| change.apply(&text));
        match Manifest::read(&written("eventgen.toml", &text)) {
            Err(told) => look_at(&told),
            Ok(manifest) => {
                let event = format!("{FOLDER}/EG0308/order_placed.avsc");
                match Loader::new().path(event).manifest(Some(manifest)).load() {
                    Ok(loaded) => look_at(&loaded.warnings),
                    Err(told) => look_at(&told),
                }
            }
        }
    }
}

//! The failing examples: a folder for each, with schemas, an `eventgen.toml` where one is needed, and what is printed.

use std::fs;
use std::path::{Path, PathBuf};

use eventgen_schema::comparison::Comparison;
use eventgen_schema::compatibility::RuleSet;
use eventgen_schema::lock::{LOCK_FILE_NAME, Lock};
use eventgen_schema::{Diagnostics, Loaded, Loader, Manifest};

/// Where the examples are, relative to the package: so are the paths that are printed.
pub(crate) const FOLDER: &str = "tests/diagnostics";

/// The folders of all examples, sorted.
pub(crate) fn examples() -> Vec<PathBuf> {
    let entries = fs::read_dir(FOLDER).expect("the examples");
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

/// What an example is told. One with folders `old` and `new` is a change from one contract to the other; one
/// with `refused.txt` has what a registry says of the contract in `new`: the subject, the reason, the help.
pub(crate) fn diagnose(folder: &Path) -> Diagnostics {
    if folder.join("new").is_dir() { diagnose_change(folder) } else { diagnose_contract(folder) }
}

fn diagnose_contract(folder: &Path) -> Diagnostics {
    let environment = fs::read_to_string(folder.join("environment.txt")).ok();
    let environment = environment.as_deref().map(str::trim);
    let manifest = match manifest(folder) {
        Ok(manifest) => manifest,
        Err(diagnostics) => return diagnostics,
    };
    match Loader::new().path(folder).manifest(manifest.clone()).environment(environment).load() {
        Err(diagnostics) => diagnostics,
        Ok(loaded) => match (manifest, environment) {
            (Some(manifest), Some(name)) => manifest.environment(name).err().unwrap_or(loaded.warnings),
            _ => loaded.warnings,
        },
    }
}

fn diagnose_change(folder: &Path) -> Diagnostics {
    let load = |part: &str| -> Loaded {
        let loaded = Loader::new().path(folder.join(part)).load().expect("both contracts are right");
        assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
        loaded
    };
    let rules = fs::read_to_string(folder.join("rules.txt")).ok();
    let rules = rules.map_or(RuleSet::Registry, |rules| rules.trim().parse().expect("a set of rules"));
    let new = load("new");
    let mut comparison = Comparison::new(&new, rules);
    if let Ok(refused) = fs::read_to_string(folder.join("refused.txt")) {
        let [subject, reason, help] = *refused.lines().collect::<Vec<_>>() else {
            panic!("not three lines: {refused}")
        };
        comparison.refused(subject, reason, help);
    } else if let Some(lock) = Lock::read(&folder.join(LOCK_FILE_NAME)).expect("eventgen.lock is right") {
        comparison.with_lock(&lock, None);
    } else {
        comparison.with_contract(&load("old"), Path::to_owned);
    }
    let manifest = manifest(folder).expect("eventgen.toml is right");
    comparison.finish(&manifest.map(|manifest| manifest.levels().clone()).unwrap_or_default())
}

fn manifest(folder: &Path) -> Result<Option<Manifest>, Diagnostics> {
    let path = folder.join("eventgen.toml");
    if path.exists() { Manifest::read(&path).map(Some) } else { Ok(None) }
}

/// A copy of an example that a test may change.
pub(crate) fn copy(folder: &Path, purpose: &str) -> PathBuf {
    let name = folder.file_name().expect("a name").to_string_lossy();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(purpose).join(&*name);
    let _ = fs::remove_dir_all(&target);
    copy_folder(folder, &target);
    target
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder to copy to");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// The files of a folder and those below, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

//! No file is longer than a person reads in one sitting.

use std::fs;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// The most lines of a file, but for goldens and texts of licences and locks.
const MOST: usize = 400;

/// Generated code beside its schemas, and texts that are not ours to cut.
const EXEMPT: [&str; 4] = ["goldens/", "conformance/features/", "LICENSE", "Cargo.lock"];

/// Fails with the files that are too long.
pub(crate) fn check() -> Result<(), Failure> {
    let listed = Command::new("git")
        .args(["ls-files", "-co", "--exclude-standard"])
        .current_dir(repository())
        .output();
    let listed = String::from_utf8_lossy(&listed.context("git ls-files")?.stdout).into_owned();
    let counted = listed
        .lines()
        .filter(|path| !EXEMPT.iter().any(|exempt| path.contains(exempt)))
        .filter_map(|path| Some((path, fs::read_to_string(repository().join(path)).ok()?.lines().count())));
    let long: Vec<String> = counted
        .filter(|(_, lines)| *lines > MOST)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    if long.is_empty() {
        Ok(())
    } else {
        Err(format!("longer than {MOST} lines:\n{}", long.join("\n")).into())
    }
}

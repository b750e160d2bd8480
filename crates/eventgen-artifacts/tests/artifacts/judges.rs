//! Runs the programs in `tests/judges`, which ask the tools that read the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use eventgen_artifacts::File;
use eventgen_schema::Contract;
use tempfile::TempDir;

use crate::contracts::{governed, samples};
use crate::random;

/// The number of random contracts, unless a variable says otherwise.
const RANDOM: u64 = 50;

/// The sample contracts and random ones, with names for files.
pub(crate) fn contracts() -> Vec<(String, Contract)> {
    let given = std::env::var("EVENTGEN_RANDOM_CONTRACTS").ok();
    let count = given.map_or(RANDOM, |count| count.parse().expect("a number"));
    let samples = samples().into_iter().chain([("governed", governed())]);
    let samples = samples.map(|(name, contract)| (name.to_owned(), contract));
    samples.chain((0..count).map(|seed| (format!("random{seed}"), random::contract(seed)))).collect()
}

/// A folder with files, gone with the test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file of a contract.
    pub(crate) fn write(&self, contract: &str, file: &File) -> PathBuf {
        let path = self.path().join(format!("{contract}-{}", file.path));
        fs::write(&path, &file.text).expect("a file");
        path
    }
}

/// What a program prints about the files of a folder. A variable has the folder with the packages that it needs.
pub(crate) fn judge(packages: &str, program: &str, before: &[&Path], folder: &Path) -> Vec<String> {
    let judges = folder_of(packages);
    // Node searches packages above the program.
    let programs = TempDir::new_in(&judges).expect("a folder");
    let source = repository().join("crates/eventgen-artifacts/tests/judges").join(program);
    let copy = programs.path().join(program);
    fs::copy(source, &copy).expect("a copy");
    let output = Command::new("node").arg(&copy).args(before).arg(folder).output().expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

/// Fails unless a program finds something in each of these texts. It is started once for all of them.
pub(crate) fn finds_each(program: &str, before: &[&Path], extension: &str, texts: &[String]) {
    let folder = Folder::new();
    let name = |index: usize| format!("wrong{index:02}.{extension}");
    for (index, text) in texts.iter().enumerate() {
        fs::write(folder.path().join(name(index)), text).expect("a file");
    }
    let printed = judge("EVENTGEN_JUDGES", program, before, folder.path());
    let errors: Vec<&str> = printed.iter().map(|line| line.strip_prefix("error ").unwrap_or(line)).collect();
    for (index, text) in texts.iter().enumerate() {
        assert!(errors.iter().any(|error| error.starts_with(&name(index))), "{errors:#?}\n{text}");
    }
}

/// A text with one of these mistakes each.
pub(crate) fn with_each(text: &str, mistakes: &[(&str, &str)]) -> Vec<String> {
    let wrong = |&(from, to): &(&str, &str)| {
        assert!(text.contains(from), "no `{from}` in {text}");
        text.replacen(from, to, 1)
    };
    mistakes.iter().map(wrong).collect()
}

/// A folder that the suite has prepared.
pub(crate) fn folder_of(variable: &str) -> PathBuf {
    PathBuf::from(std::env::var_os(variable).expect("run by `cargo xtask test --only monitoring`"))
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

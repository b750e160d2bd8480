//! Compiles the code of a corpus in one package, with a module for each file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::bounded::{self, End, Limits, Ran};
use super::case::{Case, State};
use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};

/// How often modules that do not compile are removed: rustc stops early when names do not resolve.
const ROUNDS: usize = 8;

/// The time limit for compiling one module. Each further module adds a second and a half.
const COMPILE: Limits = Limits { time: Duration::from_secs(300), memory: 16 * 1024 };
const FOR_EACH: Duration = Duration::from_millis(1500);
/// For the dependencies, which do not belong to the corpus.
const UNBOUNDED: Limits = Limits { time: Duration::from_secs(3600), memory: 64 * 1024 };

pub(super) struct Package {
    folder: PathBuf,
}

impl Package {
    /// An empty package under `target/corpus`.
    pub(super) fn new() -> Result<Self, Failure> {
        let package = Self { folder: target().join("corpus") };
        let source = package.folder.join("src");
        if source.exists() {
            fs::remove_dir_all(&source).context(source.display())?;
        }
        fs::create_dir_all(&source).context(source.display())?;
        package.write("Cargo.toml", &manifest()?)?;
        // The versions that the repository is tested with.
        let lock = fs::read_to_string(repository().join("Cargo.lock")).context("Cargo.lock")?;
        package.write("Cargo.lock", &lock)?;
        let support = repository().join("tests/conformance/tests/support/mod.rs");
        let main = include_str!("../../corpus/main.rs").replace("SUPPORT", &support.display().to_string());
        package.write("src/main.rs", &main)?;
        Ok(package)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn write(&self, path: &str, text: &str) -> Result<(), Failure> {
        let path = self.folder.join(path);
        fs::write(&path, text).context(path.display())
    }

    /// Compiles the code of all files. Modules that do not compile are removed until the rest compiles.
    pub(super) fn compile(&self, cases: &mut [Case]) -> Result<(), Failure> {
        for case in cases.iter().filter(|case| matches!(case.state, State::Done)) {
            self.write(&format!("src/{}.rs", case.module), &case.code)?;
        }
        // Without a module: what the package depends on is built without a limit.
        self.write_modules(&[])?;
        self.cargo(&["check", "--lib"], None)?;
        let mut indexes: Vec<usize> =
            (0..cases.len()).filter(|&index| matches!(cases[index].state, State::Done)).collect();
        self.settle(&indexes, cases)?;
        indexes.retain(|&index| matches!(cases[index].state, State::Done));
        self.write_modules(&indexes.iter().map(|&index| &cases[index]).collect::<Vec<_>>())
    }

    /// Compiles some cases together. Where the compiler ends without naming a module, halves are compiled, down to the
    /// module that is the cause.
    fn settle(&self, indexes: &[usize], cases: &mut [Case]) -> Result<(), Failure> {
        for _ in 0..ROUNDS {
            let left: Vec<usize> =
                indexes.iter().copied().filter(|&index| matches!(cases[index].state, State::Done)).collect();
            let modules: Vec<&Case> = left.iter().map(|&index| &cases[index]).collect();
            self.write_modules(&modules)?;
            let limits = Limits { time: COMPILE.time + FOR_EACH * count(left.len()), ..COMPILE };
            let ran = self.cargo(&["check", "--lib", "--message-format=json"], Some(limits))?;
            if matches!(ran.end, End::Success) {
                return Ok(());
            }
            let errors = errors(&ran.stdout);
            if !errors.is_empty() {
                for index in left {
                    if let Some(error) = errors.get(&cases[index].module) {
                        cases[index].state = State::NotCompiled(error.clone());
                    }
                }
                continue;
            }
            return match left[..] {
                [] => Err("the corpus does not compile, and not because of a module of it".into()),
                [only] => {
                    cases[only].state = State::NotCompiled(format!("the compiler {}", ran.end));
                    Ok(())
                }
                _ => {
                    let (first, second) = left.split_at(left.len() / 2);
                    self.settle(first, cases)?;
                    self.settle(second, cases)
                }
            };
        }
        Err(format!("the corpus does not compile after {ROUNDS} rounds").into())
    }

    /// Writes a library of these modules.
    fn write_modules(&self, cases: &[&Case]) -> Result<(), Failure> {
        let modules = cases.iter().fold(String::new(), |mut text, case| {
            let _ = writeln!(text, "/// {}\npub mod {};", case.module, case.module);
            text
        });
        self.write("src/lib.rs", &format!("//! The corpus.\n#![deny(warnings, missing_docs)]\n\n{modules}"))
    }

    /// Builds the program that checks the modules that are left: its path. `types` is its module `types`.
    pub(super) fn program(&self, types: &str) -> Result<PathBuf, Failure> {
        self.write("src/types.rs", types)?;
        let ran = self.cargo(&["build", "--quiet"], None)?;
        match ran.end {
            End::Success => Ok(target().join("debug/corpus").with_extension(std::env::consts::EXE_EXTENSION)),
            end => Err(format!("the program of the corpus does not compile: cargo {end}").into()),
        }
    }

    fn cargo(&self, arguments: &[&str], limits: Option<Limits>) -> Result<Ran, Failure> {
        let mut command = Command::new(cargo::program());
        command.args(arguments).current_dir(&self.folder).env("CARGO_TARGET_DIR", target());
        bounded::run(&command, limits.unwrap_or(UNBOUNDED))
    }
}

fn count(modules: usize) -> u32 {
    u32::try_from(modules).unwrap_or(u32::MAX)
}

/// The first error of each module, from the messages of rustc.
fn errors(stdout: &str) -> BTreeMap<String, String> {
    let mut errors = BTreeMap::new();
    for line in stdout.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let message = &line["message"];
        if message["level"] != "error" {
            continue;
        }
        let text = message["message"].as_str().unwrap_or_default().replace('\n', " ");
        for span in message["spans"].as_array().into_iter().flatten() {
            let file = span["file_name"].as_str().unwrap_or_default();
            if let Some(module) = Path::new(file).file_stem().and_then(|stem| stem.to_str()) {
                let at = span["line_start"].as_u64().unwrap_or_default();
                errors.entry(module.to_owned()).or_insert_with(|| format!("line {at}: {text}"));
            }
        }
    }
    errors
}

fn manifest() -> Result<String, Failure> {
    let workspace = fs::read_to_string(repository().join("Cargo.toml")).context("Cargo.toml")?;
    let dependency = |name: &str| {
        let line = workspace.lines().find(|line| line.starts_with(&format!("{name} = ")));
        line.ok_or_else(|| format!("Cargo.toml does not name {name}"))
    };
    Ok(format!(
        "[package]\nname = \"corpus\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\neventgen = {{ path = \"{}\" }}\n{}\n{}\n\n\
         # As the repository's, so that what it has built is not built again.\n[profile.dev]\ndebug = \"line-tables-only\"\n\n[profile.dev.package.\"*\"]\ndebug = false\n",
        repository().join("crates/eventgen").display(),
        dependency("apache-avro")?,
        dependency("proptest")?,
    ))
}

//! Compiles the code of a corpus in one package, with a module for each file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::case::{Case, State};
use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};

/// How often modules that do not compile are removed: rustc stops early when names do not resolve.
const ROUNDS: usize = 8;

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
        for _ in 0..ROUNDS {
            let modules = cases.iter().filter(|case| matches!(case.state, State::Done));
            let modules: String = modules.fold(String::new(), |mut text, case| {
                let _ = writeln!(text, "/// {}\npub mod {};", case.module, case.module);
                text
            });
            self.write(
                "src/lib.rs",
                &format!("//! The corpus.\n#![deny(warnings, missing_docs)]\n\n{modules}"),
            )?;
            let output = self.cargo(&["check", "--lib", "--message-format=json"])?;
            if output.status.success() {
                return Ok(());
            }
            let errors = errors(&output);
            if errors.is_empty() {
                return Err("the corpus does not compile, and not because of a module of it".into());
            }
            for case in cases.iter_mut() {
                if let Some(error) = errors.get(&case.module) {
                    case.state = State::NotCompiled(error.clone());
                }
            }
        }
        Err(format!("the corpus does not compile after {ROUNDS} rounds").into())
    }

    /// Round-trips random values of every type.
    pub(super) fn round_trip(&self, cases: &mut [Case]) -> Result<(), Failure> {
        let mut calls = String::new();
        for case in cases.iter().filter(|case| matches!(case.state, State::Done)) {
            for (name, (path, schema)) in &case.types {
                let module = &case.module;
                writeln!(
                    calls,
                    "    crate::check::<corpus::{module}::{path}>({module:?}, {name:?}, {schema:?});"
                )?;
            }
        }
        self.write("src/types.rs", &format!("//! The types.\n\npub(crate) fn all() {{\n{calls}}}\n"))?;
        let output = self.cargo(&["run", "--quiet"])?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let mut outcomes: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for line in printed.lines() {
            let mut parts = line.splitn(3, '\t');
            if let (Some(module), Some(name), Some(outcome)) = (parts.next(), parts.next(), parts.next()) {
                outcomes.insert((module, name), outcome);
            }
        }
        for case in cases.iter_mut().filter(|case| matches!(case.state, State::Done)) {
            for name in case.types.keys() {
                let outcome = outcomes.get(&(case.module.as_str(), name.as_str()));
                match outcome.copied().unwrap_or("the run ended before it") {
                    "ok" => {}
                    why => {
                        case.state = State::NotRoundTripped(format!("{name}: {why}"));
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn cargo(&self, arguments: &[&str]) -> Result<Output, Failure> {
        let mut command = Command::new(cargo::program());
        command.args(arguments).current_dir(&self.folder).stderr(Stdio::inherit());
        command.env("CARGO_TARGET_DIR", target()).output().context("cargo")
    }
}

/// The first error of each module, from the messages of rustc.
fn errors(output: &Output) -> BTreeMap<String, String> {
    let mut errors = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
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

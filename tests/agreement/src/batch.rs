//! Compiles generated code in one package, with a module for each entry.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::table::Answer;

/// How often modules that do not compile are removed: rustc stops early when names do not resolve.
const ROUNDS: usize = 8;

/// The generated code of several entries.
#[derive(Debug)]
pub struct Batch {
    folder: PathBuf,
    modules: Vec<(String, String)>,
    /// How the modules are compiled: those that no program uses are only checked.
    subcommand: &'static str,
}

impl Batch {
    /// An empty package of code without clients, which is compiled without librdkafka. Packages of different names may be
    /// compiled at the same time.
    pub fn new(name: &str) -> Self {
        let eventgen = dependency("eventgen", &["avro", "protobuf", "rust_decimal"]);
        Self::of(name, &eventgen, "check")
    }

    /// An empty package of code with clients, for a program that runs with the test kit.
    pub fn with_clients(name: &str) -> Self {
        let packages = ["rdkafka", "serde_json", "tokio"].map(external).join("\n");
        let eventgen = dependency("eventgen", &["default"]);
        Self::of(name, &format!("{packages}\n{eventgen}\n{}", dependency("eventgen-testkit", &[])), "build")
    }

    fn of(name: &str, dependencies: &str, subcommand: &'static str) -> Self {
        let folder = target().join("agreement").join(name);
        let source = folder.join("src");
        if source.exists() {
            fs::remove_dir_all(&source).expect("the folder of an earlier run");
        }
        fs::create_dir_all(&source).expect("a folder");
        write(&folder.join("Cargo.toml"), &manifest(name, dependencies));
        // The versions that the repository is tested with.
        fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock")).expect("Cargo.lock");
        Self { folder, modules: Vec::new(), subcommand }
    }

    /// Adds generated code, and returns the name of its module.
    pub fn add(&mut self, code: String) -> String {
        let module = format!("m{:04}", self.modules.len());
        self.modules.push((module.clone(), code));
        module
    }

    /// Compiles all modules: an answer for each. Those that do not compile are removed until the rest compiles.
    pub fn compile(&self) -> BTreeMap<String, Answer> {
        for (module, code) in &self.modules {
            write(&self.folder.join("src").join(format!("{module}.rs")), code);
        }
        let mut answers: BTreeMap<String, Answer> =
            self.modules.iter().map(|(module, _)| (module.clone(), Answer::yes())).collect();
        for _ in 0..ROUNDS {
            let declared = answers.iter().filter(|(_, answer)| answer.is_yes());
            let declared = declared.fold(String::new(), |mut text, (module, _)| {
                let _ = writeln!(text, "pub mod {module};");
                text
            });
            write(
                &self.folder.join("src/lib.rs"),
                &format!("//! Generated code.\n#![deny(warnings)]\n\n{declared}"),
            );
            let output = self.cargo(&[self.subcommand, "--quiet", "--message-format=json"]);
            if output.status.success() {
                return answers;
            }
            let errors = errors(&output);
            assert!(!errors.is_empty(), "the batch does not compile, and not because of a module of it");
            answers.extend(errors.into_iter().map(|(module, error)| (module, Answer::no(&error))));
        }
        panic!("the batch does not compile after {ROUNDS} rounds");
    }

    /// Runs a program on the modules, with the path of a file that has the input. Returns the lines that it prints.
    pub fn run(&self, main: &str, input: &str) -> Vec<String> {
        write(&self.folder.join("src/main.rs"), main);
        let file = self.folder.join("input");
        write(&file, input);
        let output = self.cargo(&["run", "--quiet", "--", &file.display().to_string()]);
        assert!(output.status.success(), "the program failed");
        String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&self.folder).stderr(Stdio::inherit());
        command.env("CARGO_TARGET_DIR", target()).output().expect("cargo")
    }
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("a file");
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from)
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
        let text = message["message"].as_str().unwrap_or_default();
        for span in message["spans"].as_array().into_iter().flatten() {
            let file = Path::new(span["file_name"].as_str().unwrap_or_default());
            let module = file.file_stem().and_then(|stem| stem.to_str()).filter(|stem| stem.starts_with('m'));
            if let Some(module) = module {
                errors.entry(module.to_owned()).or_insert_with(|| text.to_owned());
            }
        }
    }
    errors
}

/// The line of a package of the repository in a manifest.
fn dependency(name: &str, features: &[&str]) -> String {
    let path = repository().join("crates").join(name);
    format!("{name} = {{ path = \"{}\", default-features = false, features = {features:?} }}", path.display())
}

/// The line of another package, as the repository has it.
fn external(name: &str) -> String {
    let workspace = fs::read_to_string(repository().join("Cargo.toml")).expect("Cargo.toml");
    let line = workspace.lines().find(|line| line.starts_with(&format!("{name} = ")));
    line.unwrap_or_else(|| panic!("{name} is not a dependency")).to_owned()
}

fn manifest(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"agreement-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [lib]\nname = \"batch\"\n\n[workspace]\n\n[dependencies]\n{}\n{dependencies}\n\n\
         # As the repository's, so that what it has built is not built again.\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n\n[profile.dev.package.\"*\"]\ndebug = false\n",
        external("prost")
    )
}

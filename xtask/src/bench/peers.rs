//! Builds the codec's peers in other languages, with their own tools.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};
use crate::maven;

/// The peers that were built.
pub(super) struct Peers {
    /// Arguments of the benchmark.
    pub(super) arguments: Vec<String>,
    /// A sentence for each peer: which it is, or why it is missing.
    pub(super) notes: Vec<String>,
}

/// Builds the peers whose tools are installed.
pub(super) fn build() -> Result<Peers, Failure> {
    let mut peers = Peers { arguments: Vec::new(), notes: Vec::new() };
    if maven::has("java") && maven::has("javac") && maven::has("mvn") {
        let class_path = java()?;
        let version = output(Command::new("java").arg("-version"));
        let version = version.lines().nth(1).unwrap_or_default().to_owned();
        peers.arguments.extend(["--java".to_owned(), class_path]);
        peers.notes.push(format!(
            "Apache Avro in Java: {} on {version}; generated classes, the reader that is built at run time but where a \
             row says custom coders, `directBinaryEncoder`; the serial collector, 512 MiB.",
            maven::COMPILER_VERSION
        ));
    } else {
        peers.notes.push("Apache Avro in Java: skipped, a JDK or Maven not found.".to_owned());
    }
    if maven::has("go") {
        let program = go()?;
        let module = fs::read_to_string(repository().join("benches/go/go.mod")).context("go.mod")?;
        let version = module.lines().find_map(|line| line.trim().strip_prefix("github.com/hamba/avro/v2 "));
        peers.arguments.extend(["--go".to_owned(), program.display().to_string()]);
        peers.notes.push(format!(
            "hamba/avro in Go: {} built by {}; `EncoderOf` and `DecoderOf`, `DisableBlockSizeHeader`.",
            version.unwrap_or_default(),
            output(Command::new("go").arg("version"))
        ));
    } else {
        peers.notes.push("hamba/avro in Go: skipped, Go not found.".to_owned());
    }
    Ok(peers)
}

/// The class path of Avro's classes for the events and of the program that measures them.
fn java() -> Result<String, Failure> {
    let jars = maven::avro_compiler()?.join("*").display().to_string();
    let sources = repository().join("benches").join("java");
    let folder = emptied("java")?;
    let (generated, classes) = (folder.join("generated"), folder.join("classes"));
    fs::create_dir_all(&classes).context(classes.display())?;
    let mut generate = Command::new("java");
    generate.args(["-cp", &jars]).arg(sources.join("Generate.java"));
    run(generate.arg(repository().join("benches").join("events")).arg(&generated))?;
    let mut files = vec![sources.join("Peer.java")];
    java_files(&generated, &mut files)?;
    run(Command::new("javac").args(["-nowarn", "-cp", &jars, "-d"]).arg(&classes).args(files))?;
    let class_path = [classes.display().to_string(), jars];
    Ok(class_path.join(if cfg!(windows) { ";" } else { ":" }))
}

fn java_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).context(folder.display())? {
        let path = entry.context(folder.display())?.path();
        if path.is_dir() {
            java_files(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn go() -> Result<PathBuf, Failure> {
    let program = emptied("go")?.join("peer");
    let sources = repository().join("benches").join("go");
    run(Command::new("go").args(["build", "-o"]).arg(&program).arg(".").current_dir(sources))?;
    Ok(program)
}

/// An empty folder for what is built.
fn emptied(name: &str) -> Result<PathBuf, Failure> {
    let folder = target().join("bench").join("codec").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).context(folder.display())?;
    }
    fs::create_dir_all(&folder).context(folder.display())?;
    Ok(folder)
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let output = command.output().context(command.get_program().display())?;
    if output.status.success() {
        return Ok(());
    }
    let output = [output.stdout, output.stderr].concat();
    Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output)).into())
}

/// Standard output and standard error of a program.
fn output(command: &mut Command) -> String {
    let output = command.output().map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}

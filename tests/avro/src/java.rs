//! Runs oracles: Java programs that call Apache Avro.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// A variable that `cargo xtask test` sets for these tests.
///
/// # Panics
/// If the variable is not set.
pub fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"))
}

/// Runs a Java file and returns the lines that it prints.
pub fn oracle(file: &Path, arguments: &[String]) -> Vec<String> {
    let mut command = Command::new("java");
    command.args(["-XX:TieredStopAtLevel=1", "-Xmx512m", "-Dfile.encoding=UTF-8", "-cp"]);
    command.arg(variable("EVENTGEN_AVRO_CLASS_PATH")).arg(file);
    let output = command.args(arguments).output().expect("java");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

/// Passes lines to an oracle and returns one answer for each.
pub fn oracle_lines(file: &Path, question: &str, lines: &[String]) -> Vec<String> {
    let asked = tempfile::NamedTempFile::new().expect("a file");
    fs::write(asked.path(), lines.join("\n") + "\n").expect("a file");
    let answers = oracle(file, &[question.to_owned(), asked.path().display().to_string()]);
    assert_eq!(answers.len(), lines.len(), "an answer for each line");
    answers
}

/// The hexadecimal text of bytes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

//! Installs Confluent's Python client, an oracle, in a virtual environment.

use std::path::PathBuf;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::real;

/// The packages. An environment with other packages is replaced.
const PACKAGE: &str = "confluent-kafka[avro,schemaregistry,protobuf]";

/// The interpreter of the environment.
pub(crate) fn interpreter() -> Result<PathBuf, Failure> {
    let folder = real().join("python");
    let python = folder.join("bin").join("python");
    let complete = folder.join("complete");
    if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == PACKAGE) {
        return Ok(python);
    }
    eprintln!("bringing Confluent's Python client …");
    let mut venv = Command::new("python3");
    run(
        venv.args(["-m", "venv", "--clear"]).arg(&folder),
        "making a Python environment (Debian: apt-get install python3-venv)",
    )?;
    let mut pip = Command::new(&python);
    run(pip.args(["-m", "pip", "install", "-q", PACKAGE]), "installing confluent-kafka")?;
    std::fs::write(&complete, PACKAGE).context(complete.display())?;
    Ok(python)
}

fn run(command: &mut Command, what: &str) -> Result<(), Failure> {
    let output = command.output().context(what)?;
    if output.status.success() {
        return Ok(());
    }
    let text = [&output.stdout[..], &output.stderr].concat();
    Err(format!("{what} failed:\n{}", String::from_utf8_lossy(&text)).into())
}

//! Installs the oracles in Python, Confluent's client and protoc, in a virtual environment.

use std::path::PathBuf;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::real;

/// The packages. An environment with other packages is replaced.
const PACKAGES: [&str; 2] = ["confluent-kafka[avro,schemaregistry,protobuf]", "grpcio-tools"];

/// The interpreter of the environment.
pub(crate) fn interpreter() -> Result<PathBuf, Failure> {
    let folder = real().join("python");
    let python = folder.join("bin").join("python");
    let complete = folder.join("complete");
    let wanted = PACKAGES.join("\n");
    if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("installing {} …", PACKAGES.join(" and "));
    let mut venv = Command::new("python3");
    run(
        venv.args(["-m", "venv", "--clear"]).arg(&folder),
        "making a Python environment (Debian: apt-get install python3-venv)",
    )?;
    let mut pip = Command::new(&python);
    run(pip.args(["-m", "pip", "install", "-q"]).args(PACKAGES), "installing Python packages")?;
    std::fs::write(&complete, wanted).context(complete.display())?;
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

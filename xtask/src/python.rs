//! Installs the oracles in Python, Confluent's client and protoc, in a virtual environment, and the schema of the Open Data
//! Contract Standard, which a package has.

use std::path::PathBuf;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::real;

/// The packages. An environment with other packages is replaced.
const PACKAGES: &[&str] = &["confluent-kafka[avro,schemaregistry,protobuf]", "grpcio-tools"];

/// The package with the schema of the standard's version 3.1.0. What else is in it is not needed.
const DATA_CONTRACTS: &[&str] = &["--no-deps", "open-data-contract-standard==3.1.2"];

/// The interpreter of the environment.
pub(crate) fn interpreter() -> Result<PathBuf, Failure> {
    installed("python", PACKAGES)
}

/// The schema of the Open Data Contract Standard.
pub(crate) fn data_contract_schema() -> Result<PathBuf, Failure> {
    let python = installed("data-contracts", DATA_CONTRACTS)?;
    let mut command = Command::new(python);
    command.args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]);
    let output = command.output().context("the folder of Python's packages")?;
    let packages = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    Ok(packages.join("open_data_contract_standard").join("schema.json"))
}

/// The interpreter of an environment with these packages.
fn installed(name: &str, packages: &[&str]) -> Result<PathBuf, Failure> {
    let folder = real().join(name);
    let python = folder.join("bin").join("python");
    let complete = folder.join("complete");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("installing {} …", packages.join(" "));
    let mut venv = Command::new("python3");
    run(
        venv.args(["-m", "venv", "--clear"]).arg(&folder),
        "making a Python environment (Debian: apt-get install python3-venv)",
    )?;
    let mut pip = Command::new(&python);
    run(pip.args(["-m", "pip", "install", "-q"]).args(packages), "installing Python packages")?;
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

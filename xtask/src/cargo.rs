//! Cargo, as a program.

use std::ffi::OsString;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// The cargo that runs this program, so that both have the same toolchain.
pub(crate) fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs cargo in the repository, with its output on the terminal.
pub(crate) fn run(arguments: &[&str], environment: &[(String, String)]) -> Result<(), Failure> {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(repository());
    for (name, value) in environment {
        command.env(name, value);
    }
    let status = command.status().context("cargo")?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" ")).into()) }
}

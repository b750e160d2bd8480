//! Cargo, as a program.

use std::ffi::OsString;
use std::process::{Command, ExitStatus};

use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// The cargo that runs this program, so that both have the same toolchain.
pub(crate) fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs cargo in the repository, with its output on the terminal.
pub(crate) fn run(arguments: &[&str], environment: &[(String, String)]) -> Result<(), Failure> {
    let status = command(arguments, environment).status().context("cargo")?;
    outcome(status, arguments)
}

/// What cargo wrote, and whether it succeeded.
pub(crate) struct Output {
    pub(crate) text: String,
    pub(crate) result: Result<(), Failure>,
}

/// Runs cargo in the repository and captures its output, for parallel runs.
pub(crate) fn output(arguments: &[&str], environment: &[(String, String)]) -> Output {
    match command(arguments, environment).output() {
        Ok(output) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            Output {
                text: text(&output.stdout) + &text(&output.stderr),
                result: outcome(output.status, arguments),
            }
        }
        Err(error) => Output { text: String::new(), result: Err(format!("cargo: {error}").into()) },
    }
}

fn command(arguments: &[&str], environment: &[(String, String)]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(repository());
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

fn outcome(status: ExitStatus, arguments: &[&str]) -> Result<(), Failure> {
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" ")).into()) }
}

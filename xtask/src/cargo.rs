//! Cargo, as a program.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{Context as _, Failure};
use crate::folders::repository;
use crate::process_group::Group;

/// The interval at which a run is looked at.
const LOOK: Duration = Duration::from_millis(200);

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

/// Runs cargo in the repository with its output in a file, for parallel runs. Kills it if it writes nothing for `silence`: a
/// test that hangs would hold the run until something else ends it, and nothing would say which test it was.
pub(crate) fn output(
    arguments: &[&str],
    environment: &[(String, String)],
    log: &Path,
    silence: Duration,
) -> Output {
    let result = logged(command(arguments, environment), log, silence);
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    Output { text, result: result.and_then(|status| outcome(status, arguments)) }
}

fn logged(mut command: Command, log: &Path, silence: Duration) -> Result<ExitStatus, Failure> {
    let file = File::create(log).context(log.display())?;
    command.stdout(file.try_clone().context(log.display())?).stderr(file.try_clone().context(log.display())?);
    let mut child = Group::spawn(&mut command).context(command.get_program().display())?;
    let (mut length, mut changed) = (0, Instant::now());
    loop {
        if let Some(status) = child.try_wait().context("waiting")? {
            return Ok(status);
        }
        let now = file.metadata().context(log.display())?.len();
        if now != length {
            (length, changed) = (now, Instant::now());
        } else if changed.elapsed() >= silence {
            let seconds = silence.as_secs();
            return Err(format!(
                "it wrote nothing for {seconds} s and was killed: the last test that began hangs"
            )
            .into());
        }
        sleep(LOOK);
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_is_silent_is_killed_with_what_it_started_and_its_output_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo begun; sleep 0.3; echo goes on >&2; sleep 600 & wait"]);
        let error = logged(command, &log, Duration::from_secs(1)).expect_err("it hangs");
        assert!(error.to_string().contains("wrote nothing for 1 s"), "{error}");
        assert_eq!(fs::read_to_string(&log).expect("a log"), "begun\ngoes on\n");
        let mut command = Command::new("sh");
        command.args(["-c", "echo begun; exit 3"]);
        assert_eq!(logged(command, &log, Duration::from_secs(60)).expect("it ends").code(), Some(3));
    }
}

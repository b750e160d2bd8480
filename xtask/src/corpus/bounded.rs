//! Runs a program within a time and a memory limit. A program that exceeds them is killed.

use std::ffi::OsStr;
use std::fmt;
use std::io::Read as _;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Context as _, Failure};
use crate::process_group::Group;

/// The limits of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) time: Duration,
    /// Address space in MiB, for each process. Without effect on systems that have no `ulimit`.
    pub(super) memory: u64,
}

/// What a run printed, and how it ended.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) stdout: String,
    pub(super) end: End,
}

/// How a run ended.
#[derive(Debug)]
pub(super) enum End {
    Success,
    /// A failure that the program itself reported.
    Failed(ExitStatus),
    /// It was ended by a signal: out of memory, a stack overflow, an abort.
    Crashed(ExitStatus),
    /// It was killed at the deadline.
    TimedOut(Duration),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("ended"),
            Self::Failed(status) => write!(f, "failed with {status}"),
            Self::Crashed(status) => write!(f, "crashed: {status}"),
            Self::TimedOut(limit) => write!(f, "no end in {} s", limit.as_secs_f32()),
        }
    }
}

/// Runs a program to its end or to its limits. Its standard error is this program's.
pub(super) fn run(command: &Command, limits: Limits) -> Result<Ran, Failure> {
    let mut limited = limited(command, limits.memory);
    limited.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = Group::spawn(&mut limited).context(command.get_program().display())?;
    let mut stdout = child.stdout.take().ok_or("no standard output")?;
    // Read while it runs: a full pipe would stop it.
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read until an error counts.
        drop(stdout.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let deadline = Instant::now() + limits.time;
    let mut pause = Duration::from_millis(1);
    let end = loop {
        if let Some(status) = child.try_wait().context("waiting")? {
            break match status.code() {
                Some(0) => End::Success,
                // A shell or cargo passes a signal on as 128 and its number.
                Some(code) if code < 128 => End::Failed(status),
                _ => End::Crashed(status),
            };
        }
        if Instant::now() >= deadline {
            break End::TimedOut(limits.time);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    };
    // The reader ends once no process of the group writes any more.
    drop(child);
    let stdout = reader.join().map_err(|_| "the reader of standard output panicked")?;
    Ok(Ran { stdout, end })
}

/// The same command with a limit on the memory of its process and of those that it starts.
#[cfg(unix)]
fn limited(command: &Command, mebibytes: u64) -> Command {
    let mut limited = Command::new("sh");
    let script = format!("ulimit -c 0; ulimit -v {} && exec \"$@\"", mebibytes * 1024);
    limited.args(["-c", &script, "sh"]).arg(command.get_program());
    copy(command, limited)
}

#[cfg(not(unix))]
fn limited(command: &Command, _: u64) -> Command {
    copy(command, Command::new(command.get_program()))
}

fn copy(from: &Command, mut to: Command) -> Command {
    to.args(from.get_args().collect::<Vec<&OsStr>>());
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
    if let Some(folder) = from.get_current_dir() {
        to.current_dir(folder);
    }
    to
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { time: Duration::from_secs(20), memory: 1024 };

    fn sh(script: &str, limits: Limits) -> (Ran, Duration) {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stderr(Stdio::null());
        let start = Instant::now();
        (run(&command, limits).expect("a shell"), start.elapsed())
    }

    #[test]
    fn a_run_within_its_limits_is_left_alone() {
        let (ran, _) = sh("echo one; echo two", LIMITS);
        assert!(matches!(ran.end, End::Success), "{ran:?}");
        assert_eq!(ran.stdout, "one\ntwo\n");
        let (ran, _) = sh("head -c 1000000 /dev/zero; exit 3", LIMITS);
        assert!(matches!(ran.end, End::Failed(_)), "more than a pipe holds: {}", ran.end);
        assert_eq!(ran.stdout.len(), 1_000_000);
    }

    #[test]
    fn a_loop_is_killed_with_the_processes_that_it_started() {
        let limits = Limits { time: Duration::from_millis(300), ..LIMITS };
        let (ran, took) = sh("echo begun; (while :; do :; done) & wait", limits);
        assert!(matches!(ran.end, End::TimedOut(_)), "{ran:?}");
        assert_eq!(ran.stdout, "begun\n");
        // The process in the background inherits standard output, so the call waited until it ended.
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}

//! Measures the wall-clock and CPU time of programs.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::{Context as _, Failure};

/// What one run took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Taken {
    /// Wall-clock time.
    pub(super) wall: Duration,
    /// CPU time in hundredths of a second; zero if the system does not report it.
    pub(super) processor: Duration,
}

/// Runs a program, which must succeed.
pub(super) fn time(command: &mut Command) -> Result<Taken, Failure> {
    time_until(command, 0)
}

/// Runs a program, which must end with an exit code.
pub(super) fn time_until(command: &mut Command, code: i32) -> Result<Taken, Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let (started, before) = (Instant::now(), processor_time());
    let output = command.output().context("running")?;
    let taken = Taken { wall: started.elapsed(), processor: processor_time().saturating_sub(before) };
    if output.status.code() == Some(code) {
        Ok(taken)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into())
    }
}

/// The CPU time of all finished child processes, on Linux.
pub(super) fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name in brackets: what children took, in ticks of 10 ms.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(13).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// The median by wall-clock time.
pub(super) fn median(mut times: Vec<Taken>) -> Taken {
    times.sort();
    times[times.len() / 2]
}

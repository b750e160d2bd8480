//! Describes the machine of a measurement.

use std::fs;
use std::process::Command;

/// The machine, the compiler and the day.
pub(crate) fn description() -> String {
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{}, {cores} cores, {}, {}",
        model.unwrap_or(std::env::consts::ARCH),
        output("rustc", &["--version"]),
        output("date", &["-u", "+%Y-%m-%d"])
    )
}

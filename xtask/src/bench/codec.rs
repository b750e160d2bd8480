//! The codec's benchmark: runs it, counts instructions, and keeps the tables with what they were measured on.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::repository;
use crate::maven::has;

/// How often a cell runs under the counter: the difference of the two is what a start costs nothing of.
const TIMES: [u64; 2] = [1_000, 3_000];

/// What is above the tables.
const HEAD: &str = "# The codec beside its peers\n\n\
    Ratios to serde_avro_fast in the same round, the median over the rounds; higher is faster. In brackets the median of \
    the nanoseconds. One interleaved run: each round measures every cell once. Fat LTO, one codegen unit, the system's \
    allocator; the drop of what was decoded counts, encoders append to a buffer that is kept.\n\n\
    serde's peers have bytes for decimals and numbers for timestamps, the fastest they offer; eventgen has \
    `rust_decimal` and `chrono` unless a row says that its schema has no logical types. The older writer's schema has a \
    field that is gone, fewer symbols of an enum, and two fields in the other order.\n\n";

/// Measures the codec.
pub(crate) fn run(rounds: usize, instructions: bool) -> Result<String, Failure> {
    let program = build()?;
    let mut text = format!("{HEAD}{}, {rounds} rounds.\n\n", machine());
    text += &output(Command::new(&program).args(["--rounds", &rounds.to_string()]))?;
    if instructions {
        if !has("valgrind") {
            return Err("valgrind not found; leave out --instructions or install it".into());
        }
        text += &counts(&program)?;
    }
    let file = repository().join("benches/RESULTS.md");
    fs::write(&file, &text).context(file.display())?;
    Ok(text)
}

fn build() -> Result<PathBuf, Failure> {
    let built = Command::new("cargo")
        .args(["build", "--locked", "--profile", "bench", "--package", "codec-bench"])
        .current_dir(repository())
        .status()
        .context("cargo")?;
    if !built.success() {
        return Err("the benchmark does not build".into());
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
    Ok(target.join("release/codec-bench"))
}

/// What a program says.
fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().context("the benchmark")?;
    if !output.status.success() {
        return Err(format!("the benchmark failed:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The machine, the compiler and the day.
fn machine() -> String {
    let said = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{}, {cores} cores, {}, {}",
        model.unwrap_or(std::env::consts::ARCH),
        said("rustc", &["--version"]),
        said("date", &["-u", "+%Y-%m-%d"])
    )
}

/// A table of the instructions that each cell takes, which noise does not change.
fn counts(program: &PathBuf) -> Result<String, Failure> {
    let list = output(Command::new(program).arg("--list"))?;
    let mut text = String::from(
        "Instructions (callgrind), which a busy machine does not change; with them a change is judged.\n\n\
         | work | event | row | instructions |\n|---|---|---|---|\n",
    );
    for cell in list.lines() {
        let [work, event, row] = cell.split('\t').collect::<Vec<_>>()[..] else { continue };
        let counted = TIMES.map(|times| count(program, [work, event, row], times));
        let [few, many] = counted;
        let _ = writeln!(
            text,
            "| {work} | {event} | {row} | {} |",
            many?.saturating_sub(few?) / (TIMES[1] - TIMES[0])
        );
    }
    Ok(text)
}

fn count(program: &PathBuf, [work, event, row]: [&str; 3], times: u64) -> Result<u64, Failure> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["--work", work, "--event", event, "--row", row, "--times", &times.to_string()])
        .output()
        .context("valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = said.lines().find_map(|line| line.split("Collected : ").nth(1)?.trim().parse().ok());
    collected.ok_or_else(|| format!("valgrind counted nothing:\n{said}").into())
}

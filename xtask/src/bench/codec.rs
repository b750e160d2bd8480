//! `cargo xtask bench codec`: builds the benchmark and its peers, runs it, and writes the tables with a description of
//! the machine.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{instructions, peers};
use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};
use crate::machine;

/// The text above the tables.
const HEAD: &str = "# The codec beside its peers\n\n\
    Ratios to the time that serde_avro_fast takes in the same round, to encode or to decode a new value: the median over \
    the rounds; higher is faster. In brackets the median of the nanoseconds. One interleaved run: each round measures every \
    cell once. Fat LTO, one codegen unit, the system's allocator; the drop of what was decoded counts, encoders append to a \
    buffer that is kept.\n\n\
    serde's peers have bytes for decimals and numbers for timestamps, the fastest they offer, and so have those in Java and \
    Go; eventgen has `rust_decimal` and `chrono` unless a row says that its schema has no logical types. The older writer's \
    schema has a field that is gone, fewer symbols of an enum, and two fields in the other order.\n\n\
    Java and Go have a process for each cell, warmed up, begun anew three times in a run, and asked for a round when its \
    turn comes; it measures itself for 20 ms, so that garbage collections count. Processes of one program differ by 10 to \
    30 %: take less than a fifth for a tie.\n\n";

/// The options of `cargo xtask bench codec`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Measurements per cell.
    #[arg(long, default_value_t = 40)]
    rounds: usize,
    /// Count instructions too. Needs valgrind.
    #[arg(long)]
    instructions: bool,
    /// Measure the row of this name, or the rows that contain it. Writes no file.
    #[arg(long)]
    row: Option<String>,
    /// Count instructions only. Writes no file.
    #[arg(long, requires = "instructions")]
    no_times: bool,
}

/// Measures the codec.
pub(crate) fn run(options: &Options) -> Result<String, Failure> {
    if options.instructions {
        instructions::require()?;
    }
    let program = build()?;
    let selected: Vec<String> =
        options.row.iter().flat_map(|row| ["--row".to_owned(), row.clone()]).collect();
    let mut text = String::new();
    if !options.no_times {
        let peers = peers::build()?;
        let mut measure = Command::new(&program);
        measure.args(["--rounds", &options.rounds.to_string()]).args(&selected).args(&peers.arguments);
        let measured = measure.output().context("the benchmark")?;
        if !measured.status.success() {
            let errors = String::from_utf8_lossy(&measured.stderr).into_owned();
            return Err(format!("the benchmark failed:\n{errors}").into());
        }
        let notes = peers.notes.join("\n- ");
        let _ = write!(text, "{}, {} rounds.\n\n- {notes}\n\n", machine::description(), options.rounds);
        text += &String::from_utf8_lossy(&measured.stdout);
    }
    if options.instructions {
        text += &instructions::table(&program, &selected)?;
    }
    if selected.is_empty() && !options.no_times {
        text.insert_str(0, HEAD);
        let file = repository().join("benches/RESULTS.md");
        fs::write(&file, &text).context(file.display())?;
    }
    Ok(text)
}

fn build() -> Result<PathBuf, Failure> {
    let built = Command::new("cargo")
        .args(["build", "--locked", "--profile", "bench", "--package", "codec-bench"])
        .current_dir(repository())
        .status()
        .context("cargo")?;
    if built.success() {
        Ok(target().join("release/codec-bench"))
    } else {
        Err("the benchmark does not build".into())
    }
}

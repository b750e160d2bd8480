//! `cargo xtask bench compile`: compile time and program size of generated code and of serde's derives on the same fields.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::compile_sources::{self, CRATES, FEW, MANY};
use super::timing::{Taken, median, time};
use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};
use crate::machine;

/// The builds: each compiles one crate whose dependencies are already built.
const BUILDS: [(&str, &[&str]); 3] =
    [("check", &["check"]), ("debug build", &["build"]), ("release build", &["build", "--release"])];

/// Measures, and writes `benches/COMPILE.md`.
pub(crate) fn run(rounds: usize) -> Result<String, Failure> {
    let folder = target().join("bench").join("compile");
    compile_sources::write(&folder)?;
    // Everything that the crates depend on, and the programs whose size counts.
    for (_, arguments) in BUILDS {
        // One by one, as they are measured: all at once has other features of what they depend on.
        for name in &CRATES {
            eprintln!("cargo {} of {}, and of what it depends on …", arguments.join(" "), name.0);
            time(in_folder(&folder, arguments).args(["--lib", "-p", name.0]))?;
        }
    }
    let mut taken = CRATES.map(|_| BUILDS.map(|_| Vec::new()));
    for round in 1..=rounds {
        for (name, taken) in CRATES.iter().zip(&mut taken) {
            for ((_, arguments), taken) in BUILDS.iter().zip(taken) {
                eprintln!("round {round}: cargo {} of {}", arguments.join(" "), name.0);
                time(in_folder(&folder, &["clean", "-p", name.0]).args(arguments.get(1)))?;
                taken.push(time(in_folder(&folder, arguments).args(["--lib", "-p", name.0]))?);
            }
        }
    }
    // Cleaning has taken the programs too.
    time(&mut in_folder(&folder, &["build", "--release", "--workspace"]))?;
    let mut rows = String::new();
    for ((name, title), taken) in CRATES.iter().zip(taken) {
        let _ = write!(rows, "| {title} |");
        for taken in taken {
            let Taken { wall, processor } = median(taken);
            let _ = write!(rows, " {:.1} ({:.1}) |", wall.as_secs_f64(), processor.as_secs_f64());
        }
        let size = |count: usize| {
            let program = folder.join("target").join("release").join(format!("{name}-{count}"));
            fs::metadata(&program).map(|data| data.len()).context(program.display())
        };
        let (few, many) = (size(FEW)?, size(MANY)?);
        let events = u64::try_from(MANY - FEW)?;
        let lines = fs::read_to_string(folder.join(name).join("src").join("events.rs"));
        let lines = lines.context("events.rs")?.lines().count();
        let _ = writeln!(rows, " {lines} | {} | {} |", many / 1024, many.saturating_sub(few) / events);
    }
    let text = report(&rows, rounds);
    let path = repository().join("benches").join("COMPILE.md");
    fs::write(&path, &text).context(path.display())?;
    Ok(text)
}

fn in_folder(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo::program());
    command.args(arguments).current_dir(folder);
    // Every build starts anew.
    command.env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", folder.join("target"));
    command
}

fn report(rows: &str, rounds: usize) -> String {
    format!(
        "# What generated code costs to compile\n\n\
         {MANY} events of 20 fields: strings, numbers, an enum, bytes, an array, a map, and strings that may be null. The same \
         fields on each side, and a function that decodes and encodes all of them, so that no code is left for later. \
         `cargo xtask bench compile` measures again.\n\n\
         Seconds on the clock, in brackets those of all processors: the median of {rounds} runs in turns, each of one crate \
         anew with all that it depends on built. The program is stripped, of the release profile as cargo has it; what an \
         event adds is the difference between a program of {MANY} events and one of {FEW}.\n\n\
         | | {} | lines of code | program, KiB | bytes an event adds |\n|---|---:|---:|---:|---:|---:|---:|\n{rows}\n\
         What eventgen generates for a contract has keys, headers, topics, producers and consumers too; what is not \
         called of these is not in the program. A derive is short in the source and is expanded by the compiler. Why \
         programs of derived events are smaller than those of generated ones was not looked into.\n\n{}.\n",
        BUILDS.map(|(name, _)| name).join(" | "),
        machine::description()
    )
}

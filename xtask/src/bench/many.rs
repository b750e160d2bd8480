//! `cargo xtask bench many`: the command on a contract of 5,000 events on as many topics.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use super::generate::build;
use super::records;
use super::timing::{Taken, median, time};
use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};
use crate::{kafka, machine, server};

/// Runs of each command, in turns.
const ROUNDS: usize = 5;
/// Sets of a thousand records.
const THOUSANDS: usize = 5;

/// Measures, prints, and writes `benches/MANY.md`.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let folder = target().join("bench").join("many");
    let schemas = folder.join("schemas");
    if folder.exists() {
        fs::remove_dir_all(&folder).context(folder.display())?;
    }
    fs::create_dir_all(&schemas).context(schemas.display())?;
    let (mut count, mut bytes) = (0, 0);
    for thousand in 0..THOUSANDS {
        let (records, size) = records::write(&schemas, thousand)?;
        (count, bytes) = (count + records, bytes + size);
    }
    let command = build()?;
    let state_folder = kafka::folder("bench-kafka");
    server::down(&state_folder)?;
    let state = kafka::up(&state_folder, 1, kafka::Access::Open)?;
    let measured = measure(&command, &folder, &state.address("KAFKA_BOOTSTRAP_SERVERS"));
    server::down(&state_folder)?;
    let report = report(count, bytes, &measured?);
    println!("{report}");
    let path = repository().join("benches").join("MANY.md");
    fs::write(&path, report).context(path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// What was measured, by what is shown of the command.
type Measured = Vec<(&'static str, Taken)>;

fn measure(command: &Path, folder: &Path, brokers: &str) -> Result<Measured, Failure> {
    let out = folder.join("catalogue");
    let catalogue = out.display().to_string();
    let commands: [(&str, Vec<&str>); 5] = [
        ("`check`", vec!["check", "schemas"]),
        ("`show --output json`", vec!["show", "schemas", "--output", "json"]),
        (
            "`topics plan`, on a broker without topics",
            vec!["topics", "plan", "schemas", "--bootstrap-servers", brokers],
        ),
        ("`docs`, a new folder", vec!["docs", "schemas", "--out", &catalogue]),
        ("`docs`, nothing changed", vec!["docs", "schemas", "--out", &catalogue]),
    ];
    let mut taken: Vec<Vec<Taken>> = vec![Vec::new(); commands.len()];
    for _ in 0..ROUNDS {
        let _ = fs::remove_dir_all(&out);
        for (times, (_, arguments)) in taken.iter_mut().zip(&commands) {
            times.push(time(Command::new(command).args(arguments).current_dir(folder))?);
        }
    }
    let index = fs::metadata(out.join("assets/search.js")).context("the index of the search")?.len();
    println!("{} KiB of pages, {} KiB of search index", size_of(&out)? / 1024, index / 1024);
    Ok(commands.iter().zip(taken).map(|((shown, _), times)| (*shown, median(times))).collect())
}

/// The bytes of all files of a folder.
fn size_of(folder: &Path) -> Result<u64, Failure> {
    let mut sum = 0;
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).context(folder.display())? {
            let entry = entry.context(folder.display())?;
            let data = entry.metadata().context(folder.display())?;
            if data.is_dir() { open.push(entry.path()) } else { sum += data.len() }
        }
    }
    Ok(sum)
}

fn report(count: usize, bytes: usize, measured: &[(&'static str, Taken)]) -> String {
    let row = |(shown, taken): &(&str, Taken)| {
        format!("| {shown} | {:.1} | {:.1} |\n", taken.wall.as_secs_f64(), taken.processor.as_secs_f64())
    };
    let rows: String = measured.iter().map(row).collect();
    format!(
        "# The command on many events\n\n\
         {count} annotated records in {count} files, {} KiB, each on a topic of its own: whole process, release build, median of {ROUNDS} \
         runs in turns.\n`cargo xtask bench many` measures again.\n\n\
         | | s | s of all processors |\n|---|---:|---:|\n{rows}\n\
         `check` generates the code of all events and drops it. `docs` writes a page for each topic, event and service.\n\n{}; other work on the machine at the same time.\n",
        bytes / 1024,
        machine::description(),
    )
}

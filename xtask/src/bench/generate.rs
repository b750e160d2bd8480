//! `cargo xtask bench generate`: the time of `eventgen generate` for a thousand records, compared with `rsgen-avro` on the
//! same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use super::records;
use super::timing::{Taken, median, time};
use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};

/// The peer, as cargo installs it.
const PEER: (&str, &str) = ("rsgen-avro", "0.19.4");
/// Runs of each program, in turns.
const ROUNDS: usize = 7;

/// Measures, prints, and writes `benches/GENERATE.md`.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let folder = target().join("bench").join("generate");
    let schemas = folder.join("schemas");
    if folder.exists() {
        fs::remove_dir_all(&folder).context(folder.display())?;
    }
    fs::create_dir_all(&schemas).context(schemas.display())?;
    let (count, bytes) = records::write(&schemas, 0)?;
    let (ours, peer) = (build()?, install()?);
    let (out, peer_out) = (folder.join("out"), folder.join("peer.rs"));
    let code = out.join("eventgen.rs");
    let [mut first, mut second, mut peers] = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        let _ = fs::remove_dir_all(&out);
        let mut generate = Command::new(&ours);
        generate.arg("generate").arg(&schemas).arg("--out").arg(&out).current_dir(&folder);
        first.push(time(&mut generate)?);
        let written = modified(&code)?;
        second.push(time(&mut generate)?);
        if modified(&code)? != written {
            return Err("the second run wrote the code again".into());
        }
        let mut generate = Command::new(&peer);
        generate.arg(schemas.join("*.avsc")).arg(&peer_out);
        peers.push(time(&mut generate)?);
    }
    let [first, second, peer] = [first, second, peers].map(median);
    let report = report(count, bytes, [first, second, peer])?;
    println!("{report}");
    let path = repository().join("benches").join("GENERATE.md");
    fs::create_dir_all(repository().join("benches")).context("benches")?;
    fs::write(&path, report).context(path.display())?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn build() -> Result<PathBuf, Failure> {
    // The whole program optimised at once is a tenth fewer instructions; this profile shares the folder of releases.
    cargo::run(&["build", "--profile", "bench", "--locked", "-p", "eventgen-cli"], &[])?;
    Ok(target().join("release").join("eventgen"))
}

fn install() -> Result<PathBuf, Failure> {
    let (name, version) = PEER;
    let root = target().join("bench").join("peers");
    let program = root.join("bin").join(name);
    if !program.is_file() {
        let root = root.display().to_string();
        let arguments =
            ["install", "--locked", "--features", "build-cli", "--version", version, "--root", &root, name];
        cargo::run(&arguments, &[])?;
    }
    Ok(program)
}

fn modified(path: &Path) -> Result<std::time::SystemTime, Failure> {
    fs::metadata(path).and_then(|data| data.modified()).context(path.display())
}

fn report(count: usize, bytes: usize, [first, second, peer]: [Taken; 3]) -> Result<String, Failure> {
    let date = Command::new("date").arg("+%Y-%m-%d").output().context("date")?;
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let row = |what: &str, taken: Taken| {
        let ratio = peer.wall.as_secs_f64() / taken.wall.as_secs_f64();
        format!("| {what} | {} | {} | {ratio:.2} |", taken.wall.as_millis(), taken.processor.as_millis())
    };
    Ok(format!(
        "# How long generating takes\n\n\
         {count} annotated records in {count} files, {} KiB: whole process, release build, median of {ROUNDS} runs in turns.\n\
         `cargo xtask bench generate` measures again. The ratio is the peer's time to ours: higher is faster.\n\n\
         | | ms | ms of all processors | ratio to {} {} |\n|---|---:|---:|---:|\n{}\n{}\n{}\n\n\
         eventgen writes types, codec, topics, producers and consumers; the peer writes types with serde attributes.\n\
         The second run reads everything again and writes nothing.\n\n\
         {} on {cores} cores of {}, other work on the machine at the same time.\n",
        bytes / 1024,
        PEER.0,
        PEER.1,
        row("eventgen, first run", first),
        row("eventgen, nothing changed", second),
        row(&format!("{} {}", PEER.0, PEER.1), peer),
        String::from_utf8_lossy(&date.stdout).trim(),
        cpu.trim_start_matches(['\t', ' ', ':']),
    ))
}

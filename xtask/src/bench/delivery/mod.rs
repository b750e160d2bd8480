//! `cargo xtask bench delivery`: producers and consumers beside their peers on one real broker.
//!
//! Each case is a process of its own. The cases take turns in rounds, and the medians over the rounds are reported.

mod cases;
mod java;
mod measure;
mod report;
mod run_case;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cases::{CASES, Case, Topic};
use measure::{Cluster, Measured};

use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};
use crate::{kafka, server};

/// The options of `cargo xtask bench delivery`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Options {
    /// Records per fast case. Default: 2,000,000, or 200,000 with `--quick`.
    #[arg(long)]
    records: Option<usize>,
    /// Measurements per case. Default: 3, or 1 with `--quick`.
    #[arg(long)]
    rounds: Option<usize>,
    /// Measure with few records and once. Writes no file.
    #[arg(long)]
    quick: bool,
    /// Measure only these cases, separated by commas. A name that ends with a star selects all that begin like it. Writes no
    /// file.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Print the names of all cases.
    #[arg(long)]
    list: bool,
    /// Measure the program as it was built last.
    #[arg(long)]
    no_build: bool,
    /// Keep the broker and its records for the next run. `cargo xtask bench delivery --down` stops it.
    #[arg(long)]
    keep: bool,
    /// Stop a broker that was kept, and measure nothing.
    #[arg(long)]
    down: bool,
}

impl Options {
    fn records(&self) -> usize {
        self.records.unwrap_or(if self.quick { 200_000 } else { 2_000_000 })
    }

    fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 1 } else { 3 }).max(1)
    }

    fn selected(&self) -> Result<Vec<&'static Case>, Failure> {
        if let Some(unknown) = self.only.iter().find(|name| !CASES.iter().any(|case| is_meant(name, case))) {
            return Err(format!("no case has the name `{unknown}`; `--list` prints all names").into());
        }
        let is_selected =
            |case: &&Case| self.only.is_empty() || self.only.iter().any(|name| is_meant(name, case));
        Ok(CASES.iter().filter(is_selected).collect())
    }
}

fn is_meant(name: &str, case: &Case) -> bool {
    name.strip_suffix('*').map_or(name == case.name, |start| case.name.starts_with(start))
}

/// Measures producers and consumers.
pub(crate) fn run(options: &Options) -> Result<String, Failure> {
    let folder = kafka::folder("bench-kafka");
    if options.down {
        return server::down(&folder);
    }
    if options.list {
        return Ok(CASES.map(|case| format!("{:<34} {}", case.name, case.title)).join("\n"));
    }
    let selected = options.selected()?;
    if !options.no_build {
        let features: BTreeSet<&str> = selected.iter().filter_map(|case| case.feature()).collect();
        for feature in features {
            build(&["--features", feature])?;
            let built = target().join("release").join("delivery-bench");
            let kept = built.with_file_name(format!("delivery-bench-{feature}"));
            fs::copy(&built, &kept).context(kept.display())?;
        }
        build(&[])?;
    }
    let program = target().join("release").join("delivery-bench");
    let stop = Stop { folder: (!options.keep).then(|| folder.clone()) };
    if !options.keep {
        let folder = folder.clone();
        ctrlc::set_handler(move || {
            let _ = server::down(&folder);
            std::process::exit(130);
        })
        .context("catching signals")?;
    }
    let state = kafka::up(&folder, 1, kafka::Access::Open)?;
    let brokers = state.addresses.get("KAFKA_BOOTSTRAP_SERVERS").cloned().unwrap_or_default();
    let cluster = Cluster { program, brokers, class_path: kafka::class_path()? };
    for topic in selected.iter().map(|case| case.topic(options.records())) {
        fill(&cluster, &folder, &topic)?;
    }
    let mut measured: Vec<Measured> =
        selected.into_iter().map(|case| Measured { case, taken: Vec::new() }).collect();
    for round in 1..=options.rounds() {
        for Measured { case, taken } in &mut measured {
            let now = run_case::case(&cluster, case, options.records())?;
            eprintln!("round {round}: {:<34} {now}", case.name);
            taken.push(now);
        }
    }
    drop(stop);
    let text = report::text(&measured, options.records(), options.rounds());
    if options.only.is_empty() && !options.quick {
        let file = repository().join("benches/DELIVERY.md");
        fs::write(&file, &text).context(file.display())?;
    }
    Ok(text)
}

/// Creates a topic with its records, unless an earlier run on this broker did.
fn fill(cluster: &Cluster, folder: &Path, topic: &Topic) -> Result<(), Failure> {
    let marker = folder.join(format!("filled-{}", topic.prefix()));
    if marker.exists() {
        return Ok(());
    }
    eprintln!("{} records of {} keys on {} partitions …", topic.records, topic.keys, topic.partitions);
    let mut command = cluster.program("fill", topic);
    command.args(["--records", &topic.records.to_string(), "--keys", &topic.keys.to_string()]);
    command.args(["--partitions", &topic.partitions.to_string()]);
    measure::output(&mut command)?;
    fs::write(&marker, "").context(marker.display())
}

/// Builds the program with its own lock file, because it is not a package of the workspace.
fn build(features: &[&str]) -> Result<(), Failure> {
    let built = Command::new(cargo::program())
        .args(["build", "--locked", "--release"])
        .args(features)
        .current_dir(repository().join("benches").join("delivery"))
        .env("CARGO_TARGET_DIR", target())
        .status()
        .context("cargo")?;
    if built.success() { Ok(()) } else { Err("the benchmark does not build".into()) }
}

/// Stops the broker when it is dropped.
struct Stop {
    folder: Option<PathBuf>,
}

impl Drop for Stop {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder
            && let Err(failure) = server::down(folder)
        {
            eprintln!("error: {failure}");
        }
    }
}

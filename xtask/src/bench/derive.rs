//! `cargo xtask bench derive`: how much the derive adds to a clean build, compared with `serde_derive` and
//! `apache-avro-derive`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};
use crate::machine;

/// The peers, as crates.io has them.
const PEERS: [(&str, &str); 2] = [("serde_derive", "1.0.229"), ("apache-avro-derive", "0.21.0")];
/// Builds of each, in turns.
const ROUNDS: usize = 3;

/// The measurements of one package.
struct Build {
    name: String,
    seconds: Vec<f32>,
    crates: usize,
}

/// Measures, prints, and writes `benches/DERIVE.md`.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let folder = target().join("bench").join("derive");
    let ours = repository().join("crates/eventgen-derive").display().to_string();
    let peers = PEERS.map(|(name, version)| (name, format!("{name} = {version:?}")));
    let ours = [
        ("eventgen-derive", format!("eventgen-derive = {{ path = {ours:?} }}")),
        (
            "eventgen-derive, with messages of prost",
            format!("eventgen-derive = {{ path = {ours:?}, features = [\"protobuf\"] }}"),
        ),
    ];
    let mut builds: Vec<Build> = Vec::new();
    for (name, dependency) in peers.into_iter().chain(ours) {
        let package = folder.join(name);
        fs::create_dir_all(package.join("src")).context(package.display())?;
        let manifest = format!(
            "[package]\nname = \"costs\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependency}\n"
        );
        fs::write(package.join("Cargo.toml"), manifest).context(package.display())?;
        fs::write(package.join("src").join("lib.rs"), "").context(package.display())?;
        builds.push(Build { name: name.to_owned(), seconds: Vec::new(), crates: 0 });
    }
    for _ in 0..ROUNDS {
        for build in &mut builds {
            let (seconds, crates) = clean_build(&folder.join(&build.name))?;
            build.seconds.push(seconds);
            build.crates = crates;
        }
    }
    let report = report(&mut builds);
    println!("{report}");
    let path = repository().join("benches").join("DERIVE.md");
    fs::write(&path, report).context(path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// The seconds of a clean build, and the number of compiled crates.
fn clean_build(package: &Path) -> Result<(f32, usize), Failure> {
    let folder = package.join("target");
    if folder.exists() {
        fs::remove_dir_all(&folder).context(folder.display())?;
    }
    let mut command = Command::new(cargo::program());
    command.arg("build").current_dir(package).env("CARGO_TARGET_DIR", &folder);
    let started = Instant::now();
    let output = command.output().context("cargo build")?;
    let seconds = started.elapsed().as_secs_f32();
    let report = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{} does not build: {report}", package.display()).into());
    }
    // The package that asks for it is one of them.
    let crates = report.lines().filter(|line| line.trim_start().starts_with("Compiling")).count();
    Ok((seconds, crates.saturating_sub(1)))
}

fn report(builds: &mut [Build]) -> String {
    let mut report = format!(
        "# What the derive costs\n\nWritten by `cargo xtask bench derive`: builds from nothing of a package that depends on the \
         derive and on\nnothing else, in turns, the median of {ROUNDS}. {}.\n\n| | seconds | of the first | crates |\n\
         |---|---:|---:|---:|\n",
        machine::description()
    );
    let median = |build: &mut Build| {
        build.seconds.sort_by(f32::total_cmp);
        build.seconds.get(build.seconds.len() / 2).copied().unwrap_or_default()
    };
    let medians: Vec<f32> = builds.iter_mut().map(median).collect();
    for (build, median) in builds.iter().zip(&medians) {
        let _ = writeln!(
            report,
            "| {} | {median:.1} | {:.1} | {} |",
            build.name,
            median / medians[0],
            build.crates
        );
    }
    report
}

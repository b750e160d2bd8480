//! `cargo xtask fuzz schema`: checks mutated schema files, one file format after another. `fuzz agreement`: random schemas
//! and changes before everything that decides about them and a running consumer.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant, SystemTime};

use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::repository;
use crate::{maven, python};

/// The file formats, by extension.
pub(crate) const FORMATS: [&str; 4] = ["avsc", "avpr", "avdl", "proto"];

/// Fuzzes every format, or the given one, for some minutes each.
pub(crate) fn schema(minutes: u64, format: Option<&str>) -> Result<ExitCode, Failure> {
    for format in FORMATS.into_iter().filter(|known| format.is_none_or(|format| format == *known)) {
        let status = Command::new(cargo::program())
            .args(["test", "--release", "--locked", "-p", "avro-tests", "--test", "mutations"])
            .args(["--", "--ignored", "--nocapture", "--exact", "long"])
            .env("EVENTGEN_FUZZ_FORMAT", format)
            .env("EVENTGEN_FUZZ_SECONDS", (minutes * 60).to_string())
            .current_dir(repository())
            .status()
            .context("cargo")?;
        if !status.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Schemas of one run of the tests.
const SCHEMAS: &str = "2000";
/// How many of each language are compiled and consumed.
const CONSUMED: &str = "100";

/// Runs the property tests of `tests/agreement` with other schemas each time.
pub(crate) fn agreement(minutes: u64) -> Result<ExitCode, Failure> {
    let (class_path, python) = (maven::avro()?.join("*"), python::interpreter()?);
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (started, limit) = (Instant::now(), Duration::from_secs(minutes * 60));
    for seed in since_epoch.as_secs().. {
        if started.elapsed() >= limit {
            break;
        }
        let status = Command::new(cargo::program())
            .args([
                "test",
                "--locked",
                "-p",
                "agreement-tests",
                "--test",
                "random",
                "--test",
                "random_protobuf",
            ])
            .args(["--", "--ignored", "--nocapture"])
            .env("EVENTGEN_AVRO_CLASS_PATH", &class_path)
            .env("EVENTGEN_PYTHON", &python)
            .env("EVENTGEN_RANDOM_SCHEMAS", SCHEMAS)
            .env("EVENTGEN_RANDOM_CONSUMED", CONSUMED)
            .env("EVENTGEN_RANDOM_SEED", seed.to_string())
            .current_dir(repository())
            .status()
            .context("cargo")?;
        if !status.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

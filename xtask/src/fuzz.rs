//! `cargo xtask fuzz schema`: spoilt schema files, each front end in turn, for as long as is asked.

use std::process::{Command, ExitCode};

use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// The endings of the files of each front end.
const FORMATS: [&str; 4] = ["avsc", "avpr", "avdl", "proto"];

/// Runs every front end for so many minutes.
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

//! `cargo xtask fuzz schema`: checks mutated schema files, one file format after another.

use std::process::{Command, ExitCode};

use crate::cargo;
use crate::error::{Context as _, Failure};
use crate::folders::repository;

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

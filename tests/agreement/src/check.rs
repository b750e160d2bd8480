//! What `eventgen check` says about files.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use avro_tests::reading::write;
use eventgen_codegen::{Settings, generate_with};
use eventgen_schema::{Diagnostics, Loaded, Loader, Severity};

use crate::table::Answer;

/// Loads files as `eventgen check` does, with lints at their default level. `Err` has the answer.
///
/// # Errors
/// The first error, or the panic.
pub fn check(files: &[(String, String)]) -> Result<Loaded, Answer> {
    check_with(files, &[])
}

/// Loads files with folders of theirs as include paths.
///
/// # Errors
/// As [`check`].
pub fn check_with(files: &[(String, String)], include: &[String]) -> Result<Loaded, Answer> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut loader = Loader::new();
    for (path, text) in files {
        let is_included = include.iter().any(|folder| Path::new(path).starts_with(folder));
        let path = folder.path().join(path);
        write(&path, text.as_bytes());
        if !include.is_empty() && !is_included {
            loader = loader.path(path);
        }
    }
    if include.is_empty() {
        loader = loader.path(folder.path());
    }
    let loader = include.iter().fold(loader, |loader, name| loader.include(folder.path().join(name)));
    match catch_unwind(AssertUnwindSafe(|| loader.load())) {
        Ok(Ok(contract)) => Ok(contract),
        Ok(Err(diagnostics)) => Err(Answer::no(&first(&diagnostics))),
        Err(_) => Err(Answer::new("panic", "")),
    }
}

/// Generates the code of a contract, without clients: the batch is compiled without librdkafka.
///
/// # Errors
/// Why there is none.
pub fn generate(loaded: &Loaded) -> Result<String, Answer> {
    let settings = Settings::default().clients(false);
    match catch_unwind(AssertUnwindSafe(|| generate_with(&loaded.contract, &settings))) {
        Ok(Ok(code)) => Ok(code),
        Ok(Err(error)) => Err(Answer::no(&error.to_string())),
        Err(_) => Err(Answer::new("panic", "")),
    }
}

/// The first error, on one line.
pub fn first(diagnostics: &Diagnostics) -> String {
    let error = diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
    error.map(|error| format!("{} {}", error.code.id, error.message)).unwrap_or_default()
}

//! What `eventgen check` says about files.

use std::panic::{AssertUnwindSafe, catch_unwind};

use avro_tests::reading::read;
use eventgen_codegen::{Settings, generate_with};
use eventgen_schema::{Diagnostics, Loaded, Severity};

use crate::table::Answer;

/// Loads files as `eventgen check` does, with lints at their default level. `Err` has the answer.
///
/// # Errors
/// The first error, or the panic.
pub fn check(files: &[(String, String)]) -> Result<Loaded, Answer> {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    match catch_unwind(AssertUnwindSafe(|| read(&files))) {
        Ok(Ok(loaded)) => Ok(loaded),
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

//! `eventgen generate`: writes Rust from the contract, for projects that commit generated code.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::failure::Failure;
use crate::load::load;
use crate::outcome::Outcome;
use crate::terminal::{Terminal, count, line, summary};
use crate::{arguments, code};

/// The generated file.
const FILE_NAME: &str = "eventgen.rs";

pub(crate) fn generate(arguments: &arguments::Generate, terminal: Terminal) -> Result<Outcome, Failure> {
    let environment = arguments.env.as_deref();
    let read = load(&arguments.schemas, environment, terminal)?;
    let code = code::generate(&read, &arguments.schemas.paths)?;
    let contract = read.loaded.contract;
    let path = arguments.out.join(FILE_NAME);
    let shown = path.display();
    let existing = existing(&path)?;
    let what = format!(
        "{} on {}",
        count(contract.events.len(), "event"),
        count(contract.topics.values().len(), "topic")
    );
    if existing.as_deref() == Some(code.as_bytes()) {
        line(&format!("{shown}: unchanged"))?;
        summary(&format!("{shown} is up to date: {what}"));
        return Ok(Outcome::Fine);
    }
    if arguments.check {
        let (state, why) =
            if existing.is_some() { ("stale", "is out of date") } else { ("missing", "does not exist") };
        line(&format!("{shown}: {state}"))?;
        let environment = environment.map(|name| format!(" --env {name}")).unwrap_or_default();
        summary(&format!("{shown} {why}: run `eventgen generate{environment}` and commit the result"));
        return Ok(Outcome::Stale);
    }
    fs::create_dir_all(&arguments.out)
        .map_err(|source| Failure::Write { path: arguments.out.clone(), source })?;
    fs::write(&path, &code).map_err(|source| Failure::Write { path: path.clone(), source })?;
    line(&format!("{shown}: written"))?;
    summary(&format!("{shown} is new: {what}"));
    Ok(Outcome::Fine)
}

/// The current content of the file. An unreadable file is an error, not a missing one.
fn existing(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Failure::Read { path: path.to_owned(), source }),
    }
}

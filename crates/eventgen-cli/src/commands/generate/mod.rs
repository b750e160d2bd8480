//! `eventgen generate`: writes what follows from a contract, for projects that commit it.

mod asyncapi;
mod ci;
mod editor;
mod grafana;
mod json;
mod monitoring;
mod prometheus;
mod resolved;
mod rust;
mod shell;
mod sql;
mod strimzi;
mod terraform;

use std::path::Path;

use clap::Subcommand as _;

use crate::arguments::{Artefact, Generate, Rust};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(crate) fn generate(arguments: &Generate, terminal: Terminal) -> Result<Outcome, Failure> {
    match &arguments.artefact {
        None => {
            refuse_unknown_artefact(&arguments.rust)?;
            rust::generate(&arguments.rust, terminal)
        }
        Some(Artefact::Prometheus(arguments)) => prometheus::generate(arguments, terminal),
        Some(Artefact::Grafana(arguments)) => grafana::generate(arguments, terminal),
        Some(Artefact::Json(arguments)) => json::generate(arguments, terminal),
        Some(Artefact::Asyncapi(arguments)) => asyncapi::generate(arguments, terminal),
        Some(Artefact::Strimzi(arguments)) => strimzi::generate(arguments, terminal),
        Some(Artefact::Terraform(arguments)) => terraform::generate(arguments, terminal),
        Some(Artefact::Shell(arguments)) => shell::generate(arguments, terminal),
        Some(Artefact::Ci(arguments)) => ci::generate(arguments),
        Some(Artefact::Sql(arguments)) => sql::generate(arguments),
        Some(Artefact::Editor(arguments)) => editor::generate(arguments),
    }
}

/// Refuses an argument that names neither an artefact nor a path. It would be read as a path, and is more likely a misspelt
/// artefact than a missing folder.
fn refuse_unknown_artefact(arguments: &Rust) -> Result<(), Failure> {
    let Some(word) = arguments.schemas.paths.first().and_then(|path| path.to_str()) else { return Ok(()) };
    let is_word = !word.is_empty() && word.chars().all(|char| char.is_ascii_alphanumeric() || char == '-');
    if !is_word || Path::new(word).exists() {
        return Ok(());
    }
    let artefacts = Artefact::augment_subcommands(clap::Command::new("generate"));
    let known = artefacts.get_subcommands().map(|artefact| artefact.get_name().to_owned()).collect();
    Err(Failure::UnknownArtefact { artefact: word.to_owned(), known })
}

//! `eventgen docs`: the catalogue of a contract as static pages, or in the form of another catalogue.

mod folder;
mod source;

use std::path::{Path, PathBuf};

use eventgen_artifacts::File;
use eventgen_artifacts::catalogue::{Catalogue, Export, Settings};
use eventgen_schema::Contract;
use serde::Serialize;

use crate::arguments::{self, Format};
use crate::count::count;
use crate::failure::Failure;
use crate::load::load;
use crate::outcome::Outcome;
use crate::terminal::{Terminal, document, line, summary};
use crate::word::quoted;
use folder::{Changes, Folder};
use source::Source;

pub(crate) fn docs(arguments: &arguments::Docs, terminal: Terminal) -> Result<Outcome, Failure> {
    let contract = load(&arguments.schemas, arguments.env.as_deref(), terminal)?.loaded.contract;
    let settings = Settings::new(&arguments.title)
        .environment(arguments.env.clone())
        .version(arguments.contract_version.as_str());
    let command = command(arguments);
    let Some(export) = arguments.export.map(library) else {
        let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from("catalogue"));
        let catalogue = Catalogue::new(&contract, &settings);
        let folder = Folder::of_its_own(&out, ".eventgen-catalogue")?;
        return finish(arguments, &contract, &folder, &catalogue, &out.join("index.html"), &command);
    };
    let name = export.as_str();
    let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from(name));
    let folder = Folder::shared(&out, &format!(".eventgen-{name}"))?;
    let files = export.files(&contract, &settings).into_iter();
    let files: Vec<File> = files.map(|file| file.generated_by(&command)).collect();
    finish(arguments, &contract, &folder, &files, &out, &command)
}

/// The command that writes the same.
fn command(arguments: &arguments::Docs) -> String {
    let mut command = "eventgen docs".to_owned();
    if let Some(export) = arguments.export.map(library) {
        command.extend([" --export ", export.as_str()]);
    }
    let given = |value: &str, default: &str| (value != default).then(|| quoted(value));
    let options = [
        ("--env", arguments.env.as_deref().map(quoted)),
        ("--title", given(&arguments.title, arguments::Docs::TITLE)),
        ("--contract-version", given(&arguments.contract_version, arguments::Docs::VERSION)),
    ];
    for (option, value) in options {
        if let Some(value) = value {
            command.extend([" ", option, " ", &value]);
        }
    }
    command
}

/// Writes or compares the files, and says so.
fn finish(
    arguments: &arguments::Docs,
    contract: &Contract,
    folder: &Folder,
    source: &impl Source,
    shown: &Path,
    command: &str,
) -> Result<Outcome, Failure> {
    let changes = if arguments.check { folder.compare(source)? } else { folder.write(source)? };
    let index = shown.display().to_string();
    match arguments.output {
        Format::Human => line(&index)?,
        Format::Json => {
            let Changes { written, removed } = changes;
            document(&Document { version: 1, index, files: source.count(), changed: written, removed })?;
        }
    }
    let content =
        format!("{} on {}", count(contract.events.len(), "event"), count(contract.topics.len(), "topic"));
    let told = told(&changes, arguments.check.then_some(command));
    summary(&format!("{}: {content}, {told}", count(source.count(), "file")));
    Ok(if arguments.check && changes.any() { Outcome::Stale } else { Outcome::Fine })
}

/// The result for programs.
#[derive(Serialize)]
struct Document {
    version: u32,
    index: String,
    /// All files of the catalogue.
    files: usize,
    /// Those that were written, or would be.
    changed: usize,
    /// Files of an older contract.
    removed: usize,
}

fn library(export: arguments::Export) -> Export {
    match export {
        arguments::Export::EventCatalog => Export::EventCatalog,
        arguments::Export::Backstage => Export::Backstage,
        arguments::Export::Odcs => Export::Odcs,
    }
}

/// What was changed, or what a command would change.
fn told(changes: &Changes, command: Option<&str>) -> String {
    if !changes.any() {
        return "up to date".to_owned();
    }
    let Changes { written, removed } = *changes;
    let removed = (removed > 0).then(|| count(removed, "file"));
    match (command, removed) {
        (None, None) => format!("{written} written"),
        (None, Some(removed)) => format!("{written} written, {removed} of an older contract removed"),
        (Some(command), None) => format!("{written} out of date: run `{command}`"),
        (Some(command), Some(removed)) => {
            format!("{written} out of date, {removed} of an older contract: run `{command}`")
        }
    }
}

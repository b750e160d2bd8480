//! `eventgen docs`: the catalogue of a contract as static pages.

mod folder;

use eventgen_artifacts::catalogue::{Catalogue, Settings};
use serde::Serialize;

use crate::arguments::{self, Format};
use crate::count::count;
use crate::failure::Failure;
use crate::load::load;
use crate::outcome::Outcome;
use crate::terminal::{Terminal, document, line, summary};
use folder::{Changes, Folder};

pub(crate) fn docs(arguments: &arguments::Docs, terminal: Terminal) -> Result<Outcome, Failure> {
    let contract = load(&arguments.schemas, arguments.env.as_deref(), terminal)?.loaded.contract;
    let settings = Settings::new(&arguments.title).environment(arguments.env.clone());
    let catalogue = Catalogue::new(&contract, &settings);
    let folder = Folder::open(&arguments.out)?;
    let changes = if arguments.check { folder.compare(&catalogue)? } else { folder.write(&catalogue)? };
    let index = arguments.out.join("index.html").display().to_string();
    match arguments.output {
        Format::Human => line(&index)?,
        Format::Json => {
            let files = catalogue.file_count();
            let Changes { written, removed } = changes;
            document(&Document { version: 1, index, files, changed: written, removed })?;
        }
    }
    let content =
        format!("{} on {}", count(contract.events.len(), "event"), count(contract.topics.len(), "topic"));
    let told = told(&changes, arguments.check);
    summary(&format!("{}: {content}, {told}", count(catalogue.file_count(), "file")));
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

/// What was changed, or would be.
fn told(changes: &Changes, is_check: bool) -> String {
    if !changes.any() {
        return "up to date".to_owned();
    }
    let Changes { written, removed } = *changes;
    let removed = (removed > 0).then(|| count(removed, "file"));
    match (is_check, removed) {
        (false, None) => format!("{written} written"),
        (false, Some(removed)) => format!("{written} written, {removed} of an older contract removed"),
        (true, None) => format!("{written} out of date: run `eventgen docs`"),
        (true, Some(removed)) => {
            format!("{written} out of date, {removed} of an older contract: run `eventgen docs`")
        }
    }
}

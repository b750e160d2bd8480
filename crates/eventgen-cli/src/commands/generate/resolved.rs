//! What the artefacts of the resolved contract have in common.

use std::path::Path;

use eventgen_artifacts::File;
use eventgen_schema::Contract;

use super::monitoring::generated;
use crate::arguments::Resolved;
use crate::count::count;
use crate::failure::Failure;
use crate::files::{Request, write};
use crate::load::{Read, load};
use crate::outcome::Outcome;
use crate::terminal::Terminal;
use crate::word::quoted;

/// Reads the contract of the environment.
pub(super) fn read(arguments: &Resolved, terminal: Terminal) -> Result<Read, Failure> {
    load(&arguments.schemas, arguments.env.as_deref(), terminal)
}

/// An artefact and the command that writes it.
pub(super) struct Artefact<'a> {
    pub(super) kind: &'static str,
    /// The options that change what is generated, with their values; those with their default are left out.
    pub(super) options: Vec<(&'static str, &'a str)>,
    pub(super) files: Vec<File>,
    pub(super) folder: &'a Path,
}

impl Artefact<'_> {
    /// Writes the files, or compares them.
    pub(super) fn write(self, arguments: &Resolved, content: String) -> Result<Outcome, Failure> {
        let mut command = format!("eventgen generate {}", self.kind);
        let environment = arguments.env.as_deref().map(|name| ("--env", name));
        for (option, value) in environment.into_iter().chain(self.options) {
            command.extend([" ", option, " ", &quoted(value)]);
        }
        let request = Request { check: arguments.check, content, command: &command };
        write(&generated(self.files, self.folder, &command), &request, arguments.output)
    }
}

/// An option that is not at its default.
pub(super) fn changed<'a>(
    option: &'static str,
    value: &'a str,
    default: &str,
) -> Option<(&'static str, &'a str)> {
    (value != default).then_some((option, value))
}

/// What a contract contains, such as `2 events on 1 topic`.
pub(super) fn events(contract: &Contract) -> String {
    format!("{} on {}", count(contract.events.len(), "event"), count(contract.topics.len(), "topic"))
}

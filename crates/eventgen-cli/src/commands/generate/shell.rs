//! `eventgen generate shell`: scripts for the tools of Kafka.

use eventgen_artifacts::shell;

use super::monitoring::content;
use super::resolved::{Artefact, read};
use crate::arguments;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(super) fn generate(arguments: &arguments::Shell, terminal: Terminal) -> Result<Outcome, Failure> {
    let contract = read(&arguments.resolved, terminal)?.loaded.contract;
    let files = shell::scripts(&contract)?;
    let artefact = Artefact { kind: "shell", options: Vec::new(), files, folder: &arguments.out };
    artefact.write(&arguments.resolved, content(&contract))
}

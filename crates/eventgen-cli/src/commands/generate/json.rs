//! `eventgen generate json`: the resolved contract.

use eventgen_artifacts::json;

use super::resolved::{Artefact, events, read};
use crate::arguments;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(super) fn generate(arguments: &arguments::Json, terminal: Terminal) -> Result<Outcome, Failure> {
    let contract = read(&arguments.resolved, terminal)?.loaded.contract;
    let files = vec![json::contract(&contract, arguments.resolved.env.as_deref())?];
    let artefact = Artefact { kind: "json", options: Vec::new(), files, folder: &arguments.out };
    artefact.write(&arguments.resolved, events(&contract))
}

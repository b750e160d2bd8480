//! `eventgen generate terraform`: topics as resources.

use eventgen_artifacts::terraform;

use super::monitoring::content;
use super::resolved::{Artefact, read};
use crate::arguments;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(super) fn generate(arguments: &arguments::Terraform, terminal: Terminal) -> Result<Outcome, Failure> {
    let contract = read(&arguments.resolved, terminal)?.loaded.contract;
    let (provider, options) = match arguments.provider {
        arguments::Provider::Kafka => (terraform::Provider::Kafka, vec![]),
        arguments::Provider::Confluent => (terraform::Provider::Confluent, vec![("--provider", "confluent")]),
    };
    let files = vec![terraform::topics(&contract, provider)?];
    let artefact = Artefact { kind: "terraform", options, files, folder: &arguments.out };
    artefact.write(&arguments.resolved, content(&contract))
}

//! `eventgen generate strimzi`: resources for Strimzi's operators.

use eventgen_artifacts::strimzi::{self, Settings};

use super::monitoring::content;
use super::resolved::{Artefact, changed, read};
use crate::arguments;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(super) fn generate(arguments: &arguments::Strimzi, terminal: Terminal) -> Result<Outcome, Failure> {
    let contract = read(&arguments.resolved, terminal)?.loaded.contract;
    let authentication = match arguments.authentication {
        arguments::Authentication::ScramSha512 => strimzi::Authentication::ScramSha512,
        arguments::Authentication::Tls => strimzi::Authentication::Tls,
        arguments::Authentication::TlsExternal => strimzi::Authentication::TlsExternal,
    };
    let settings = Settings::new(&arguments.cluster)
        .namespace(arguments.namespace.clone())
        .authentication(authentication);
    let artefact = Artefact {
        kind: "strimzi",
        options: [
            changed("--cluster", &arguments.cluster, "kafka"),
            arguments.namespace.as_deref().map(|namespace| ("--namespace", namespace)),
            changed("--authentication", authentication.as_str(), "scram-sha-512"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        files: strimzi::resources(&contract, &settings)?,
        folder: &arguments.out,
    };
    artefact.write(&arguments.resolved, content(&contract))
}

//! `eventgen generate ci`: a workflow that checks the contract.

use eventgen_artifacts::ci::{self, Settings};

use super::monitoring::wanted;
use crate::arguments;
use crate::failure::Failure;
use crate::files::{Request, write};
use crate::load::manifest;
use crate::outcome::Outcome;
use crate::word::quoted;

pub(super) fn generate(arguments: &arguments::Ci) -> Result<Outcome, Failure> {
    let (settings, option) = match &arguments.env {
        None => (Settings::new(), String::new()),
        Some(name) => {
            let missing = || Failure::NoManifest { environment: name.clone() };
            let manifest = manifest(&[])?.ok_or_else(missing)?;
            let (registry, brokers) =
                (manifest.registry_variables_of(name)?, manifest.broker_variables_of(name)?);
            (Settings::for_environment(name, registry, brokers), format!(" --env {}", quoted(name)))
        }
    };
    let request = Request {
        check: arguments.check,
        content: "check, register, topics plan".to_owned(),
        command: &format!("eventgen generate ci{option}"),
    };
    write(&wanted(vec![ci::workflow(&settings)?], &arguments.out), &request, arguments.output)
}

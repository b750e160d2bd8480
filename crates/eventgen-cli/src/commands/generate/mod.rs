//! `eventgen generate`: writes what follows from a contract, for projects that commit it.

mod grafana;
mod monitoring;
mod prometheus;
mod rust;

use crate::arguments::{Artefact, Generate};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(crate) fn generate(arguments: &Generate, terminal: Terminal) -> Result<Outcome, Failure> {
    match &arguments.artefact {
        None => rust::generate(&arguments.rust, terminal),
        Some(Artefact::Prometheus(arguments)) => prometheus::generate(arguments, terminal),
        Some(Artefact::Grafana(arguments)) => grafana::generate(arguments, terminal),
    }
}

//! `eventgen generate`: Rust.

use crate::count::count;
use crate::failure::Failure;
use crate::files::{Request, Wanted, write};
use crate::load::load;
use crate::outcome::Outcome;
use crate::progress::Working;
use crate::terminal::Terminal;
use crate::{arguments, code};

/// The generated file.
const FILE_NAME: &str = "eventgen.rs";

pub(super) fn generate(arguments: &arguments::Rust, terminal: Terminal) -> Result<Outcome, Failure> {
    let environment = arguments.env.as_deref();
    let read = load(&arguments.schemas, environment, terminal)?;
    let working = Working::new("generating code");
    let text = code::generate(&read, &arguments.schemas.paths)?;
    drop(working);
    let contract = read.loaded.contract;
    let events = count(contract.events.len(), "event");
    let environment = environment.map(|name| format!(" --env {name}")).unwrap_or_default();
    let request = Request {
        check: arguments.check,
        content: format!("{events} on {}", count(contract.topics.len(), "topic")),
        command: &format!("eventgen generate{environment}"),
    };
    write(&[Wanted { path: arguments.out.join(FILE_NAME), text }], &request, arguments.output)
}

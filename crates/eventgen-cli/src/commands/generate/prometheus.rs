//! `eventgen generate prometheus`: alert rules, and tests of them.

use eventgen_artifacts::prometheus;

use super::monitoring::{content, options, settings, wanted};
use crate::arguments;
use crate::failure::Failure;
use crate::files::{Request, write};
use crate::load::load;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(super) fn generate(arguments: &arguments::Prometheus, terminal: Terminal) -> Result<Outcome, Failure> {
    let monitoring = &arguments.monitoring;
    let contract = load(&monitoring.schemas, monitoring.env.as_deref(), terminal)?.loaded.contract;
    let settings = settings(monitoring);
    // The rules are the same with and without tests.
    let mut command = format!("eventgen generate prometheus{}", options(monitoring));
    let mut files = vec![prometheus::rules(&contract, &settings)?.generated_by(&command)];
    if arguments.tests {
        command.push_str(" --tests");
        files.push(prometheus::tests(&contract, &settings)?.generated_by(&command));
    }
    if !arguments.outbox.is_empty() {
        let tables: String = arguments.outbox.iter().map(|table| [" --outbox ", table].concat()).collect();
        let of_rules = format!("eventgen generate prometheus{}{tables}", options(monitoring));
        command.push_str(&tables);
        files.push(prometheus::outbox_rules(&arguments.outbox, &settings)?.generated_by(&of_rules));
        if arguments.tests {
            files.push(prometheus::outbox_tests(&arguments.outbox, &settings)?.generated_by(&command));
        }
    }
    let request = Request { check: arguments.check, content: content(&contract), command: &command };
    write(&wanted(files, &arguments.out), &request, arguments.output)
}

//! `eventgen generate grafana`: dashboards.

use eventgen_artifacts::grafana;

use super::monitoring::{content, generated, options, settings};
use crate::arguments;
use crate::failure::Failure;
use crate::files::{Request, write};
use crate::load::load;
use crate::outcome::Outcome;
use crate::terminal::Terminal;
use crate::word::quoted;

pub(super) fn generate(arguments: &arguments::Grafana, terminal: Terminal) -> Result<Outcome, Failure> {
    let monitoring = &arguments.monitoring;
    let contract = load(&monitoring.schemas, monitoring.env.as_deref(), terminal)?.loaded.contract;
    let settings = settings(monitoring);
    let (settings, title) = match &arguments.title {
        Some(title) => (settings.with_title(title), format!(" --title {}", quoted(title))),
        None => (settings, String::new()),
    };
    // The dashboards of topics are the same with and without outboxes.
    let mut command = format!("eventgen generate grafana{}{title}", options(monitoring));
    let mut files = generated(grafana::dashboards(&contract, &settings)?, &arguments.out, &command);
    if !arguments.outbox.is_empty() {
        command.extend(arguments.outbox.iter().map(|table| [" --outbox ", table].concat()));
        let outboxes = grafana::outbox_dashboard(&arguments.outbox, &settings)?;
        files.extend(generated(vec![outboxes], &arguments.out, &command));
    }
    let request = Request { check: arguments.check, content: content(&contract), command: &command };
    write(&files, &request, arguments.output)
}

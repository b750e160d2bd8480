//! `eventgen send`: events from lines of JSON.
//!
//! Every line is checked before the first event is sent.

mod input;
mod text;

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use eventgen_admin::{Admin, EventEncoder, OutgoingRecord, registered_id, send_records};
use eventgen_schema::Manifest;

use crate::arguments::{self, Schemas};
use crate::cluster::Settings;
use crate::count::count;
use crate::failure::Failure;
use crate::load::{Read, load};
use crate::outcome::Outcome;
use crate::registry::connect;
use crate::terminal::{Terminal, error, formatted, summary};
use input::Checked;

pub(crate) fn send(arguments: &arguments::Send, terminal: Terminal) -> Result<Outcome, Failure> {
    let environment = arguments.env.as_deref();
    let schemas = Schemas { paths: arguments.schemas.clone(), include: arguments.include.clone() };
    let Read { loaded, manifest } = load(&schemas, environment, terminal)?;
    let contract = loaded.contract;
    let encoder = EventEncoder::new(&contract, &arguments.topic, arguments.event.as_deref())?;
    if arguments.delete && !encoder.is_compacted() {
        return Err(Failure::NotCompacted { topic: arguments.topic.clone() });
    }
    let Checked { lines, problems } = input::read(arguments, &encoder)?;
    if !problems.is_empty() {
        for problem in problems.iter().take(input::SHOWN) {
            error(&format!("error: {problem}"));
        }
        return Err(Failure::WrongLines { wrong: problems.len(), all: problems.len() + lines.len() });
    }
    if arguments.dry_run {
        lines.iter().try_for_each(|checked| {
            formatted(&text::checked(checked, arguments.output)?, arguments.output)
        })?;
        let event = &encoder.event().name;
        summary(&format!("{} of {event} would go to {}", count(lines.len(), "event"), arguments.topic));
        return Ok(Outcome::Fine);
    }
    let settings = Settings::new(&arguments.cluster, environment, manifest.as_ref())?;
    let (url, context) =
        (arguments.registry.schema_registry.as_deref(), arguments.registry.context.as_deref());
    let registry = connect(url, context, environment, manifest.as_ref())?;
    let (event, subject) = (&encoder.event().name, &encoder.event().subject);
    let id = registered_id(&registry, &contract, encoder.event())?
        .ok_or_else(|| Failure::NotRegistered { event: event.clone(), subject: subject.clone() })?;
    guard(arguments, manifest.as_ref(), settings.settings(), lines.len())?;
    let records: Vec<OutgoingRecord> = lines
        .iter()
        .map(|checked| OutgoingRecord {
            key: checked.event.key.clone(),
            value: checked.event.value(id),
            headers: checked.event.headers.clone(),
        })
        .collect();
    let outcomes = send_records(settings.into_inner(), &arguments.topic, &records)?;
    let mut failed = 0;
    for (checked, outcome) in lines.iter().zip(&outcomes) {
        match outcome {
            Ok(receipt) => formatted(&text::sent(checked, *receipt, arguments.output)?, arguments.output)?,
            Err(reason) => {
                failed += 1;
                error(&format!("error: line {}: not sent: {reason}", checked.number));
            }
        }
    }
    summary(&format!(
        "{} of {} sent to {}",
        outcomes.len() - failed,
        count(outcomes.len(), "event"),
        arguments.topic
    ));
    Ok(if failed == 0 { Outcome::Fine } else { Outcome::Failure })
}

/// Refuses a cluster that is not the one of the environment, and asks before events go to production.
fn guard(
    arguments: &arguments::Send,
    manifest: Option<&Manifest>,
    settings: &[(String, String)],
    events: usize,
) -> Result<(), Failure> {
    let (Some(manifest), Some(environment)) = (manifest, arguments.env.as_deref()) else { return Ok(()) };
    if let Some(expected) = manifest.cluster_of(environment)?.cluster_id {
        let admin = Admin::new(settings.to_vec());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let found = runtime.block_on(admin.observe(&[]))?.cluster_id;
        if found.as_ref() != Some(&expected) {
            let found = found.unwrap_or_else(|| "a cluster without an id".to_owned());
            return Err(Failure::WrongCluster { environment: environment.to_owned(), expected, found });
        }
    }
    if !manifest.is_production(environment) || arguments.yes {
        return Ok(());
    }
    // Without a file, standard input has the events.
    if arguments.file.is_none() || !io::stdin().is_terminal() {
        return Err(Failure::Production { environment: environment.to_owned() });
    }
    let (events, topic) = (count(events, "event"), &arguments.topic);
    let mut err = io::stderr().lock();
    write!(
        err,
        "send {events} to {topic} of `{environment}`, which is production? Only `yes` is accepted: "
    )?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() == "yes" {
        Ok(())
    } else {
        Err(Failure::Production { environment: environment.to_owned() })
    }
}

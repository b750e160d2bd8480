//! `eventgen send`: events from lines of JSON.
//!
//! Every line is checked before the first event is sent.

mod input;
mod text;

use std::io::{self, IsTerminal as _};

use eventgen_admin::{
    Admin, EventEncoder, OutgoingRecord, Unsent, registered_id, registered_key_id, send_records,
};
use eventgen_schema::Manifest;

use crate::arguments::{self, Schemas};
use crate::cluster::Settings;
use crate::confirm::confirm;
use crate::count::count;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::load::{Read, load};
use crate::names::Names;
use crate::outcome::Outcome;
use crate::registry::connect;
use crate::terminal::{Terminal, error, formatted, summary};
use input::Checked;

pub(crate) fn send(arguments: &arguments::Send, terminal: Terminal) -> Result<Outcome, Failure> {
    let environment = arguments.env.as_deref();
    let schemas = Schemas { paths: arguments.schemas.clone(), include: arguments.include.clone() };
    let Read { loaded, manifest } = load(&schemas, environment, terminal)?;
    let contract = loaded.contract;
    let topic = &Names::new(&contract, manifest.as_ref(), environment).of(&arguments.topic);
    let encoder = EventEncoder::new(&contract, topic, arguments.event.as_deref())?;
    if arguments.delete && !encoder.is_compacted() {
        return Err(Failure::NotCompacted { topic: topic.clone() });
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
        summary(&format!("{} of {event} would go to {topic}", count(lines.len(), "event")));
        return Ok(Outcome::Fine);
    }
    let settings = Settings::new(&arguments.cluster, environment, manifest.as_ref())?;
    let (url, context) =
        (arguments.registry.schema_registry.as_deref(), arguments.registry.context.as_deref());
    let registry = connect(url, context, environment, manifest.as_ref())?;
    let (event, subject) = (&encoder.event().name, &encoder.event().subject);
    let id = registered_id(&registry, &contract, encoder.event())?
        .ok_or_else(|| Failure::NotRegistered { event: event.clone(), subject: subject.clone() })?;
    let key_id = match &encoder.event().typed_key {
        Some(key) => Some(registered_key_id(&registry, &contract, key)?.ok_or_else(|| {
            Failure::NotRegistered { event: format!("the keys of {event}"), subject: key.subject.clone() }
        })?),
        None => None,
    };
    let what = format!("send {} to {topic}", count(lines.len(), "event"));
    if !guard(arguments, manifest.as_ref(), settings.settings(), &what)? {
        summary("nothing was sent");
        return Ok(Outcome::Failure);
    }
    let records: Vec<OutgoingRecord> = lines
        .iter()
        .map(|checked| OutgoingRecord {
            key: checked.event.key(key_id),
            value: checked.event.value(id),
            headers: checked.event.headers.clone(),
        })
        .collect();
    let interrupt = Interrupt::listen();
    let (mut sent, mut first_left, mut printed) = (0, None, Ok(()));
    send_records(settings.into_inner(), topic, &records, interrupt.flag(), |position, outcome| {
        let checked = &lines[position];
        match outcome {
            Ok(receipt) => {
                sent += 1;
                if printed.is_ok() {
                    printed = text::sent(checked, *receipt, arguments.output)
                        .and_then(|text| formatted(&text, arguments.output));
                }
            }
            Err(Unsent::Interrupted) => first_left = first_left.or(Some(checked.number)),
            Err(reason) => error(&format!("error: line {}: not sent: {reason}", checked.number)),
        }
    })?;
    let all = count(lines.len(), "event");
    match first_left {
        Some(line) => {
            summary(&format!(
                "interrupted: {sent} of {all} sent to {topic}; line {line} is the first that was not"
            ));
        }
        None => summary(&format!("{sent} of {all} sent to {topic}")),
    }
    printed?;
    Ok(if sent == lines.len() { Outcome::Fine } else { Outcome::Failure })
}

/// Refuses a cluster that is not the one of the environment, and asks before events go to production. The answer is whether they do.
fn guard(
    arguments: &arguments::Send,
    manifest: Option<&Manifest>,
    settings: &[(String, String)],
    what: &str,
) -> Result<bool, Failure> {
    let (Some(manifest), Some(environment)) = (manifest, arguments.env.as_deref()) else { return Ok(true) };
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
        return Ok(true);
    }
    // Without a file, standard input has the events.
    if arguments.file.is_none() || !io::stdin().is_terminal() {
        return Err(Failure::Production { environment: environment.to_owned() });
    }
    confirm(&format!("{what} of `{environment}`, which is production"))
}

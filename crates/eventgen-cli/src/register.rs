//! `eventgen register`: brings every subject of the contract to the registry, and changes nothing that is there already.

use eventgen::SchemaFormat;
use eventgen::registry::{RegistryClient, RegistryError, VersionNumber};
use eventgen_schema::Event;
use eventgen_schema::avro::parse_schema;
use eventgen_schema::compatibility::check_level;

use crate::arguments;
use crate::failure::Failure;
use crate::load::{Read, load};
use crate::outcome::Outcome;
use crate::registry::connect;
use crate::terminal::{Terminal, count, line, summary};

pub(crate) fn register(arguments: &arguments::Register, terminal: Terminal) -> Result<Outcome, Failure> {
    let Read { loaded, manifest } = load(&arguments.schemas, arguments.env.as_deref(), terminal)?;
    let registry =
        connect(arguments.schema_registry.as_deref(), arguments.env.as_deref(), manifest.as_ref())?;
    let mut tally = Tally::default();
    for event in &loaded.contract.events {
        let (state, text) =
            if arguments.dry_run { plan(&registry, event)? } else { apply(&registry, event)? };
        tally.add(state);
        line(&format!("{}: {text}", event.subject))?;
    }
    let change = if arguments.dry_run { "to change" } else { "changed" };
    summary(&format!(
        "{} at {}: {} {change}, {} unchanged, {} refused",
        count(loaded.contract.events.len(), "schema"),
        registry.url(),
        tally.changed,
        tally.unchanged,
        tally.refused,
    ));
    Ok(if tally.refused > 0 { Outcome::Incompatible } else { Outcome::Fine })
}

/// What became of a subject, or would become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unchanged,
    Changed,
    Refused,
}

#[derive(Debug, Default)]
struct Tally {
    unchanged: usize,
    changed: usize,
    refused: usize,
}

impl Tally {
    fn add(&mut self, state: State) {
        match state {
            State::Unchanged => self.unchanged += 1,
            State::Changed => self.changed += 1,
            State::Refused => self.refused += 1,
        }
    }
}

/// Sets the level first: it is what the contract wants the schema to be judged by.
fn apply(registry: &RegistryClient, event: &Event) -> Result<(State, String), Failure> {
    let level = level_change(registry, event)?;
    if level.is_some() {
        registry.set_compatibility_level(&event.subject, event.compatibility.as_str())?;
    }
    if let Some(version) = registry.look_up(&event.subject, SchemaFormat::Avro, &event.schema)? {
        let id = version.id;
        return Ok(unchanged(level, &format!("id {id} version {}", version.version)));
    }
    match registry.register(&event.subject, SchemaFormat::Avro, &event.schema) {
        Ok(id) => {
            // The registry answers with the id only; the version is in the look-up.
            let version = registry.look_up(&event.subject, SchemaFormat::Avro, &event.schema)?;
            let version = version.map(|version| format!(" version {}", version.version)).unwrap_or_default();
            Ok((State::Changed, join([Some(format!("registered id {id}{version}")), level])))
        }
        Err(RegistryError::Incompatible { reason, .. }) => {
            Ok((State::Refused, join([Some(format!("refused: {reason}")), level])))
        }
        Err(error) => Err(error.into()),
    }
}

/// What [`apply`] would do, by asking only.
fn plan(registry: &RegistryClient, event: &Event) -> Result<(State, String), Failure> {
    let level = level_change(registry, event)?;
    if let Some(version) = registry.look_up(&event.subject, SchemaFormat::Avro, &event.schema)? {
        let id = version.id;
        return Ok(unchanged(
            level.map(|change| format!("would set {change}")),
            &format!("id {id} version {}", version.version),
        ));
    }
    let verdict = registry.check_compatibility(&event.subject, SchemaFormat::Avro, &event.schema)?;
    // The registry judges by the level that it has now. Where that is to change, the new one is judged by here.
    let reasons = match &level {
        Some(_) => refusals_by_level(registry, event)?,
        None => (!verdict.is_compatible).then_some(verdict.messages),
    };
    let level = level.map(|change| format!("would set {change}"));
    Ok(match reasons {
        None => (State::Changed, join([Some("would register".to_owned()), level])),
        Some(reasons) if reasons.is_empty() => {
            (State::Refused, join([Some("would be refused: the registry gives no reason".to_owned()), level]))
        }
        Some(reasons) => {
            (State::Refused, join([Some(format!("would be refused: {}", reasons.join("; "))), level]))
        }
    })
}

/// How the level would change, such as `level NONE -> BACKWARD`; `None` where it is the contract's.
fn level_change(registry: &RegistryClient, event: &Event) -> Result<Option<String>, Failure> {
    let wanted = event.compatibility.as_str();
    let current = registry.compatibility_level(&event.subject)?;
    Ok(match current {
        Some(current) if current == wanted => None,
        Some(current) => Some(format!("level {current} -> {wanted}")),
        None => Some(format!("level of the registry -> {wanted}")),
    })
}

/// Why the contract's level forbids the schema behind the versions that are there; `None` if it does not.
fn refusals_by_level(registry: &RegistryClient, event: &Event) -> Result<Option<Vec<String>>, Failure> {
    let mut existing = Vec::new();
    for number in registry.versions(&event.subject)? {
        let Some(version) = registry.version(&event.subject, VersionNumber::Number(number))? else {
            continue;
        };
        existing.push(parse_schema(&version.text)?);
    }
    let new = parse_schema(&event.schema)?;
    let reasons = check_level(event.compatibility, &new, &existing);
    Ok((!reasons.is_empty()).then(|| reasons.iter().map(ToString::to_string).collect()))
}

/// A schema that is there already; its level may have to change all the same.
fn unchanged(level: Option<String>, version: &str) -> (State, String) {
    match level {
        None => (State::Unchanged, format!("unchanged {version}")),
        Some(level) => (State::Changed, format!("unchanged {version}, {level}")),
    }
}

fn join(parts: [Option<String>; 2]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

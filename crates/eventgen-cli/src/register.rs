//! `eventgen register`: brings every subject of the contract to the registry, and changes nothing that is there already.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_registry::SchemaFormat;
use eventgen_registry::{NewSchema, RegistryClient, RegistryError, SchemaReference};
use eventgen_schema::contract::{Compatibility, ProtobufFile};
use eventgen_schema::{Contract, Event, EventFormat};

use crate::arguments;
use crate::failure::Failure;
use crate::load::{Read, load};
use crate::offline::refusals_by_level;
use crate::outcome::Outcome;
use crate::registry::connect;
use crate::terminal::{Terminal, count, line, summary};

pub(crate) fn register(arguments: &arguments::Register, terminal: Terminal) -> Result<Outcome, Failure> {
    let Read { loaded, manifest } = load(&arguments.schemas, arguments.env.as_deref(), terminal)?;
    let registry =
        connect(arguments.schema_registry.as_deref(), arguments.env.as_deref(), manifest.as_ref())?;
    let mut tally = Tally::default();
    let subjects = subjects(&loaded.contract);
    // The versions of the files that others refer to, as far as they are registered.
    let mut versions: BTreeMap<&str, u32> = BTreeMap::new();
    for subject in &subjects {
        let references = subject.references(&versions);
        let (state, text) = match (&references, arguments.dry_run) {
            (Some(references), true) => plan(&registry, subject, references)?,
            (Some(references), false) => apply(&registry, subject, references)?,
            // Only a dry run leaves something unregistered that others refer to, or a refusal.
            (None, _) => plan_unreferred(&registry, subject)?,
        };
        tally.add(state);
        line(&format!("{}: {text}", subject.name))?;
        if let (Some(references), true) = (&references, subject.event.is_none()) {
            let version = registry.look_up(subject.name, &subject.schema(references))?;
            versions.extend(version.map(|version| (subject.name, version.version)));
        }
    }
    let change = if arguments.dry_run { "to change" } else { "changed" };
    summary(&format!(
        "{} at {}: {} {change}, {} unchanged, {} refused",
        count(subjects.len(), "schema"),
        registry.url(),
        tally.changed,
        tally.unchanged,
        tally.refused,
    ));
    Ok(if tally.refused > 0 { Outcome::Incompatible } else { Outcome::Fine })
}

/// A subject of the contract: an event's, or that of a file which others refer to.
pub(crate) struct Subject<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    pub(crate) event: Option<&'a Event>,
    /// The names of the files that it imports.
    imports: &'a [String],
    /// Those files and what they import, by name.
    pub(crate) files: BTreeMap<String, String>,
}

/// Every subject, files that others refer to first.
fn subjects(contract: &Contract) -> Vec<Subject<'_>> {
    let file = |event: &Event| match &event.format {
        EventFormat::Avro { .. } => None,
        EventFormat::Protobuf { file, .. } => contract.protobuf.files.get(file),
    };
    let files = |file: Option<&ProtobufFile>| {
        let files = file.map(|file| contract.protobuf_references(file)).unwrap_or_default();
        files.into_iter().map(|file| (file.name.clone(), file.text.clone())).collect()
    };
    let mut seen = BTreeSet::new();
    let mut subjects = Vec::new();
    for referred in
        contract.events.iter().filter_map(file).flat_map(|file| contract.protobuf_references(file))
    {
        if seen.insert(&referred.name) {
            let (name, text, imports) = (&referred.name, &referred.text, &referred.imports);
            subjects.push(Subject { name, text, event: None, imports, files: files(Some(referred)) });
        }
    }
    subjects.extend(contract.events.iter().map(|event| {
        let file = file(event);
        let imports = file.map(|file| file.imports.as_slice()).unwrap_or_default();
        Subject { name: &event.subject, text: &event.schema, event: Some(event), imports, files: files(file) }
    }));
    subjects
}

impl Subject<'_> {
    /// Files without an event are Protobuf's.
    pub(crate) fn format(&self) -> SchemaFormat {
        match self.event.map(|event| &event.format) {
            Some(EventFormat::Avro { .. }) => SchemaFormat::Avro,
            Some(EventFormat::Protobuf { .. }) | None => SchemaFormat::Protobuf,
        }
    }

    /// The level that the contract wants; for files that others refer to it wants none.
    pub(crate) fn level(&self) -> Option<Compatibility> {
        self.event.map(|event| event.compatibility)
    }

    /// What it refers to; `None` if one of the files is not registered.
    fn references(&self, versions: &BTreeMap<&str, u32>) -> Option<Vec<SchemaReference>> {
        let reference = |name: &String| {
            let version = *versions.get(name.as_str())?;
            Some(SchemaReference { name: name.clone(), subject: name.clone(), version })
        };
        self.imports.iter().map(reference).collect()
    }

    fn schema<'a>(&'a self, references: &'a [SchemaReference]) -> NewSchema<'a> {
        NewSchema { format: self.format(), text: self.text, references }
    }
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
fn apply(
    registry: &RegistryClient,
    subject: &Subject<'_>,
    references: &[SchemaReference],
) -> Result<(State, String), Failure> {
    let schema = subject.schema(references);
    let level = level_change(registry, subject)?;
    if let (Some(_), Some(wanted)) = (&level, subject.level()) {
        registry.set_compatibility_level(subject.name, wanted.as_str())?;
    }
    if let Some(version) = registry.look_up(subject.name, &schema)? {
        let id = version.id;
        return Ok(unchanged(level, &format!("id {id} version {}", version.version)));
    }
    match registry.register(subject.name, &schema) {
        Ok(id) => {
            // The registry answers with the id only; the version is in the look-up.
            let version = registry.look_up(subject.name, &schema)?;
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
fn plan(
    registry: &RegistryClient,
    subject: &Subject<'_>,
    references: &[SchemaReference],
) -> Result<(State, String), Failure> {
    let schema = subject.schema(references);
    let level = level_change(registry, subject)?;
    if let Some(version) = registry.look_up(subject.name, &schema)? {
        let id = version.id;
        return Ok(unchanged(
            level.map(|change| format!("would set {change}")),
            &format!("id {id} version {}", version.version),
        ));
    }
    // The registry judges by the level that it has now. Where that is to change, the new one is judged by here.
    let reasons = match &level {
        Some(_) => refusals_by_level(registry, subject)?,
        None => {
            let verdict = registry.check_compatibility(subject.name, &schema)?;
            match verdict.messages {
                _ if verdict.is_compatible => None,
                // Some registries say no more than no.
                messages if messages.is_empty() => {
                    Some(refusals_by_level(registry, subject)?.unwrap_or_default())
                }
                messages => Some(messages),
            }
        }
    };
    Ok(planned(reasons, level))
}

/// What [`apply`] would do with a schema that refers to one that is not registered yet. The registry cannot be asked
/// about it.
fn plan_unreferred(registry: &RegistryClient, subject: &Subject<'_>) -> Result<(State, String), Failure> {
    let level = level_change(registry, subject)?;
    Ok(planned(refusals_by_level(registry, subject)?, level))
}

fn planned(reasons: Option<Vec<String>>, level: Option<String>) -> (State, String) {
    let level = level.map(|change| format!("would set {change}"));
    match reasons {
        None => (State::Changed, join([Some("would register".to_owned()), level])),
        Some(reasons) if reasons.is_empty() => {
            (State::Refused, join([Some("would be refused: the registry gives no reason".to_owned()), level]))
        }
        Some(reasons) => {
            (State::Refused, join([Some(format!("would be refused: {}", reasons.join("; "))), level]))
        }
    }
}

/// How the level would change, such as `level NONE -> BACKWARD`; `None` where it is the contract's.
fn level_change(registry: &RegistryClient, subject: &Subject<'_>) -> Result<Option<String>, Failure> {
    let Some(wanted) = subject.level().map(Compatibility::as_str) else { return Ok(None) };
    let current = registry.compatibility_level(subject.name)?;
    Ok(match current {
        Some(current) if current == wanted => None,
        Some(current) => Some(format!("level {current} -> {wanted}")),
        None => Some(format!("level of the registry -> {wanted}")),
    })
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

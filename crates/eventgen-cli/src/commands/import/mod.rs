//! `eventgen import`: the latest schemas of a registry's subjects become files, with those that they refer to.

mod keys;
mod paths;
mod schema;

use std::collections::{BTreeMap, VecDeque};

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{SubjectVersion, VersionNumber};
use eventgen_schema::schema_file;

use crate::arguments::{self, Format};
use crate::count::count;
use crate::failure::Failure;
use crate::files::{Request, Wanted, write};
use crate::load::manifest;
use crate::outcome::Outcome;
use crate::registry::connect;
use crate::terminal::{error, is_quiet, line, summary};
use keys::subject_of_events;
use paths::place;
use schema::Schema;

pub(crate) fn import(arguments: &arguments::Import) -> Result<Outcome, Failure> {
    let manifest = match &arguments.env {
        Some(_) => manifest(&[])?,
        None => None,
    };
    let (url, context) = (arguments.schema_registry.as_deref(), arguments.context.as_deref());
    let registry = connect(url, context, arguments.env.as_deref(), manifest.as_ref())?;
    let subjects = selected(registry.subjects()?, &arguments.subjects)?;
    let schemas = fetch(&registry, &subjects)?;
    // The events whose fields make the keys.
    let has = |subject: &String| schemas.iter().any(|schema| schema.subject == *subject);
    let events: Vec<String> = schemas
        .iter()
        .filter_map(|schema| subject_of_events(&schema.subject))
        .filter(|subject| !has(subject))
        .collect();
    let events = fetch(&registry, &events)?;
    let placed = place(&schemas, &events);
    for skipped in &placed.skipped {
        match arguments.output {
            Format::Human if !is_quiet() => line(skipped)?,
            _ => error(&format!("error: {skipped}")),
        }
    }
    for key in &placed.keys {
        match arguments.output {
            Format::Human => line(key)?,
            Format::Json => summary(key),
        }
    }
    let files: Vec<Wanted> = placed
        .files
        .into_iter()
        .map(|(path, text)| Wanted { path: arguments.out.join(path), text })
        .collect();
    let told = format!(
        "{} of {}; add the `kafka` annotation to each event, and `eventgen check` says what is missing",
        count(subjects.len(), "subject"),
        registry.url()
    );
    let command = "eventgen import";
    let request = Request { check: false, content: told, command };
    let outcome = write(&files, &request, arguments.output)?;
    Ok(if placed.skipped.is_empty() { outcome } else { Outcome::Failure })
}

/// The subjects that the patterns select, which may end with `*`; all without a pattern.
fn selected(all: Vec<String>, patterns: &[String]) -> Result<Vec<String>, Failure> {
    let matches = |pattern: &str, subject: &str| match pattern.strip_suffix('*') {
        Some(prefix) => subject.starts_with(prefix),
        None => subject == pattern,
    };
    if let Some(pattern) =
        patterns.iter().find(|pattern| !all.iter().any(|subject| matches(pattern, subject)))
    {
        return Err(Failure::NoSubject { pattern: pattern.clone() });
    }
    let is_selected =
        |subject: &String| patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, subject));
    Ok(all.into_iter().filter(is_selected).collect())
}

/// The latest versions of subjects, and all versions that they refer to.
fn fetch(registry: &RegistryClient, subjects: &[String]) -> Result<Vec<Schema>, Failure> {
    let mut schemas: BTreeMap<(String, u32), Schema> = BTreeMap::new();
    let mut waiting: VecDeque<(SubjectVersion, Option<String>)> = VecDeque::new();
    for subject in subjects {
        // A subject that was deleted meanwhile has none.
        waiting.extend(registry.version(subject, VersionNumber::Latest)?.map(|version| (version, None)));
    }
    while let Some((version, name)) = waiting.pop_front() {
        let key = (version.subject.clone(), version.version);
        if let Some(known) = schemas.get_mut(&key) {
            known.names.extend(name);
            continue;
        }
        for reference in &version.references {
            let number = VersionNumber::Number(reference.version);
            let referenced = registry.version(&reference.subject, number)?;
            let referenced = referenced.ok_or_else(|| Failure::NoReference {
                subject: version.subject.clone(),
                referenced: format!("{} version {}", reference.subject, reference.version),
            })?;
            waiting.push_back((referenced, Some(reference.name.clone())));
        }
        let schema = Schema {
            subject: version.subject,
            version: version.version,
            language: version.schema_type.to_string(),
            file: schema_file(version.schema_type.as_str(), &version.text)
                .ok_or_else(|| version.schema_type.to_string()),
            names: name.into_iter().collect(),
        };
        schemas.insert(key, schema);
    }
    Ok(schemas.into_values().collect())
}

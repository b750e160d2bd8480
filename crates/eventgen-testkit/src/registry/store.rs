//! What the embedded registry knows: subjects, versions, levels. Content has one id wherever it is registered.

use std::collections::BTreeMap;

use eventgen_schema::avro::{ParsedSchema, parse_schema};
use eventgen_schema::compatibility::{Incompatibility, check_level};
use eventgen_schema::contract::Compatibility;
use serde_json::Value;

use super::error::Refusal;

/// A version of a subject.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) number: u32,
    pub(super) id: u32,
    deleted: bool,
}

/// A schema by content.
#[derive(Debug)]
struct Schema {
    text: String,
    content: Value,
    parsed: ParsedSchema,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Store {
    /// Schemas; the id is the place plus one.
    schemas: Vec<Schema>,
    subjects: BTreeMap<String, Vec<Version>>,
    level: Compatibility,
    subject_levels: BTreeMap<String, Compatibility>,
}

impl Store {
    /// Registers a schema and returns its id.
    pub(super) fn register(&mut self, subject: &str, text: &str) -> Result<u32, Refusal> {
        let (content, parsed) = parse(text)?;
        if let Some(version) = self.find(subject, &content) {
            return Ok(version.id);
        }
        let found = self.incompatibilities(subject, &parsed, self.effective_level(subject));
        if !found.is_empty() {
            let details = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return Err(Refusal::Incompatible { subject: subject.to_owned(), details });
        }
        let known = self.schemas.iter().position(|schema| schema.content == content);
        let index = known.unwrap_or_else(|| {
            self.schemas.push(Schema { text: text.to_owned(), content, parsed });
            self.schemas.len() - 1
        });
        let id = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let versions = self.subjects.entry(subject.to_owned()).or_default();
        let number = versions.last().map_or(1, |version| version.number + 1);
        versions.push(Version { number, id, deleted: false });
        Ok(id)
    }

    /// The version of a subject with this content.
    pub(super) fn look_up(&self, subject: &str, text: &str) -> Result<(Version, &str), Refusal> {
        self.versions(subject)?;
        let (content, _) = parse(text)?;
        let version = self.find(subject, &content).ok_or(Refusal::SchemaNotFound)?.clone();
        let text = self.text(version.id)?;
        Ok((version, text))
    }

    fn find(&self, subject: &str, content: &Value) -> Option<&Version> {
        let has = |version: &&Version| {
            !version.deleted
                && self.schemas.get(version.id as usize - 1).is_some_and(|schema| schema.content == *content)
        };
        self.subjects.get(subject)?.iter().find(has)
    }

    /// Why a schema would be refused; nothing for a subject that does not exist.
    pub(super) fn check(
        &self,
        subject: &str,
        text: &str,
        latest_only: bool,
    ) -> Result<Vec<Incompatibility>, Refusal> {
        let (_, parsed) = parse(text)?;
        let level = self.effective_level(subject);
        let level = if latest_only { without_transitivity(level) } else { level };
        Ok(self.incompatibilities(subject, &parsed, level))
    }

    fn incompatibilities(
        &self,
        subject: &str,
        new: &ParsedSchema,
        level: Compatibility,
    ) -> Vec<Incompatibility> {
        let existing: Vec<ParsedSchema> = self
            .live(subject)
            .filter_map(|version| self.schemas.get(version.id as usize - 1))
            .map(|schema| schema.parsed.clone())
            .collect();
        check_level(level, new, &existing)
    }

    /// The text of an id.
    pub(super) fn text(&self, id: u32) -> Result<&str, Refusal> {
        let schema = (id as usize).checked_sub(1).and_then(|index| self.schemas.get(index));
        schema.map(|schema| schema.text.as_str()).ok_or(Refusal::SchemaNotFound)
    }

    /// Subjects with a version that is not deleted.
    pub(super) fn subjects(&self) -> Vec<&str> {
        self.subjects
            .keys()
            .map(String::as_str)
            .filter(|subject| self.live(subject).next().is_some())
            .collect()
    }

    fn live(&self, subject: &str) -> impl Iterator<Item = &Version> {
        self.subjects.get(subject).into_iter().flatten().filter(|version| !version.deleted)
    }

    /// The versions of a subject that are not deleted.
    pub(super) fn versions(&self, subject: &str) -> Result<Vec<Version>, Refusal> {
        let versions: Vec<Version> = self.live(subject).cloned().collect();
        if versions.is_empty() { Err(Refusal::SubjectNotFound(subject.to_owned())) } else { Ok(versions) }
    }

    /// One version, by number or as `latest`.
    pub(super) fn version(&self, subject: &str, wanted: &str) -> Result<Version, Refusal> {
        let versions = self.versions(subject)?;
        let number = version_number(wanted)?;
        let found = match number {
            None => versions.last(),
            Some(number) => versions.iter().find(|version| version.number == number),
        };
        found.cloned().ok_or_else(|| Refusal::VersionNotFound(wanted.to_owned()))
    }

    /// Deletes all versions of a subject; for good only what was deleted before.
    pub(super) fn delete_subject(&mut self, subject: &str, permanent: bool) -> Result<Vec<u32>, Refusal> {
        let not_found = || Refusal::SubjectNotFound(subject.to_owned());
        let versions = self.subjects.get_mut(subject).ok_or_else(not_found)?;
        let live = versions.iter().any(|version| !version.deleted);
        match (permanent, live) {
            (true, true) => return Err(Refusal::SubjectNotSoftDeleted(subject.to_owned())),
            (false, false) => return Err(Refusal::SubjectSoftDeleted(subject.to_owned())),
            _ => {}
        }
        let numbers =
            versions.iter().filter(|version| permanent || !version.deleted).map(|version| version.number);
        let numbers = numbers.collect();
        if permanent {
            self.subjects.remove(subject);
            self.subject_levels.remove(subject);
        } else {
            for version in versions {
                version.deleted = true;
            }
        }
        Ok(numbers)
    }

    /// Deletes one version; for good only one that was deleted before.
    pub(super) fn delete_version(
        &mut self,
        subject: &str,
        wanted: &str,
        permanent: bool,
    ) -> Result<u32, Refusal> {
        let latest = self.live(subject).last().map(|version| version.number);
        let not_found = || Refusal::VersionNotFound(wanted.to_owned());
        let number = version_number(wanted)?.or(latest).ok_or_else(not_found)?;
        let versions =
            self.subjects.get_mut(subject).ok_or_else(|| Refusal::SubjectNotFound(subject.to_owned()))?;
        let index = versions.iter().position(|version| version.number == number).ok_or_else(not_found)?;
        match (permanent, versions[index].deleted) {
            (true, false) => return Err(Refusal::VersionNotSoftDeleted(subject.to_owned(), number)),
            (false, true) => return Err(Refusal::VersionSoftDeleted(subject.to_owned(), number)),
            (true, true) => drop(versions.remove(index)),
            (false, false) => versions[index].deleted = true,
        }
        Ok(number)
    }

    /// The level that holds for all subjects without their own.
    pub(super) fn level(&self) -> Compatibility {
        self.level
    }

    /// A subject's own level.
    pub(super) fn subject_level(&self, subject: &str) -> Result<Compatibility, Refusal> {
        let own = self.subject_levels.get(subject).copied();
        own.ok_or_else(|| Refusal::NoSubjectLevel(subject.to_owned()))
    }

    fn effective_level(&self, subject: &str) -> Compatibility {
        self.subject_levels.get(subject).copied().unwrap_or(self.level)
    }

    /// Sets the level of a subject, or that of all.
    pub(super) fn set_level(&mut self, subject: Option<&str>, level: Compatibility) {
        match subject {
            Some(subject) => {
                self.subject_levels.insert(subject.to_owned(), level);
            }
            None => self.level = level,
        }
    }

    /// Takes a subject's own level away and returns it.
    pub(super) fn remove_level(&mut self, subject: &str) -> Result<Compatibility, Refusal> {
        self.subject_levels.remove(subject).ok_or_else(|| Refusal::NoSubjectLevel(subject.to_owned()))
    }
}

fn parse(text: &str) -> Result<(Value, ParsedSchema), Refusal> {
    let parsed = parse_schema(text).map_err(|mistakes| Refusal::InvalidSchema(mistakes.to_string()))?;
    let content = serde_json::from_str(text).map_err(|error| Refusal::InvalidSchema(error.to_string()))?;
    Ok((content, parsed))
}

/// A version's number, `None` for `latest`.
fn version_number(text: &str) -> Result<Option<u32>, Refusal> {
    match text {
        "latest" | "-1" => Ok(None),
        text => {
            let number = text.parse().ok().filter(|&number: &u32| number > 0);
            number.map(Some).ok_or_else(|| Refusal::InvalidVersion(text.to_owned()))
        }
    }
}

fn without_transitivity(level: Compatibility) -> Compatibility {
    match level {
        Compatibility::BackwardTransitive => Compatibility::Backward,
        Compatibility::ForwardTransitive => Compatibility::Forward,
        Compatibility::FullTransitive => Compatibility::Full,
        level => level,
    }
}

//! The subjects and versions of one context. Equal content has one id across subjects.

use std::collections::BTreeMap;

use eventgen_schema::SchemaVersion;
use eventgen_schema::compatibility::{Incompatibility, RuleSet, check_level_with};
use eventgen_schema::contract::Compatibility;

use super::error::Refusal;
use super::schema::{NewSchema, Reference, Schema};

/// A version of a subject.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) number: u32,
    pub(super) id: u32,
    pub(super) deleted: bool,
}

/// Which versions a request is about. Versions are deleted softly first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Live,
    All,
    Deleted,
}

impl Shown {
    fn has(self, version: &Version) -> bool {
        match self {
            Self::Live => !version.deleted,
            Self::All => true,
            Self::Deleted => version.deleted,
        }
    }
}

/// How a schema is registered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) level: Compatibility,
    /// The schema has an id already, and is not checked.
    pub(super) is_import: bool,
}

/// The state.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) schemas: BTreeMap<u32, Schema>,
    /// Deleted ids are not used again.
    last_id: u32,
    pub(super) subjects: BTreeMap<String, Vec<Version>>,
}

impl Store {
    /// Registers a schema and returns its version in the subject.
    pub(super) fn register(
        &mut self,
        subject: &str,
        new: NewSchema,
        terms: Terms,
    ) -> Result<Version, Refusal> {
        let (id, number) = (new.id, new.version);
        match (id, terms.is_import) {
            (Some(_), false) => return Err(Refusal::NotInImport(subject.to_owned())),
            (None, true) => return Err(Refusal::InImport(subject.to_owned())),
            _ => {}
        }
        let schema = self.parse(new)?;
        if let Some(version) =
            self.find(subject, &schema, Shown::Live).filter(|version| id.is_none_or(|id| version.id == id))
        {
            return Ok(version.clone());
        }
        if !terms.is_import {
            let found = self.incompatibilities(&schema.parsed, self.shown(subject, Shown::Live), terms.level);
            if !found.is_empty() {
                let details = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                return Err(Refusal::Incompatible { subject: subject.to_owned(), details });
            }
        }
        let id = self.keep(schema, id)?;
        let versions = self.subjects.entry(subject.to_owned()).or_default();
        let next = versions.iter().map(|version| version.number).max().unwrap_or(0) + 1;
        let number = number.filter(|_| terms.is_import).unwrap_or(next);
        let version = Version { number, id, deleted: false };
        versions.retain(|version| version.number != number);
        let place = versions.partition_point(|version| version.number < number);
        versions.insert(place, version.clone());
        Ok(version)
    }

    /// The id of a schema, which is given or new.
    fn keep(&mut self, schema: Schema, given: Option<u32>) -> Result<u32, Refusal> {
        let known = self.schemas.iter().find(|(_, known)| known.equals(&schema)).map(|(id, _)| *id);
        let id = match (given, known) {
            (None, Some(known)) => return Ok(known),
            (None, None) => self.last_id + 1,
            (Some(id), _) if self.schemas.get(&id).is_some_and(|known| !known.equals(&schema)) => {
                return Err(Refusal::IdTaken(id));
            }
            (Some(id), _) => id,
        };
        self.last_id = self.last_id.max(id);
        self.schemas.entry(id).or_insert(schema);
        Ok(id)
    }

    /// The version of a subject that has this schema.
    pub(super) fn look_up(&self, subject: &str, new: NewSchema, shown: Shown) -> Result<Version, Refusal> {
        self.versions(subject, shown)?;
        self.find(subject, &self.parse(new)?, shown).cloned().ok_or(Refusal::SchemaNotFound)
    }

    /// Parses a schema with its references. Errors are reported before anything is stored.
    fn parse(&self, mut new: NewSchema) -> Result<Schema, Refusal> {
        for reference in new.references.iter_mut().filter(|reference| reference.version == -1) {
            let latest =
                self.version(&reference.subject, "latest", Shown::Live).map_err(|_| missing(reference))?;
            reference.version = latest.number.into();
        }
        let mut texts = BTreeMap::new();
        self.referred(&new.references, &mut texts)?;
        new.parse(&texts)
    }

    /// Collects the texts of references, and of what they refer to, by name.
    fn referred(
        &self,
        references: &[Reference],
        texts: &mut BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        for reference in references {
            if texts.contains_key(&reference.name) {
                continue;
            }
            let version = self.version(&reference.subject, &reference.version.to_string(), Shown::All);
            let schema =
                version.and_then(|version| self.schema(version.id)).map_err(|_| missing(reference))?;
            texts.insert(reference.name.clone(), schema.parsed.text().to_owned());
            self.referred(&schema.references, texts)?;
        }
        Ok(())
    }

    /// The ids of the schemas that refer to a version of a subject and have a version that is not deleted.
    pub(super) fn referenced_by(&self, subject: &str, wanted: &str) -> Result<Vec<u32>, Refusal> {
        let number = i64::from(self.version(subject, wanted, Shown::All)?.number);
        let refers = |reference: &Reference| reference.subject == subject && reference.version == number;
        let referring = self.schemas.iter().filter(|(_, schema)| schema.references.iter().any(refers));
        Ok(referring.map(|(id, _)| *id).filter(|id| !self.versions_of(*id, Shown::Live).is_empty()).collect())
    }

    fn find(&self, subject: &str, schema: &Schema, shown: Shown) -> Option<&Version> {
        let has =
            |version: &&Version| self.schemas.get(&version.id).is_some_and(|known| known.equals(schema));
        let versions: Vec<&Version> = self.shown(subject, shown).filter(has).collect();
        versions.iter().rev().find(|version| !version.deleted).or(versions.last()).copied()
    }

    /// Why a schema would be refused, by all versions or by one. Empty for a subject that does not exist.
    pub(super) fn check(
        &self,
        subject: &str,
        new: NewSchema,
        against: Option<&str>,
        level: Compatibility,
    ) -> Result<Vec<Incompatibility>, Refusal> {
        let one = match against.map(|wanted| self.version(subject, wanted, Shown::Live)).transpose() {
            Err(Refusal::SubjectNotFound(_)) if against == Some("latest") => return Ok(Vec::new()),
            Err(Refusal::SubjectNotFound(_)) => {
                return Err(Refusal::VersionNotFound(against.unwrap_or_default().to_owned()));
            }
            one => one?,
        };
        let parsed = self.parse(new)?.parsed;
        Ok(match &one {
            Some(version) => self.incompatibilities(&parsed, [version].into_iter(), level),
            None => self.incompatibilities(&parsed, self.shown(subject, Shown::Live), level),
        })
    }

    fn incompatibilities<'a>(
        &self,
        new: &SchemaVersion,
        versions: impl Iterator<Item = &'a Version>,
        level: Compatibility,
    ) -> Vec<Incompatibility> {
        let schemas = versions.filter_map(|version| self.schemas.get(&version.id));
        let existing: Vec<SchemaVersion> = schemas.map(|schema| schema.parsed.clone()).collect();
        let check = |reader: &SchemaVersion, writer: &_| reader.incompatibilities(writer, RuleSet::Registry);
        check_level_with(level, new, &existing, check)
    }

    /// The schema of an id.
    pub(super) fn schema(&self, id: u32) -> Result<&Schema, Refusal> {
        self.schemas.get(&id).ok_or(Refusal::SchemaNotFound)
    }

    /// Subjects with such a version.
    pub(super) fn subjects(&self, shown: Shown) -> Vec<&str> {
        let subjects = self.subjects.keys().map(String::as_str);
        // A subject is deleted when all of its versions are.
        let is_live = |subject: &str| self.shown(subject, Shown::Live).next().is_some();
        let is_shown = |subject: &&str| match shown {
            Shown::Live => is_live(subject),
            Shown::All => true,
            Shown::Deleted => !is_live(subject),
        };
        subjects.filter(is_shown).collect()
    }

    fn shown(&self, subject: &str, shown: Shown) -> impl Iterator<Item = &Version> {
        self.subjects.get(subject).into_iter().flatten().filter(move |version| shown.has(version))
    }

    /// The versions of a subject.
    pub(super) fn versions(&self, subject: &str, shown: Shown) -> Result<Vec<Version>, Refusal> {
        let versions: Vec<Version> = self.shown(subject, shown).cloned().collect();
        if versions.is_empty() { Err(Refusal::SubjectNotFound(subject.to_owned())) } else { Ok(versions) }
    }

    /// The subjects and versions that have an id.
    pub(super) fn versions_of(&self, id: u32, shown: Shown) -> Vec<(&str, &Version)> {
        let subjects = self.subjects.keys().map(String::as_str);
        let versions =
            subjects.flat_map(|subject| self.shown(subject, shown).map(move |version| (subject, version)));
        versions.filter(|(_, version)| version.id == id).collect()
    }

    /// One version, by number or as `latest`.
    pub(super) fn version(&self, subject: &str, wanted: &str, shown: Shown) -> Result<Version, Refusal> {
        let number = version_number(wanted)?;
        let versions = self.versions(subject, shown)?;
        let found = match number {
            None => versions.last(),
            Some(number) => versions.iter().find(|version| version.number == number),
        };
        found.cloned().ok_or_else(|| Refusal::VersionNotFound(wanted.to_owned()))
    }
}

fn missing(reference: &Reference) -> Refusal {
    Refusal::InvalidSchema(format!(
        "No schema reference found for subject \"{}\" and version {}",
        reference.subject, reference.version
    ))
}

/// The number of a version, `None` for `latest`.
pub(super) fn version_number(text: &str) -> Result<Option<u32>, Refusal> {
    match text {
        "latest" | "-1" => Ok(None),
        text => {
            let number = text.parse().ok().filter(|&number: &u32| number > 0);
            number.map(Some).ok_or_else(|| Refusal::InvalidVersion(text.to_owned()))
        }
    }
}

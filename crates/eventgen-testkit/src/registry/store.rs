//! The state of the embedded registry: subjects, versions, levels. Equal content has one id across subjects.

use std::collections::BTreeMap;

use eventgen_schema::SchemaVersion;
use eventgen_schema::compatibility::{Incompatibility, RuleSet, check_level_with};
use eventgen_schema::contract::Compatibility;

use super::error::Refusal;
use super::schema::{NewSchema, Reference};

/// A version of a subject.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) number: u32,
    pub(super) id: u32,
    deleted: bool,
}

/// A schema that is registered.
#[derive(Debug)]
struct Schema {
    new: NewSchema,
    parsed: SchemaVersion,
}

impl Schema {
    /// Whether both have the same id.
    fn equals(&self, other: &Self) -> bool {
        self.parsed.has_content_of(&other.parsed) && self.new.references == other.new.references
    }
}

/// The state.
#[derive(Debug, Default)]
pub(super) struct Store {
    /// The schemas. The id of a schema is its index plus one.
    schemas: Vec<Schema>,
    subjects: BTreeMap<String, Vec<Version>>,
    level: Compatibility,
    subject_levels: BTreeMap<String, Compatibility>,
}

impl Store {
    /// Registers a schema and returns its version in the subject.
    pub(super) fn register(&mut self, subject: &str, new: NewSchema) -> Result<Version, Refusal> {
        let schema = self.parse(new)?;
        if let Some(version) = self.find(subject, &schema) {
            return Ok(version.clone());
        }
        let found = self.incompatibilities(subject, &schema.parsed, self.effective_level(subject));
        if !found.is_empty() {
            let details = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return Err(Refusal::Incompatible { subject: subject.to_owned(), details });
        }
        let known = self.schemas.iter().position(|known| known.equals(&schema));
        let index = known.unwrap_or_else(|| {
            self.schemas.push(schema);
            self.schemas.len() - 1
        });
        let id = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let versions = self.subjects.entry(subject.to_owned()).or_default();
        let number = versions.last().map_or(1, |version| version.number + 1);
        let version = Version { number, id, deleted: false };
        versions.push(version.clone());
        Ok(version)
    }

    /// The version of a subject that has this schema.
    pub(super) fn look_up(&self, subject: &str, new: NewSchema) -> Result<Version, Refusal> {
        self.versions(subject)?;
        self.find(subject, &self.parse(new)?).cloned().ok_or(Refusal::SchemaNotFound)
    }

    /// Parses a schema with its references. Errors are reported before anything is stored.
    fn parse(&self, new: NewSchema) -> Result<Schema, Refusal> {
        let mut texts = BTreeMap::new();
        self.referred(&new.references, &mut texts)?;
        let parsed = new.parse(&texts)?;
        Ok(Schema { new, parsed })
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
            let version = self.version(&reference.subject, &reference.version.to_string());
            let schema = version.and_then(|version| self.schema(version.id));
            let schema = schema.map_err(|_| {
                Refusal::InvalidSchema(format!(
                    "No schema reference found for subject \"{}\" and version {}",
                    reference.subject, reference.version
                ))
            })?;
            texts.insert(reference.name.clone(), schema.text.clone());
            self.referred(&schema.references, texts)?;
        }
        Ok(())
    }

    /// The ids of the schemas that refer to a version of a subject and have a version that is not deleted.
    pub(super) fn referenced_by(&self, subject: &str, wanted: &str) -> Result<Vec<u32>, Refusal> {
        let number = self.version(subject, wanted)?.number;
        let refers = |reference: &Reference| reference.subject == subject && reference.version == number;
        let referring =
            (1..).zip(&self.schemas).filter(|(_, schema)| schema.new.references.iter().any(refers));
        let is_live =
            |id: &u32| self.subjects.values().flatten().any(|version| !version.deleted && version.id == *id);
        Ok(referring.map(|(id, _)| id).filter(is_live).collect())
    }

    fn find(&self, subject: &str, schema: &Schema) -> Option<&Version> {
        let has = |version: &&Version| {
            !version.deleted
                && self.schemas.get(version.id as usize - 1).is_some_and(|known| known.equals(schema))
        };
        self.subjects.get(subject)?.iter().find(has)
    }

    /// Why a schema would be refused. Empty for a subject that does not exist.
    pub(super) fn check(
        &self,
        subject: &str,
        new: NewSchema,
        latest_only: bool,
    ) -> Result<Vec<Incompatibility>, Refusal> {
        let parsed = self.parse(new)?.parsed;
        let level = self.effective_level(subject);
        let level = if latest_only { without_transitivity(level) } else { level };
        Ok(self.incompatibilities(subject, &parsed, level))
    }

    fn incompatibilities(
        &self,
        subject: &str,
        new: &SchemaVersion,
        level: Compatibility,
    ) -> Vec<Incompatibility> {
        let existing: Vec<SchemaVersion> = self
            .live(subject)
            .filter_map(|version| self.schemas.get(version.id as usize - 1))
            .map(|schema| schema.parsed.clone())
            .collect();
        let check = |reader: &SchemaVersion, writer: &_| reader.incompatibilities(writer, RuleSet::Registry);
        check_level_with(level, new, &existing, check)
    }

    /// The schema of an id.
    pub(super) fn schema(&self, id: u32) -> Result<&NewSchema, Refusal> {
        let schema = (id as usize).checked_sub(1).and_then(|index| self.schemas.get(index));
        schema.map(|schema| &schema.new).ok_or(Refusal::SchemaNotFound)
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

    /// Deletes all versions of a subject. Only deleted versions are deleted permanently.
    pub(super) fn delete_subject(&mut self, subject: &str, permanent: bool) -> Result<Vec<u32>, Refusal> {
        let not_found = || Refusal::SubjectNotFound(subject.to_owned());
        for version in self.versions(subject).unwrap_or_default() {
            self.refuse_referenced(subject, version.number)?;
        }
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

    fn refuse_referenced(&self, subject: &str, number: u32) -> Result<(), Refusal> {
        // What refers to a deleted version is deleted too.
        let referring = self.referenced_by(subject, &number.to_string()).unwrap_or_default();
        if referring.is_empty() { Ok(()) } else { Err(Refusal::Referenced(subject.to_owned(), number)) }
    }

    /// Deletes one version. Only a deleted version is deleted permanently.
    pub(super) fn delete_version(
        &mut self,
        subject: &str,
        wanted: &str,
        permanent: bool,
    ) -> Result<u32, Refusal> {
        let latest = self.live(subject).last().map(|version| version.number);
        let not_found = || Refusal::VersionNotFound(wanted.to_owned());
        let number = version_number(wanted)?.or(latest).ok_or_else(not_found)?;
        self.refuse_referenced(subject, number)?;
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

    /// The level of all subjects without a level of their own.
    pub(super) fn level(&self) -> Compatibility {
        self.level
    }

    /// The level of a subject, if it has one of its own.
    pub(super) fn subject_level(&self, subject: &str) -> Result<Compatibility, Refusal> {
        let own = self.subject_levels.get(subject).copied();
        own.ok_or_else(|| Refusal::NoSubjectLevel(subject.to_owned()))
    }

    fn effective_level(&self, subject: &str) -> Compatibility {
        self.subject_levels.get(subject).copied().unwrap_or(self.level)
    }

    /// Sets the level of a subject, or the global level.
    pub(super) fn set_level(&mut self, subject: Option<&str>, level: Compatibility) {
        match subject {
            Some(subject) => {
                self.subject_levels.insert(subject.to_owned(), level);
            }
            None => self.level = level,
        }
    }

    /// Removes the level of a subject and returns it.
    pub(super) fn remove_level(&mut self, subject: &str) -> Result<Compatibility, Refusal> {
        self.subject_levels.remove(subject).ok_or_else(|| Refusal::NoSubjectLevel(subject.to_owned()))
    }
}

/// The number of a version, `None` for `latest`.
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

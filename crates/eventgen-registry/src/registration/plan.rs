//! The plan: requests that change nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::order::in_order;
use super::{
    CompatibilityChecker, LevelChange, Plan, ResolvedSchema, SchemaChange, SubjectChange, WeakerLevels,
};
use crate::client::Versions;
use crate::{Compatibility, NewSchema, RegistryClient, RegistryError, Subject, VersionNumber};

impl RegistryClient {
    /// Compares subjects with the registry and changes nothing. The registry checks compatibility itself where it can;
    /// `checker` checks it where a level is about to change or a reference is not registered yet. Without a checker
    /// [`apply`](Self::apply) learns there what the registry decides.
    ///
    /// # Errors
    /// [`RegistryError::InvalidSchema`], [`RegistryError::Unchecked`] by the checker, or the registry is unreachable or
    /// responds with an error.
    pub async fn plan(
        &self,
        subjects: &[Subject],
        checker: Option<&dyn CompatibilityChecker>,
    ) -> Result<Plan, RegistryError> {
        self.plan_with(subjects, checker, WeakerLevels::Set).await
    }

    /// As [`plan`](Self::plan), with a choice of what becomes of levels that are weaker than those of the registry.
    ///
    /// # Errors
    /// As there.
    pub async fn plan_with(
        &self,
        subjects: &[Subject],
        checker: Option<&dyn CompatibilityChecker>,
        weaker: WeakerLevels,
    ) -> Result<Plan, RegistryError> {
        let mut planner = Planner {
            registry: self,
            checker,
            weaker,
            global: None,
            versions: Versions::default(),
            subjects: vec![],
        };
        let mut changes = Vec::with_capacity(subjects.len());
        for subject in in_order(subjects) {
            changes.push(planner.change(subject).await?);
        }
        Ok(Plan { changes })
    }
}

struct Planner<'a> {
    registry: &'a RegistryClient,
    checker: Option<&'a dyn CompatibilityChecker>,
    weaker: WeakerLevels,
    /// The level of subjects without one of their own, once it is known.
    global: Option<Compatibility>,
    /// What the subjects before have registered.
    versions: Versions,
    /// The subjects before.
    subjects: Vec<Subject>,
}

impl Planner<'_> {
    async fn change(&mut self, subject: Subject) -> Result<SubjectChange, RegistryError> {
        let level = self.registry.level_change(&subject).await?;
        if let (Some(change), WeakerLevels::Refuse) = (level, self.weaker) {
            let from = match change.from {
                Some(from) => from,
                None => self.global_level().await?,
            };
            if change.to.is_weaker_than(from) {
                let schema = SchemaChange::WeakerLevel { from, to: change.to };
                self.subjects.push(subject.clone());
                return Ok(SubjectChange { subject, schema, level: None });
            }
        }
        let schema = self.schema_change(&subject, level).await?;
        self.subjects.push(subject.clone());
        Ok(SubjectChange { subject, schema, level })
    }

    async fn global_level(&mut self) -> Result<Compatibility, RegistryError> {
        if let Some(level) = self.global {
            return Ok(level);
        }
        let level = self.registry.global_level().await?;
        self.global = Some(level);
        Ok(level)
    }

    async fn schema_change(
        &mut self,
        subject: &Subject,
        level: Option<LevelChange>,
    ) -> Result<SchemaChange, RegistryError> {
        let references = self.versions.references(subject);
        let schema = references.as_ref().map(|references| subject.schema(references));
        if let Some(schema) = &schema
            && let Some(found) = self.registry.look_up(&subject.name, schema).await?
        {
            self.versions.insert(&subject.name, &found.subject, found.version);
            return Ok(SchemaChange::Unchanged { id: found.id, version: found.version });
        }
        let existing = self.registry.versions(&subject.name).await?;
        let reasons = match schema {
            Some(schema) if level.is_none() => self.ask(subject, &schema, &existing).await?,
            _ => self.check(subject, &existing).await?,
        };
        Ok(match reasons {
            Some(reasons) => SchemaChange::Incompatible { reasons },
            None if existing.is_empty() => SchemaChange::Create,
            None => SchemaChange::NewVersion,
        })
    }

    /// Asks the registry why it would refuse a schema; `None` if it would not.
    async fn ask(
        &self,
        subject: &Subject,
        schema: &NewSchema<'_>,
        existing: &[u32],
    ) -> Result<Option<Vec<String>>, RegistryError> {
        let outcome = self.registry.check_compatibility(&subject.name, schema).await?;
        if outcome.is_compatible {
            return Ok(None);
        }
        // Some registries give no reason.
        if outcome.messages.is_empty() {
            return match self.check(subject, existing).await {
                // The registry has decided already: the checker only explains.
                Err(RegistryError::Unchecked { .. }) => Ok(Some(vec![])),
                checked => Ok(Some(checked?.unwrap_or_default())),
            };
        }
        Ok(Some(outcome.messages))
    }

    /// Has the checker say why the contract's level, else the registry's, forbids a schema; `None` if it does not.
    async fn check(&self, subject: &Subject, existing: &[u32]) -> Result<Option<Vec<String>>, RegistryError> {
        let Some(checker) = self.checker else { return Ok(None) };
        let level = match subject.compatibility {
            Some(level) => level,
            None => self.registry.effective_level(&subject.name).await?,
        };
        // A version that the level does not compare may be one that no longer parses.
        let existing = match level {
            Compatibility::None => return Ok(None),
            level if level.is_transitive() => existing,
            _ => &existing[existing.len().saturating_sub(1)..],
        };
        let mut versions = Vec::with_capacity(existing.len());
        for number in existing {
            let number = VersionNumber::Number(*number);
            let Some(version) = self.registry.version(&subject.name, number).await? else { continue };
            // Without one of its references the version may still be readable: the checker says so.
            let referenced = self.registry.fetch_references(&version.references).await?.unwrap_or_default();
            versions.push(ResolvedSchema {
                schema_type: version.schema_type,
                text: version.text,
                references: referenced.into_iter().map(|schema| (schema.name, schema.text)).collect(),
            });
        }
        let reasons = checker.check(level, &self.resolved(subject), &versions);
        let reasons =
            reasons.map_err(|reason| RegistryError::Unchecked { subject: subject.name.clone(), reason })?;
        Ok((!reasons.is_empty()).then_some(reasons))
    }

    /// A subject with the texts of the subjects before that it refers to, directly or through others.
    fn resolved(&self, subject: &Subject) -> ResolvedSchema {
        let mut references = BTreeMap::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = subject.references.iter().map(String::as_str).collect();
        while let Some(name) = open.pop() {
            let Some(referred) = self.subjects.iter().find(|known| known.name == name) else { continue };
            if seen.insert(name) {
                references.insert(name.to_owned(), referred.text.to_string());
                open.extend(referred.references.iter().map(String::as_str));
            }
        }
        let (schema_type, text) = (subject.schema_type.clone(), subject.text.to_string());
        ResolvedSchema { schema_type, text, references }
    }
}

impl RegistryClient {
    async fn level_change(&self, subject: &Subject) -> Result<Option<LevelChange>, RegistryError> {
        let Some(to) = subject.compatibility else { return Ok(None) };
        let from = self.compatibility_level(&subject.name).await?;
        Ok((from != Some(to)).then_some(LevelChange { from, to }))
    }
}

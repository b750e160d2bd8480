//! Whether a registry would accept a schema: its own answer and that of the checker, side by side.

use super::ResolvedSchema;
use super::plan::Planner;
use super::question::{Question, Verdict};
use crate::{Compatibility, CompatibilityOutcome, NewSchema, RegistryError, VersionNumber};

impl Planner<'_> {
    /// Asks the registry, which decides where it can, and the checker.
    pub(super) async fn verdict(
        &self,
        question: &Question<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Verdict, RegistryError> {
        let said = self.ask(question, notes).await?;
        let found = self.check(question).await?;
        let registry = said.as_ref().filter(|said| !said.is_compatible).map(|said| said.messages.clone());
        match said.as_ref().and_then(|said| question.decided(said)) {
            Some(false) => {
                Ok(Verdict::Incompatible { found: found.and_then(Result::ok).unwrap_or_default(), registry })
            }
            Some(true) => {
                match found {
                    Some(Ok(found)) if !found.is_empty() => notes.push(format!(
                        "the registry finds it compatible, against the rules: {}",
                        found.join("; ")
                    )),
                    Some(Err(reason)) => notes.push(format!("checked by the registry only: {reason}")),
                    _ => {}
                }
                Ok(Verdict::Compatible)
            }
            None => match found {
                Some(Ok(found)) if !found.is_empty() => Ok(Verdict::Incompatible { found, registry }),
                Some(Err(reason)) => {
                    Err(RegistryError::Unchecked { subject: question.subject.name.clone(), reason })
                }
                _ => Ok(Verdict::Compatible),
            },
        }
    }

    /// What the registry says by its present level; `None` if it cannot be asked.
    async fn ask(
        &self,
        question: &Question<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Option<CompatibilityOutcome>, RegistryError> {
        let Some(references) = question.references.filter(|_| question.pending.is_empty()) else {
            return Ok(None);
        };
        let subject = question.subject;
        let schema: NewSchema<'_> = subject.schema(references);
        match self.registry.check_compatibility(&subject.name, &schema).await {
            Ok(said) => {
                if said.latest_only && question.level().is_none_or(Compatibility::is_transitive) {
                    notes.push("the registry compares the latest version only".to_owned());
                }
                Ok(Some(said))
            }
            // Apicurio reads no references when it checks. When it registers it does.
            Err(RegistryError::InvalidSchema { .. } | RegistryError::Rejected { status: 422, .. })
                if !references.is_empty() && self.checker.is_some() =>
            {
                notes.push("the registry does not check schemas with references".to_owned());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What the checker finds by the level that will apply; `None` if there is no checker or no level is known.
    async fn check(
        &self,
        question: &Question<'_>,
    ) -> Result<Option<Result<Vec<String>, String>>, RegistryError> {
        let (Some(checker), Some(level)) = (self.checker, question.level()) else { return Ok(None) };
        if level == Compatibility::None {
            return Ok(Some(Ok(vec![])));
        }
        // A version that the level does not compare may be one that no longer parses.
        let known = question.existing.len() + question.pending.len();
        let compared = if level.is_transitive() { known } else { 1.min(known) };
        let registered = compared.saturating_sub(question.pending.len());
        let mut versions = Vec::with_capacity(compared);
        for number in &question.existing[question.existing.len() - registered..] {
            versions.extend(self.version(&question.subject.name, *number).await?);
        }
        let pending = question.pending.len() - (compared - registered);
        versions.extend_from_slice(&question.pending[pending..]);
        Ok(Some(checker.check(level, &self.resolved(question.subject), &versions)))
    }

    async fn version(&self, subject: &str, number: u32) -> Result<Option<ResolvedSchema>, RegistryError> {
        let Some(version) = self.registry.version(subject, VersionNumber::Number(number)).await? else {
            return Ok(None);
        };
        // Without one of its references the version may still be readable: the checker says so.
        let referenced = self.registry.fetch_references(&version.references).await?.unwrap_or_default();
        Ok(Some(ResolvedSchema {
            subject: subject.to_owned(),
            schema_type: version.schema_type,
            text: version.text,
            references: referenced.into_iter().map(|schema| (schema.name, schema.text)).collect(),
            version: Some(number),
        }))
    }
}

//! The step of a subject's compatibility level: read for the plan, written by `apply`.

use std::time::Duration;

use super::LevelChange;
use super::order::Group;
use crate::client::is_absent;
use crate::{Compatibility, RegistryClient, RegistryError};

/// The pauses before a request that conflicts is repeated. A service that starts in several instances registers the same
/// schema and its level from each of them at once, and a registry that does not know the subject yet refuses all but one.
pub(super) const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(200), Duration::from_millis(750)];

/// What becomes of a compatibility level of the contract that is weaker than that of the registry. A schema that breaks its
/// readers may come with the level that allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WeakerLevels {
    /// It is set.
    #[default]
    Set,
    /// The subject is refused.
    Refuse,
}

/// The level that the contract gives a subject.
///
/// # Errors
/// Two schemas of the subject are given different ones.
pub(super) fn wanted(group: &Group) -> Result<Option<Compatibility>, String> {
    let mut levels = group.iter().filter_map(|subject| subject.compatibility);
    let Some(first) = levels.next() else { return Ok(None) };
    match levels.find(|level| *level != first) {
        Some(other) => Err(format!(
            "the contract gives this subject the levels {first} and {other}: give its events the same one"
        )),
        None => Ok(Some(first)),
    }
}

/// What is known of a subject's level.
#[derive(Debug, Clone, Default)]
pub(super) struct LevelStep {
    pub(super) change: Option<LevelChange>,
    /// The subject's own level now, if that was read.
    pub(super) own: Option<Compatibility>,
    /// Why the level cannot be read.
    pub(super) note: Option<String>,
}

impl RegistryClient {
    /// Compares the level of a subject with the contract's.
    pub(super) async fn level_step(
        &self,
        subject: &str,
        wanted: Option<Compatibility>,
    ) -> Result<LevelStep, RegistryError> {
        let Some(to) = wanted else { return Ok(LevelStep::default()) };
        match self.compatibility_level(subject).await {
            Ok(own) => {
                let change = (own != Some(to)).then_some(LevelChange { from: own, to });
                Ok(LevelStep { change, own, note: None })
            }
            // Schemas may be registered without the right to see levels.
            Err(RegistryError::Unauthorized { status: 403, .. }) => {
                let note = format!("level {to} neither compared nor set: no right to read levels (HTTP 403)");
                Ok(LevelStep { note: Some(note), ..LevelStep::default() })
            }
            Err(error) => Err(error),
        }
    }

    /// Sets a level. Says why it is not set, if that does not forbid to register.
    pub(super) async fn set_level(
        &self,
        subject: &str,
        level: LevelChange,
    ) -> Result<Option<String>, RegistryError> {
        let mut pauses = PAUSES.iter();
        loop {
            match (self.set_compatibility_level(subject, level.to).await, pauses.next()) {
                // Another instance sets the first level of the subject at the same time.
                (Err(RegistryError::Rejected { status: 409, .. }), Some(pause)) => {
                    tokio::time::sleep(*pause).await;
                }
                (Ok(()), _) => return Ok(None),
                (Err(RegistryError::Unauthorized { status: 403, .. }), _) => {
                    return Ok(Some(format!(
                        "level {} not set: no right to write levels (HTTP 403)",
                        level.to
                    )));
                }
                // Apicurio removes its rule for `NONE`, and has none to remove.
                (Err(error), _) if is_absent(&error) && level.to == Compatibility::None => {
                    return match self.compatibility_level(subject).await? {
                        None | Some(Compatibility::None) => Ok(None),
                        Some(_) => Err(error),
                    };
                }
                (Err(error), _) => return Err(error),
            }
        }
    }

    /// Undoes [`set_level`](Self::set_level). Says what stays if that is not possible.
    pub(super) async fn restore_level(&self, subject: &str, level: LevelChange) -> Option<String> {
        let restored = match level.from {
            Some(from) => self.set_compatibility_level(subject, from).await,
            None => self.remove_compatibility_level(subject).await,
        };
        restored.err().map(|error| format!("its level stays {}: {error}", level.to))
    }
}

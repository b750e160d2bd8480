//! What a plan changes, and why it cannot.

use crate::{Compatibility, RegistryError, SchemaId, Subject};

/// The reason of a registry that gives none.
const NO_REASON: &str = "the registry gives no reason";

/// What registering one subject would change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubjectChange {
    /// The subject as the contract wants it.
    pub subject: Subject,
    /// The change of its schema.
    pub schema: SchemaChange,
    /// The change of its compatibility level; `None` if the level is as wanted, or cannot be read.
    pub level: Option<LevelChange>,
    /// What is known besides, such as a check that the registry cannot make.
    pub notes: Vec<String>,
}

/// The change of a subject's schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaChange {
    /// The subject does not exist.
    Create,
    /// The subject has other schemas only.
    NewVersion,
    /// The subject has the schema already.
    Unchanged {
        /// The id of the schema.
        id: SchemaId,
        /// Its version in the subject.
        version: u32,
    },
    /// The contract's compatibility level is weaker than that of the registry, and may not be set
    /// ([`WeakerLevels::Refuse`](super::WeakerLevels::Refuse)). Nothing of the subject changes.
    WeakerLevel {
        /// The level that the registry checks the subject by.
        from: Compatibility,
        /// The level of the contract.
        to: Compatibility,
    },
    /// The compatibility level forbids the schema.
    Incompatible {
        /// What the checker finds.
        found: Vec<String>,
        /// What the registry says; `None` if it was not asked. Some registries give no reason.
        registry: Option<Vec<String>>,
    },
    /// Something else than the schema forbids the change: it refers to a refused schema, the registry is read-only.
    Blocked {
        /// What.
        reason: String,
    },
    /// The subject cannot be read or checked.
    Failed {
        /// Why.
        error: RegistryError,
    },
}

impl SchemaChange {
    /// Whether it cannot be made.
    pub fn is_refused(&self) -> bool {
        matches!(
            self,
            Self::WeakerLevel { .. } | Self::Incompatible { .. } | Self::Blocked { .. } | Self::Failed { .. }
        )
    }

    /// Every reason why it cannot be made. Those of the registry are marked where there are others beside them.
    pub fn reasons(&self) -> Vec<String> {
        match self {
            Self::Incompatible { found, registry } => match registry.as_deref() {
                Some(said) if found.is_empty() => said.to_vec(),
                Some([_, ..]) => {
                    let said = registry.iter().flatten().filter(|reason| !found.contains(reason));
                    let said = said.map(|reason| format!("the registry: {reason}"));
                    found.iter().cloned().chain(said).collect()
                }
                _ => found.clone(),
            },
            Self::WeakerLevel { from, to } => vec![format!(
                "its level {to} is weaker than {from}, by which the registry checks the subject"
            )],
            Self::Blocked { reason } => vec![reason.clone()],
            Self::Failed { error } => vec![error.to_string()],
            Self::Create | Self::NewVersion | Self::Unchanged { .. } => vec![],
        }
    }

    /// The error of a change that cannot be made.
    pub(super) fn error(&self, subject: &str) -> Option<RegistryError> {
        match self {
            Self::Failed { error } => Some(error.clone()),
            Self::Blocked { reason } => {
                Some(RegistryError::Blocked { subject: subject.to_owned(), reason: reason.clone() })
            }
            Self::WeakerLevel { .. } | Self::Incompatible { .. } => {
                let reasons = self.reasons();
                let reason = if reasons.is_empty() { NO_REASON.to_owned() } else { reasons.join("; ") };
                Some(RegistryError::Incompatible { subject: subject.to_owned(), reason })
            }
            Self::Create | Self::NewVersion | Self::Unchanged { .. } => None,
        }
    }
}

/// The change of a subject's compatibility level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LevelChange {
    /// The level now; `None` where the global level of the registry applies.
    pub from: Option<Compatibility>,
    /// The level of the contract.
    pub to: Compatibility,
}

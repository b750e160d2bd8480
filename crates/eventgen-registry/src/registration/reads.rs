//! Answers of a registry that hold for all subjects of a plan: read once, when the first subject needs them.

use tokio::sync::OnceCell;

use crate::{Compatibility, RegistryClient, RegistryError};

/// What was read of the whole registry.
#[derive(Debug, Default)]
pub(super) struct Reads {
    level: OnceCell<Compatibility>,
    mode: OnceCell<Option<String>>,
}

impl Reads {
    /// The level of subjects without one of their own; `None` without the right to read it.
    pub(super) async fn level(
        &self,
        registry: &RegistryClient,
    ) -> Result<Option<Compatibility>, RegistryError> {
        match self.level.get_or_try_init(|| registry.global_level()).await {
            Ok(level) => Ok(Some(*level)),
            Err(RegistryError::Unauthorized { status: 403, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The mode in which a subject cannot be written, such as `READONLY`. Registries without modes have none.
    pub(super) async fn blocking_mode(
        &self,
        registry: &RegistryClient,
        subject: &str,
    ) -> Result<Option<String>, RegistryError> {
        let global = self.mode.get_or_try_init(|| registry.mode(None)).await?;
        let Some(global) = global else { return Ok(None) };
        let own = registry.mode(Some(subject)).await?;
        let mode = own.unwrap_or_else(|| global.clone());
        // In the mode IMPORT a registry takes schemas with their ids only.
        Ok(matches!(mode.as_str(), "READONLY" | "READONLY_OVERRIDE" | "IMPORT").then_some(mode))
    }
}

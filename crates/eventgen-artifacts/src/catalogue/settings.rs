//! What the contract does not say of its catalogue.

/// What the contract does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "settings do nothing on their own"]
pub struct Settings {
    pub(super) title: String,
    pub(super) environment: Option<String>,
    pub(super) version: String,
}

impl Settings {
    /// Settings with the title of the pages.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), environment: None, version: "1.0.0".to_owned() }
    }

    /// Names the environment that the contract is resolved for.
    pub fn environment(mut self, environment: impl Into<Option<String>>) -> Self {
        self.environment = environment.into();
        self
    }

    /// Sets the version of what an [`Export`](super::Export) describes; `1.0.0` otherwise. `EventCatalog` takes semantic
    /// versions.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }
}

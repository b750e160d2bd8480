//! Schema languages by the registry's names.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A schema language, by the registry's name for it (`schemaType`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchemaType(Cow<'static, str>);

impl SchemaType {
    /// A language that the registry calls `name`.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The registry's name, such as `AVRO`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchemaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

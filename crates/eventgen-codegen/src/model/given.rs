//! Names that a schema language's own code generator chooses, such as prost's for messages.

use std::collections::BTreeMap;

use crate::model::paths::ItemPath;

/// The names of one language. They are claimed before all names that are chosen here.
#[derive(Debug, Default)]
pub(crate) struct GivenNames {
    /// Types and modules.
    pub(crate) taken: Vec<ItemPath>,
    /// Schema files that are constants of the generated code, each with the preferred name of its constant.
    pub(crate) files: Vec<(String, ItemPath)>,
    /// Events whose types the language's own code generator writes, by full name.
    pub(crate) events: BTreeMap<String, GivenEvent>,
}

/// The type of an event that the language's own code generator writes.
#[derive(Debug)]
pub(crate) struct GivenEvent {
    pub(crate) item: ItemPath,
    /// The schema file. The event's topic is generated in the module of its constant.
    pub(crate) file: String,
}

impl GivenNames {
    /// Adds the names of another language.
    pub(crate) fn extend(&mut self, other: Self) {
        self.taken.extend(other.taken);
        self.files.extend(other.files);
        self.events.extend(other.events);
    }
}

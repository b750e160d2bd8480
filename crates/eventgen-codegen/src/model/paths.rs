//! Paths of items: where an item is, and how code in another module names it.

/// Module names from the root of the generated code inwards.
pub(crate) type ModulePath = Vec<String>;

/// The location of an item: its module and its name there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ItemPath {
    pub(crate) module: ModulePath,
    pub(crate) name: String,
}

/// A path as it is written in one place of the generated code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RustPath {
    /// A path into another crate, as the settings have it.
    Extern(String),
    /// A path relative to a module: a number of `super`s, then modules, then the name.
    Relative { up: usize, down: Vec<String>, name: String },
}

impl ItemPath {
    pub(crate) fn new(module: ModulePath, name: impl Into<String>) -> Self {
        Self { module, name: name.into() }
    }

    /// The path as code in the module `from` names it.
    pub(crate) fn seen_from(&self, from: &ModulePath) -> RustPath {
        let common = self.module.iter().zip(from).take_while(|(a, b)| a == b).count();
        RustPath::Relative {
            up: from.len() - common,
            down: self.module[common..].to_vec(),
            name: self.name.clone(),
        }
    }
}

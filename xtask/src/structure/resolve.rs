//! From a path to the files that define what it names, through re-exports.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::modules::{Crate, ModuleId};

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Definition {
    Module(ModuleId),
    /// Anything else, by the file that defines it.
    Item(PathBuf),
}

/// Names on the way to a definition. A name that leads back to itself defines nothing.
type Seen = BTreeSet<(ModuleId, String)>;

impl Crate {
    /// What a path in a module names; nothing for a path into another crate.
    pub(super) fn definitions(&self, module: ModuleId, path: &[String]) -> BTreeSet<Definition> {
        self.resolve(module, path, &mut Seen::new())
    }

    fn resolve(&self, module: ModuleId, path: &[String], seen: &mut Seen) -> BTreeSet<Definition> {
        let Some((first, rest)) = path.split_first() else { return BTreeSet::new() };
        let start = match first.as_str() {
            "crate" => [Definition::Module(0)].into(),
            "self" => [Definition::Module(module)].into(),
            "super" => self.modules[module].parent.map(Definition::Module).into_iter().collect(),
            name => self.lookup(module, name, seen),
        };
        rest.iter().fold(start, |found, name| self.step(&found, name, seen))
    }

    /// What a name is in what was found so far.
    fn step(&self, found: &BTreeSet<Definition>, name: &str, seen: &mut Seen) -> BTreeSet<Definition> {
        let mut next = BTreeSet::new();
        for definition in found {
            if let Definition::Module(module) = definition {
                next.extend(match name {
                    "super" => self.modules[*module].parent.map(Definition::Module).into_iter().collect(),
                    name => self.lookup(*module, name, seen),
                });
            }
        }
        if next.is_empty() {
            // A variant, an associated item: part of the type.
            next.extend(found.iter().filter(|found| matches!(found, Definition::Item(_))).cloned());
        }
        next
    }

    /// A name in a module: its own, imported, or from a module that it imports as a whole.
    fn lookup(&self, module: ModuleId, name: &str, seen: &mut Seen) -> BTreeSet<Definition> {
        let mut found = BTreeSet::new();
        if !seen.insert((module, name.to_owned())) {
            return found;
        }
        let this = &self.modules[module];
        if this.items.contains(name) {
            found.insert(Definition::Item(this.file.clone()));
        }
        found.extend(this.children.get(name).into_iter().flatten().copied().map(Definition::Module));
        for import in this.imports.iter().filter(|import| import.name.as_deref() == Some(name)) {
            found.extend(self.resolve(module, &import.path, seen));
        }
        if found.is_empty() {
            for import in this.imports.iter().filter(|import| import.name.is_none()) {
                for definition in self.resolve(module, &import.path, seen) {
                    if let Definition::Module(whole) = definition {
                        found.extend(self.lookup(whole, name, seen));
                    }
                }
            }
        }
        seen.remove(&(module, name.to_owned()));
        found
    }
}

//! The names that a file defines and those that it needs. The file is not checked: tools use the names to find the
//! files that it depends on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::context::Context;
use super::super::files::find;
use super::format::EXTENSIONS;
use super::parse::declare;
use super::read::read;
use super::references::collect_references;
use crate::diagnostics::Diagnostics;
use crate::source::Sources;

/// The names in a schema file, those of the files it imports among them.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Full names of the records, enums and fixed types that are defined.
    pub defines: BTreeSet<String>,
    /// References that nothing defines: for each the full names it may mean, the likeliest first.
    pub lacks: BTreeSet<Vec<String>>,
}

impl Outline {
    /// Reads a file.
    ///
    /// # Errors
    /// What makes the file unreadable.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, Diagnostics> {
        let (mut sources, mut diagnostics) = (Sources::default(), Vec::new());
        let roots = read(&[path.into()], &[], &mut Context::new(&mut sources, &mut diagnostics)).roots;
        if !diagnostics.is_empty() {
            return Err(Diagnostics::new(sources, diagnostics));
        }
        // Errors in the definitions are reported when the file is loaded.
        let declarations = declare(&roots, &mut diagnostics);
        let defines: BTreeSet<String> = declarations.names().map(str::to_owned).collect();
        let mut references = BTreeSet::new();
        for root in &roots {
            collect_references(root, &mut references);
        }
        references.retain(|names: &Vec<String>| names.iter().all(|name| !defines.contains(name)));
        Ok(Self { defines, lacks: references })
    }

    /// The Avro files in a folder and in the folders below, sorted.
    pub fn files(folder: &Path) -> Vec<PathBuf> {
        find(&[folder.to_owned()], EXTENSIONS, &mut Vec::new()).files.into_iter().collect()
    }
}

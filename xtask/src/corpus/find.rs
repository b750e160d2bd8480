//! Finds the files that a file refers to, in its folder first, then in the parents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use eventgen_schema::Outline;

use super::worker::Workers;
use crate::error::Failure;

/// The files of the corpus and the names in them.
pub(super) struct Finder {
    root: PathBuf,
    outlines: BTreeMap<PathBuf, Outline>,
    /// Files whose process did not end well, and how it ended.
    ended: BTreeMap<PathBuf, String>,
}

impl Finder {
    pub(super) fn new(root: &Path, workers: &Workers) -> Result<Self, Failure> {
        let (mut outlines, mut ended) = (BTreeMap::new(), BTreeMap::new());
        for path in Outline::files(root) {
            let outline = workers.outline(&path)?.unwrap_or_else(|end| {
                ended.insert(path.clone(), end);
                Outline::default()
            });
            outlines.insert(path, outline);
        }
        Ok(Self { root: root.to_owned(), outlines, ended })
    }

    pub(super) fn files(&self) -> Vec<PathBuf> {
        self.outlines.keys().cloned().collect()
    }

    /// How the process of a file ended, if not well.
    pub(super) fn ended(&self, path: &Path) -> Option<&str> {
        self.ended.get(path).map(String::as_str)
    }

    fn defines(&self, path: &Path) -> &BTreeSet<String> {
        &self.outlines[path].defines
    }

    /// The file and all that it needs, directly or not.
    pub(super) fn needed(&self, path: &Path) -> BTreeSet<PathBuf> {
        let mut needed = BTreeSet::from([path.to_owned()]);
        let mut defined: BTreeSet<&str> = self.defines(path).iter().map(String::as_str).collect();
        let mut left = vec![path];
        while let Some(file) = left.pop() {
            for names in &self.outlines[file].lacks {
                if names.iter().any(|name| defined.contains(name.as_str())) {
                    continue;
                }
                if let Some(found) = self.look_up(names, file)
                    && needed.insert(found.to_owned())
                {
                    defined.extend(self.defines(found).iter().map(String::as_str));
                    left.push(found);
                }
            }
        }
        needed
    }

    /// The nearest file that defines one of the names: in the folder first, then anywhere below it, then the same for its
    /// parent, up to the root.
    fn look_up(&self, names: &[String], from: &Path) -> Option<&Path> {
        for folder in from.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root)) {
            for name in names {
                let defining = |path: &&PathBuf| self.outlines[*path].defines.contains(name);
                let below: Vec<&PathBuf> =
                    self.outlines.keys().filter(|path| path.starts_with(folder)).filter(defining).collect();
                let here = below.iter().find(|path| path.parent() == Some(folder));
                if let Some(found) = here.or(below.first()) {
                    return Some(found);
                }
            }
        }
        None
    }
}

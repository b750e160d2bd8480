//! Where the files of a folder come from.

use eventgen_artifacts::catalogue::Catalogue;
use eventgen_artifacts::{Error, File};

/// Files that several threads take one by one.
pub(super) trait Source: Sync {
    /// How many there are.
    fn count(&self) -> usize;

    /// The file at an index.
    fn file(&self, index: usize) -> Result<File, Error>;
}

/// A page is made when it is asked for.
impl Source for Catalogue<'_> {
    fn count(&self) -> usize {
        self.file_count()
    }

    fn file(&self, index: usize) -> Result<File, Error> {
        Catalogue::file(self, index)
    }
}

impl Source for Vec<File> {
    fn count(&self) -> usize {
        self.len()
    }

    fn file(&self, index: usize) -> Result<File, Error> {
        Ok(self[index].clone())
    }
}

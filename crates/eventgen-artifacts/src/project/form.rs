//! What the contract of a project is written in.

use super::context::{FormNames, Project};
use crate::error::Error;
use crate::file::File;

/// What the contract of a project is written in.
#[derive(Debug)]
pub struct Form {
    /// Its name, such as `avro`.
    pub name: &'static str,
    /// What it is, for help.
    pub description: &'static str,
    pub(super) names: FormNames,
    /// The files that only this form has.
    pub(super) files: fn(&Project) -> Result<Vec<File>, Error>,
}

/// Two forms of different names differ.
impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Form {}

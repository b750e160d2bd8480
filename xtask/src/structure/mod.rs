//! The suite `structure`: what the files of a crate import from each other, where the schema language is decided, and
//! which crates use which.

mod allowed;
mod circles;
mod deciders;
mod dependencies;
mod languages;
mod modules;
mod names;
mod paths;
#[cfg(test)]
mod planted;
mod resolve;

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::Failure;
use crate::folders::repository;

/// Fails with all violations.
pub(crate) fn check() -> Result<(), Failure> {
    let packages = dependencies::Packages::read(repository())?;
    let mut graph = circles::Graph::default();
    let mut misplaced = BTreeSet::new();
    for root in &packages.roots {
        let found = modules::Crate::read(Path::new(root))?;
        graph.add(&found);
        misplaced.extend(paths::violations(repository(), &found));
    }
    let mut violations = graph.violations(repository(), allowed::ARROWS);
    violations.extend(misplaced);
    violations.extend(deciders::violations(repository(), allowed::DECIDERS)?);
    violations.extend(packages.violations());
    if violations.is_empty() { Ok(()) } else { Err(violations.join("\n").into()) }
}

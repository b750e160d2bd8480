//! The suite `structure`: imports between the files of a crate, decisions by the schema language, dependencies between
//! crates, and types of other crates in public signatures.

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
mod public;
mod resolve;
mod signatures;

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::Failure;
use crate::folders::repository;

/// Fails with all violations.
pub(crate) fn check() -> Result<(), Failure> {
    let packages = dependencies::Packages::read(repository())?;
    let mut graph = circles::Graph::default();
    let (mut misplaced, mut exposed) = (BTreeSet::new(), signatures::Used::new());
    for root in &packages.roots {
        let found = modules::Crate::read(Path::new(root))?;
        graph.add(&found);
        misplaced.extend(paths::violations(repository(), &found));
        if let Some(library) = packages.libraries.iter().find(|library| library.root == *root) {
            let foreign =
                signatures::violations(repository(), library, &found, allowed::EXPOSED, &mut exposed);
            misplaced.extend(foreign);
        }
    }
    let mut violations = graph.violations(repository(), allowed::ARROWS);
    violations.extend(misplaced);
    violations.extend(deciders::violations(repository(), allowed::DECIDERS)?);
    violations.extend(packages.violations());
    violations.extend(signatures::unused(allowed::EXPOSED, &exposed));
    if violations.is_empty() { Ok(()) } else { Err(violations.join("\n").into()) }
}

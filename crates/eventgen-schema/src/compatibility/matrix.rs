//! A new version beside every version before it.

use std::fmt;

use super::{Incompatibility, RuleSet};
use crate::contract::Compatibility;
use crate::frontend::SchemaVersion;

/// How a new version goes with each version before it, whatever the level of the subject.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use eventgen_schema::SchemaVersion;
/// use eventgen_schema::compatibility::{Matrix, RuleSet};
/// use eventgen_schema::contract::Compatibility;
///
/// let version = |fields: &str| {
///     let text = format!(r#"{{"type": "record", "name": "Order", "fields": [{fields}]}}"#);
///     SchemaVersion::parse("AVRO", &text, &BTreeMap::new())
/// };
/// let id = r#"{"name": "id", "type": "string"}"#;
/// let (first, second) = (version("")?, version(id)?);
/// let new = version(r#"{"name": "id", "type": "string"}, {"name": "note", "type": "string", "default": ""}"#)?;
/// let matrix = Matrix::new(&new, [(1, &first), (2, &second)], RuleSet::Registry);
/// assert!(matrix.allows(Compatibility::Backward));
/// let forbidden = matrix.forbidden_by(Compatibility::BackwardTransitive);
/// assert_eq!(forbidden[0].0, 1, "version 1 has no `id`");
/// # Ok::<(), eventgen_schema::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Matrix {
    /// Oldest first.
    rows: Vec<MatrixRow>,
}

/// A new version beside one version before it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MatrixRow {
    /// The number of the old version.
    pub version: u32,
    /// Why the new version does not read what the old one wrote.
    pub backward: Vec<Incompatibility>,
    /// Why the old version does not read what the new one writes.
    pub forward: Vec<Incompatibility>,
    /// What else the rules forbid, whoever reads: changes of JSON and of code.
    pub changes: Vec<Incompatibility>,
}

impl Matrix {
    /// Compares a new version with existing ones, which are given oldest first with their numbers.
    pub fn new<'a>(
        new: &SchemaVersion,
        existing: impl IntoIterator<Item = (u32, &'a SchemaVersion)>,
        rules: RuleSet,
    ) -> Self {
        let row = |(version, old): (u32, &SchemaVersion)| MatrixRow {
            version,
            backward: new.incompatibilities(old, rules),
            forward: old.incompatibilities(new, rules),
            changes: new.changes_since(old, rules),
        };
        Self { rows: existing.into_iter().map(row).collect() }
    }

    /// One row for each existing version, oldest first.
    pub fn rows(&self) -> &[MatrixRow] {
        &self.rows
    }

    /// Every reason why a level forbids the new version, with the number of the version that it breaks, newest first.
    pub fn forbidden_by(&self, level: Compatibility) -> Vec<(u32, &Incompatibility)> {
        let (backward, forward) = level.directions();
        let compared = match level {
            Compatibility::None => 0,
            _ if level.is_transitive() => self.rows.len(),
            _ => 1,
        };
        let rows = self.rows.iter().rev().take(compared);
        let found = rows.flat_map(|row| {
            let backward = row.backward.iter().filter(move |_| backward);
            let forward = row.forward.iter().filter(move |_| forward);
            backward.chain(forward).chain(&row.changes).map(|found| (row.version, found))
        });
        found.collect()
    }

    /// Whether a level allows the new version.
    pub fn allows(&self, level: Compatibility) -> bool {
        self.forbidden_by(level).is_empty()
    }
}

impl fmt::Display for Matrix {
    /// A line for each version: how many differences break its readers and its data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |found: &[Incompatibility]| match found {
            [] => "yes".to_owned(),
            [first, ..] => format!("no ({}, {})", found.len(), first.kind.as_str()),
        };
        writeln!(f, "{:<9}{:<48}{:<48}changes", "version", "is read by the new one", "reads the new one")?;
        for row in &self.rows {
            let (backward, forward) = (shown(&row.backward), shown(&row.forward));
            writeln!(f, "{:<9}{backward:<48}{forward:<48}{}", row.version, row.changes.len())?;
        }
        Ok(())
    }
}

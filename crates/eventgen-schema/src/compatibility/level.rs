//! Which versions a compatibility level compares.

use super::Incompatibility;
use crate::contract::Compatibility;

/// Every reason why a level forbids `new` after `existing` versions, which are given oldest first.
/// `check(reader, writer)` finds what the reader cannot read.
pub fn check_level_with<S>(
    level: Compatibility,
    new: &S,
    existing: &[S],
    check: impl Fn(&S, &S) -> Vec<Incompatibility>,
) -> Vec<Incompatibility> {
    let (backward, forward) = level.directions();
    let checked = if level.is_transitive() { existing.len() } else { 1 };
    let mut found = Vec::new();
    for old in existing.iter().rev().take(checked) {
        if backward {
            found.extend(check(new, old));
        }
        if forward {
            found.extend(check(old, new));
        }
    }
    found
}

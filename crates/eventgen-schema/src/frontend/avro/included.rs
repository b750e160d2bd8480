//! Which schemas of included files the given files use.

use std::collections::BTreeSet;

use eventgen_avro::parse::Root;

use super::parse::declare;
use super::references::collect_references;

/// The schemas of included files that define a type which the given schemas refer to, directly or through others. All
/// others do not belong to the contract, and their errors are not reported.
pub(super) fn used(given: &[Root], included: Vec<Root>) -> Vec<Root> {
    let mut references = BTreeSet::new();
    for root in given {
        collect_references(root, &mut references);
    }
    // Their errors are reported when they are built.
    let defined = |roots: &[Root]| -> BTreeSet<String> {
        declare(roots, &mut Vec::new()).names().map(str::to_owned).collect()
    };
    let known = defined(given);
    let mut left: Vec<(Root, BTreeSet<String>)> =
        included.into_iter().map(|root| (root.clone(), defined(std::slice::from_ref(&root)))).collect();
    let mut used = Vec::new();
    loop {
        let names: BTreeSet<&String> = references.iter().flatten().collect();
        let is_used = |(_, defines): &(Root, BTreeSet<String>)| {
            // If the given schemas have the same definition, the two are compared.
            defines.iter().any(|name| names.contains(name) || known.contains(name))
        };
        let (more, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(is_used);
        if more.is_empty() {
            return used;
        }
        for (root, _) in &more {
            collect_references(root, &mut references);
        }
        used.extend(more.into_iter().map(|(root, _)| root));
        left = rest;
    }
}

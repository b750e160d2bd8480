//! The names that are taken in one scope of Rust, and other names for those that would be taken twice.

use std::collections::BTreeSet;

/// Names that are taken.
#[derive(Debug, Default, Clone)]
pub(super) struct Scope(BTreeSet<String>);

impl Scope {
    pub(super) fn take(&mut self, name: impl Into<String>) {
        self.0.insert(name.into());
    }

    pub(super) fn is_free(&self, name: &str) -> bool {
        !name.is_empty() && !self.0.contains(name)
    }
}

/// The first of a name and its numbered variants, `order_2`, `order_3` and so on, that is accepted.
pub(super) fn first_free(name: &str, mut is_free: impl FnMut(&str) -> bool) -> String {
    if is_free(name) {
        return name.to_owned();
    }
    // A name of underscores only is empty in Rust.
    let base = if name.chars().all(|char| char == '_') { "unnamed" } else { name };
    let mut number = 2_u32;
    loop {
        let candidate = format!("{base}_{number}");
        if is_free(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

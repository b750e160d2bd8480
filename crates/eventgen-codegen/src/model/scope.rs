//! Distinct names: a name that is taken in its scope gives way.

use std::collections::BTreeSet;

use crate::model::case::{constant_name, joined, snake_case, type_name};

/// The names taken in one scope.
#[derive(Debug, Default)]
pub(crate) struct Scope(BTreeSet<String>);

impl Scope {
    /// Takes a name that nothing else gives way to.
    pub(crate) fn take(&mut self, name: String) {
        self.0.insert(name);
    }

    /// The name, with underscores appended while it is taken.
    pub(crate) fn claim(&mut self, name: &str) -> String {
        self.claim_all(name, &[""], "_")
    }

    /// A name that is free with each of these suffixes; `filler` is appended until it is.
    pub(crate) fn claim_all(&mut self, name: &str, suffixes: &[&str], filler: &str) -> String {
        let mut name = name.to_owned();
        while suffixes.iter().any(|suffix| self.0.contains(&joined(&name, suffix))) {
            name = joined(&name, filler);
        }
        self.0.extend(suffixes.iter().map(|suffix| joined(&name, suffix)));
        name
    }
}

/// Distinct names of methods, in order.
pub(crate) fn method_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    distinct(names, snake_case)
}

/// Distinct names of variants, in order.
pub(crate) fn variant_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    distinct(names, type_name)
}

/// Distinct names of constants, in order.
pub(crate) fn constant_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    distinct(names, constant_name)
}

fn distinct<'a>(names: impl IntoIterator<Item = &'a str>, case: fn(&str) -> String) -> Vec<String> {
    let mut scope = Scope::default();
    names.into_iter().map(|name| scope.claim(&case(name))).collect()
}

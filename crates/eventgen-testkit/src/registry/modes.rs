//! The modes of the embedded registry: whether subjects can be written.

use std::collections::BTreeMap;

use super::error::Refusal;

/// The modes that a registry knows.
pub(super) const MODES: [&str; 4] = ["READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT"];

/// The mode of the registry, and those of subjects.
#[derive(Debug, Default)]
pub(super) struct Modes {
    pub(super) global: Option<&'static str>,
    pub(super) subjects: BTreeMap<String, &'static str>,
}

impl Modes {
    pub(super) fn global(&self) -> &'static str {
        self.global.unwrap_or("READWRITE")
    }

    /// Refuses a change of a subject that can only be read. Ids of one's own, which the mode `IMPORT` asks for, are not
    /// taken.
    pub(super) fn allow_change(&self, subject: &str) -> Result<(), Refusal> {
        let mode = self.subjects.get(subject).copied().unwrap_or_else(|| self.global());
        if mode == "READWRITE" { Ok(()) } else { Err(Refusal::ReadOnly(subject.to_owned())) }
    }
}

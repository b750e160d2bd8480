//! The name of a report.

/// The names of a test suite and of the class of its cases: those of a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Title {
    pub(super) suite: &'static str,
    pub(super) class: &'static str,
}

impl Title {
    pub(crate) const CHECK: Self = Self { suite: "eventgen check", class: "eventgen.check" };
    pub(crate) const DIFF: Self = Self { suite: "eventgen diff", class: "eventgen.diff" };
    pub(crate) const REGISTER: Self = Self { suite: "eventgen register", class: "eventgen.register" };
    pub(crate) const COMPAT: Self = Self { suite: "eventgen compat", class: "eventgen.compat" };
}

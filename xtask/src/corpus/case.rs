//! One file of a corpus, and how far it comes.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// One file of the corpus.
pub(super) struct Case {
    /// The module of its code.
    pub(super) module: String,
    pub(super) path: PathBuf,
    /// Its types by full name: the Rust path and the self-contained schema.
    pub(super) types: BTreeMap<String, (String, String)>,
    pub(super) code: String,
    pub(super) state: State,
}

/// The last step that a file passed.
pub(super) enum State {
    /// The process that loaded it or generated its code did not end well.
    Ended(String),
    /// The schema is invalid.
    Refused(String),
    /// No code is generated.
    NotGenerated(String),
    /// The code does not compile.
    NotCompiled(String),
    /// A value changed in a round trip.
    NotRoundTripped(String),
    /// All steps passed.
    Done,
}

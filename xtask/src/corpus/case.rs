//! One file of a corpus, and how far it comes.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// One file of the corpus.
pub(super) struct Case {
    /// The module that its code is in.
    pub(super) module: String,
    pub(super) path: PathBuf,
    /// Its types, by full name: the Rust path, and the schema by itself.
    pub(super) types: BTreeMap<String, (String, String)>,
    pub(super) code: String,
    pub(super) state: State,
}

/// How far a file came.
pub(super) enum State {
    /// No valid schema; why not.
    Refused(String),
    /// No code for it; why not.
    NotGenerated(String),
    /// Code that rustc does not take; why not.
    NotCompiled(String),
    /// Values that came back as others; which type, and why.
    NotRoundTripped(String),
    /// All the way.
    Done,
}

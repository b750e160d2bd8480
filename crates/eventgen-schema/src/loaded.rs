//! A loaded contract, with what it was read from.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::contract::Contract;
use crate::diagnostics::Diagnostics;

/// A contract with what it was read from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Loaded {
    /// The contract.
    pub contract: Contract,
    /// Every file read, sorted.
    pub files: Vec<PathBuf>,
    /// Every folder listed, sorted.
    pub folders: Vec<PathBuf>,
    /// The location of each event's annotation, by the name of the event: the path of its file and the line, from 1.
    pub event_locations: BTreeMap<String, (PathBuf, usize)>,
    /// What somebody should look at.
    pub warnings: Diagnostics,
}

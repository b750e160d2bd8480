//! Opens files. Reading a pipe or a device may never end.

use std::path::Path;
use std::{fs, io};

/// The cause of an error: a folder, a pipe, a socket or a device.
#[derive(Debug, thiserror::Error)]
#[error("not a file")]
pub(crate) struct NotAFile;

impl NotAFile {
    /// Whether an error is that of a path that is not a file.
    pub(crate) fn is_cause_of(error: &io::Error) -> bool {
        error.get_ref().and_then(|cause| cause.downcast_ref::<Self>()).is_some()
    }
}

/// Opens a regular file, or a link to one.
pub(crate) fn open_file(path: &Path) -> io::Result<fs::File> {
    // Opening a pipe waits for its other end.
    if fs::metadata(path)?.is_file() { fs::File::open(path) } else { Err(not_a_file()) }
}

/// The error of a path that is something else.
pub(crate) fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, NotAFile)
}

//! Where things are: the repository, and what chores keep under `target/real`.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}

/// Where builds and chores keep what can be made again.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from)
}

/// What servers and judges need; it may be deleted at any time, with all servers down.
pub(crate) fn real() -> PathBuf {
    target().join("real")
}

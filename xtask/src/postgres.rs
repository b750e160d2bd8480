//! Finds PostgreSQL, whose programs Debian keeps out of the path.

use std::env;
use std::fs;
use std::path::PathBuf;

/// The name in a list of programs.
pub(crate) const NAME: &str = "postgres";

/// Whether the server is installed.
pub(crate) fn is_there() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    let own = env::var_os("EVENTGEN_POSTGRES").map(PathBuf::from);
    let mut folders = own.into_iter().chain(env::split_paths(&path)).chain(versions);
    folders.any(|folder| folder.join("initdb").is_file() && folder.join(NAME).is_file())
}

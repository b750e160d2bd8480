//! Finds Chromium, which has several names.

use std::env;
use std::path::PathBuf;

/// The name in a list of programs.
pub(crate) const NAME: &str = "chromium";

/// What the program is called: in Debian, in Ubuntu, and that of Google.
const PROGRAMS: [&str; 4] = [NAME, "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The path of the program.
pub(crate) fn path() -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&folders).collect();
    let paths = PROGRAMS.iter().flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
    paths.into_iter().find(|path| path.is_file())
}

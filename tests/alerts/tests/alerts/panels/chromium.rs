//! Pictures of pages, if Chromium is installed.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::process::Process;

/// What the program is called: in Debian, in Ubuntu, and that of Google.
const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// How long a picture may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The picture of a page beside it. None without Chromium.
pub(super) fn picture(page: &Path, width: u32, height: u32) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let program = PROGRAMS
        .into_iter()
        .find(|program| env::split_paths(&path).any(|folder| folder.join(program).is_file()))?;
    let picture = page.with_extension("png");
    let mut command = Command::new(program);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"])
        .arg("--disable-background-networking")
        .arg(format!("--user-data-dir={}", page.with_extension("profile").display()))
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", picture.display()))
        .arg(format!("file://{}", page.display()));
    let mut process = Process::start(&mut command, &page.with_extension("log"));
    let begun = Instant::now();
    while !process.has_ended() {
        assert!(
            begun.elapsed() < PATIENCE,
            "Chromium does not end: see {}",
            page.with_extension("log").display()
        );
        sleep(Duration::from_millis(50));
    }
    assert!(picture.is_file(), "Chromium wrote no picture: see {}", page.with_extension("log").display());
    Some(picture)
}

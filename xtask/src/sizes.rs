//! The suite `sizes`: no file is too long to be read in one sitting.

use std::fs;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// The maximum number of lines of a file.
const MOST: usize = 400;

/// The maximum width of a line, which is rustfmt's `max_width`. A wider line counts as the lines that it would fill: rustfmt
/// does not break strings and comments.
const WIDTH: usize = 110;

/// Generated code, copies of files of others, and texts that cannot be shortened.
const EXEMPT: [&str; 6] =
    ["goldens/", "grafana/dashboards/", "conformance/features/", "vendored/", "LICENSE", "Cargo.lock"];

/// Fails with the files that are too long.
pub(crate) fn check() -> Result<(), Failure> {
    let listed = Command::new("git")
        .args(["ls-files", "-co", "--exclude-standard"])
        .current_dir(repository())
        .output();
    let listed = String::from_utf8_lossy(&listed.context("git ls-files")?.stdout).into_owned();
    let counted = listed
        .lines()
        .filter(|path| !EXEMPT.iter().any(|exempt| path.contains(exempt)))
        .filter_map(|path| Some((path, lines(&fs::read_to_string(repository().join(path)).ok()?))));
    let long: Vec<String> = counted
        .filter(|(_, lines)| *lines > MOST)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    if long.is_empty() {
        Ok(())
    } else {
        Err(format!("longer than {MOST} lines of {WIDTH} columns:\n{}", long.join("\n")).into())
    }
}

/// The lines of a text at [`WIDTH`].
fn lines(text: &str) -> usize {
    text.lines().map(|line| line.chars().count().div_ceil(WIDTH).max(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_lines_count_as_the_lines_they_would_fill() {
        let line = |width: usize| "é".repeat(width);
        assert_eq!(lines(&format!("{}\n\n{}\n", line(110), line(1))), 3);
        assert_eq!(lines(&format!("{}\n{}\n", line(111), line(331))), 2 + 4);
    }
}

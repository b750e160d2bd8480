//! Code on a page is code of a file that the suite compiles, loads or runs.

use std::fs;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// Where code on pages may come from, for `git ls-files`.
const PLACES: [&str; 4] = ["examples", "schemas", "tests/conformance/goldens", "tests/conformance/features"];

/// The diagnostics that tests expect.
const DIAGNOSTICS: &str = "crates/eventgen-schema/tests/diagnostics";

/// The mark for lines that a page leaves out.
const GAP: &str = "…";

/// The lines of all files that pages may show, without indentation and empty lines.
pub(super) struct Sources(Vec<Vec<String>>);

impl Sources {
    pub(super) fn read() -> Result<Self, Failure> {
        Ok(Self(texts(&PLACES)?.iter().map(|text| lines(text)).collect()))
    }

    /// Fails unless one file contains the lines in this order, with gaps only where the page marks them.
    pub(super) fn check(&self, shown: &str) -> Result<(), Failure> {
        let shown = lines(shown);
        let fragments: Vec<&[String]> =
            shown.split(|line| line == GAP).filter(|fragment| !fragment.is_empty()).collect();
        if fragments.is_empty() || self.0.iter().any(|file| contains(file, &fragments)) {
            return Ok(());
        }
        let unknown =
            shown.iter().find(|line| *line != GAP && !self.0.iter().any(|file| file.contains(line)));
        Err(match unknown {
            Some(line) => format!("code that is not in the repository: {line}"),
            None => "no file of the repository contains these lines together and in this order".to_owned(),
        }
        .into())
    }
}

/// The text files under these folders.
fn texts(folders: &[&str]) -> Result<Vec<String>, Failure> {
    let listed = Command::new("git")
        .args(["ls-files", "-co", "--exclude-standard", "--"])
        .args(folders)
        .current_dir(repository())
        .output()
        .context("git ls-files")?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    Ok(listed.lines().filter_map(|path| fs::read_to_string(repository().join(path)).ok()).collect())
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Whether a file has these fragments one after another.
fn contains(file: &[String], fragments: &[&[String]]) -> bool {
    let mut rest = file;
    fragments.iter().all(|fragment| {
        let found = rest.windows(fragment.len()).position(|window| window == *fragment);
        found.is_some_and(|at| {
            rest = &rest[at + fragment.len()..];
            true
        })
    })
}

/// Fails unless a test expects this diagnostic, in some file at some line.
pub(super) fn check_diagnostic(shown: &str) -> Result<(), Failure> {
    let unlocated = |text: &str| -> Vec<String> {
        let line = |line: &String| {
            if line.starts_with("--> ") {
                return "-->".to_owned();
            }
            line.trim_start_matches(|char: char| char.is_ascii_digit()).trim().to_owned()
        };
        lines(text).iter().map(line).collect()
    };
    let shown = unlocated(shown);
    let expected = texts(&[DIAGNOSTICS])?;
    if expected.iter().any(|text| contains(&unlocated(text), &[&shown])) {
        Ok(())
    } else {
        Err("a diagnostic that no test expects".into())
    }
}

/// Fails unless each dependency is a package of this repository, in its version.
pub(super) fn check_dependencies(shown: &str) -> Result<(), Failure> {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).context("Cargo.toml")?;
    for line in shown.lines().filter(|line| line.contains('=')) {
        let (name, rest) = line.split_once('=').unwrap_or((line, ""));
        let (name, version) = (name.trim(), rest.split('"').nth(1).unwrap_or_default());
        let own = manifest.lines().find(|line| line.starts_with(&format!("{name} = ")));
        let own = own.ok_or_else(|| format!("`{name}` is not a dependency of the workspace"))?;
        // The packages of the workspace require each other in exactly their version.
        let is_own = ["version = \"", "version = \"=", "= \""]
            .iter()
            .any(|before| own.contains(&format!("{before}{version}")));
        if !is_own {
            return Err(format!("`{name}` has another version: {own}").into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_in_one_file_and_in_order() {
        let sources = Sources(vec![lines("a\n\n  b\nc\nd"), lines("e\nf")]);
        for shown in ["a\nb", "  b\n\nc", "a\n…\nd", "…\ne\n…"] {
            assert!(sources.check(shown).is_ok(), "{shown}");
        }
        for (shown, why) in
            [("a\nc", "together"), ("d\n…\na", "together"), ("a\n…\nf", "together"), ("x", "x")]
        {
            assert!(sources.check(shown).expect_err(shown).to_string().contains(why), "{shown}");
        }
    }
}

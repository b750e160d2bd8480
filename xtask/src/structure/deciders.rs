//! The files of the crates that decide by the schema language, compared with those that may.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::allowed::Decider;
use super::languages;
use crate::error::{Context as _, Failure};

/// What is wrong: decisions that are not allowed, and entries that allow more than there is.
pub(super) fn violations(repository: &Path, allowed: &[Decider]) -> Result<Vec<String>, Failure> {
    let mut found = BTreeMap::new();
    for package in entries(&repository.join("crates"))? {
        let source = package.join("src");
        if source.is_dir() {
            collect(&source, repository, &mut found)?;
        }
    }
    let mut violations = Vec::new();
    for Decider { file, lines: expected, reason } in allowed {
        let lines = found.remove(*file).unwrap_or_default();
        if lines.len() < *expected {
            let count = lines.len();
            violations.push(format!(
                "{file} ({reason}) decides by the schema language on {count} lines: correct allowed.rs"
            ));
        } else if lines.len() > *expected {
            violations.push(violation(file, &lines));
        }
    }
    violations.extend(found.iter().map(|(file, lines)| violation(file, lines)));
    Ok(violations)
}

fn violation(file: &str, lines: &[usize]) -> String {
    let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
    format!(
        "{file} decides by the schema language on {} line(s), {}: move it to the folder of the language",
        lines.len(),
        lines.join(", ")
    )
}

/// The lines of decisions by file, for a folder and those below it.
fn collect(
    folder: &Path,
    repository: &Path,
    found: &mut BTreeMap<String, Vec<usize>>,
) -> Result<(), Failure> {
    for path in entries(folder)? {
        let name = path.strip_prefix(repository).unwrap_or(&path);
        if path.is_dir() {
            collect(&path, repository, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !languages::is_of_a_language(name)
        {
            let text = fs::read_to_string(&path).context(path.display())?;
            let lines = languages::decisions(&syn::parse_file(&text).context(path.display())?);
            if !lines.is_empty() {
                found.insert(name.to_string_lossy().replace('\\', "/"), lines);
            }
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).context(folder.display())? {
        paths.push(entry.context(folder.display())?.path());
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::planted;

    const CODE: &str = "
fn f(format: Format) {
    match format {
        Format::Avro { .. } => {}
        Format::Protobuf(_) if true => {}
        _ => {}
    }
    if format == Format::Avro || matches!(format, Format::Avro) {}
    assert!(format.name() != \"PROTOBUF\");
    let Some(\"avsc\") = extension else { return };
    let made = Format::Avro;
    register(\"AVRO\", Format::Protobuf);
}

#[cfg(test)]
mod tests {
    fn f(format: Format) -> bool {
        format == Format::Avro
    }
}
";

    fn check(path: &str, allowed: &[Decider]) -> Vec<String> {
        violations(planted::files(&[(path, CODE)]).path(), allowed).expect("the files parse")
    }

    #[test]
    fn patterns_and_comparisons_are_decisions() {
        let expected = "crates/a/src/b/c.rs decides by the schema language on 5 line(s), 4, 5, 8, 9, 10: \
            move it to the folder of the language";
        assert_eq!(check("crates/a/src/b/c.rs", &[]), [expected]);
    }

    #[test]
    fn files_of_a_language_decide() {
        for path in ["crates/a/src/avro/c.rs", "crates/a/src/protobuf.rs", "crates/eventgen-avro/src/c.rs"] {
            assert_eq!(check(path, &[]), [""; 0], "{path}");
        }
        assert_eq!(check("crates/a/src/without_protobuf.rs", &[]).len(), 1);
    }

    #[test]
    fn an_allowed_file_has_as_many_decisions_as_it_may() {
        let allowed = |lines| Decider { file: "crates/a/src/c.rs", lines, reason: "a test" };
        assert_eq!(check("crates/a/src/c.rs", &[allowed(5)]), [""; 0]);
        assert!(check("crates/a/src/c.rs", &[allowed(4)])[0].contains("on 5 line(s)"));
        assert!(
            check("crates/a/src/c.rs", &[allowed(6)])[0]
                .contains("(a test) decides by the schema language on 5 lines: correct allowed.rs")
        );
        assert_eq!(check("crates/a/src/d.rs", &[allowed(5)]).len(), 2);
    }
}

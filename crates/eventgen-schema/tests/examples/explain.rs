//! Every code has a page: its wrong example is in the example that fails, and with the right one in its place it passes.

use std::fs;
use std::path::Path;

use eventgen_schema::code::{ALL, Code, UNKNOWN_PROPERTY};
use eventgen_schema::{Severity, lint::Level};

use crate::support::{FOLDER, copy, diagnose, files};

#[test]
fn every_page_has_its_parts() {
    for code in ALL {
        let page = code.page();
        assert_eq!(page.lines().next(), Some(&*format!("# {}: {}", code.id, code.title)));
        let parts: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let mut expected = vec!["Why it matters", "Wrong", "Right"];
        expected.extend(code.lint.map(|_| "Level"));
        assert_eq!(parts[..expected.len()], expected, "{}", code.id);
        let what =
            page.split("\n## ").next().and_then(|part| part.split_once("\n\n")).expect("a first part").1;
        assert!(what.trim().len() > 40, "{} does not say what it is", code.id);
        if let Some(lint) = code.lint {
            let default = match lint.default {
                Level::Allow => "Default level: `allow`.",
                Level::Warn => "Default level: `warn`.",
                Level::Deny => "Default level: `deny`.",
            };
            let level = page.split("\n## Level\n").nth(1).expect("a level");
            assert!(level.contains(default), "{} has another level: {level}", code.id);
            assert!(level.contains(&format!("[lint]\n{} = ", lint.name)), "{}", code.id);
            let listed = format!("- `{}`: {} ({})", lint.name, code.title, code.id);
            assert!(
                UNKNOWN_PROPERTY.page().contains(&listed),
                "{} does not list {listed}",
                UNKNOWN_PROPERTY.id
            );
        }
    }
}

#[test]
fn what_is_right_passes_in_the_place_of_what_is_wrong() {
    let mut tried = 0;
    for code in ALL {
        let (wrong, right) = (fence(*code, "Wrong"), fence(*code, "Right"));
        assert_eq!(wrong.language, right.language, "{}", code.id);
        // Commands and sizes are no fragments of a file.
        if !matches!(wrong.language.as_str(), "json" | "toml" | "protobuf") {
            continue;
        }
        tried += 1;
        let folder = copy(&Path::new(FOLDER).join(code.id), "right");
        let mended = files(&folder).into_iter().filter(|path| mend(path, &wrong.lines, &right.lines)).count();
        assert_eq!(mended, 1, "the wrong example of {} is in one file of its folder", code.id);
        let told = diagnose(&folder);
        assert!(told.iter().all(|diagnostic| diagnostic.severity != Severity::Error), "{}:\n{told}", code.id);
        assert!(told.iter().all(|diagnostic| diagnostic.code != *code), "{}:\n{told}", code.id);
    }
    assert!(tried > 30, "only {tried} pages have examples that can be tried");
}

struct Fence {
    language: String,
    lines: Vec<String>,
}

/// The first fenced block under a heading.
fn fence(code: Code, heading: &str) -> Fence {
    let part = code.page().split(&format!("\n## {heading}\n")).nth(1).expect("the part");
    let mut lines = part.lines().skip_while(|line| !line.starts_with("```"));
    let language = lines.next().expect("a fenced block")[3..].to_owned();
    Fence {
        language,
        lines: lines.take_while(|line| *line != "```").map(|line| line.trim().to_owned()).collect(),
    }
}

/// Puts the right lines into the place of the wrong ones, if the file has them.
fn mend(path: &Path, wrong: &[String], right: &[String]) -> bool {
    let Ok(text) = fs::read_to_string(path) else { return false };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let Some(at) = lines.windows(wrong.len()).position(|window| window == wrong) else { return false };
    let mended =
        [&lines[..at], &right.iter().map(String::as_str).collect::<Vec<_>>(), &lines[at + wrong.len()..]];
    fs::write(path, mended.concat().join("\n")).expect("the mended file");
    true
}

//! The commands that the page for whoever is on call tells them to run exist.

use std::fs;
use std::path::Path;

use crate::support::Project;

#[test]
fn commands_of_the_page_are_accepted() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating.md");
    let page = fs::read_to_string(page).expect("the page");
    let commands: Vec<&str> = page.lines().filter(|line| line.starts_with("eventgen ")).collect();
    assert!(!commands.is_empty());
    for command in commands {
        let command = command.split(" #").next().unwrap_or_default();
        // Options before `--help` are checked before it is obeyed.
        let words = command.split_whitespace().skip(1).chain(["--help"]);
        let words: Vec<&str> = words.collect();
        Project::with_an_event().run(&words).fails(0, &[]);
    }
    Project::with_an_event().run(&["lag", "--no-such-option", "--help"]).fails(2, &["--no-such-option"]);
}

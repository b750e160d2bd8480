//! What all commands have in common: `--quiet`, `--output`, exit codes.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::{ORDER_PLACED, Project, commands, words};

/// Commands that need a cluster, a registry or a database. Tests on these check their JSON.
const NOT_OFFLINE: [&str; 14] = [
    "dlq discard",
    "dlq list",
    "dlq redrive",
    "dlq show",
    "import",
    "lag",
    "outbox discard",
    "outbox list",
    "outbox relay",
    "outbox retry",
    "register",
    "tail",
    "topics apply",
    "topics plan",
];

/// Commands that show something: it is what they are asked for, also with `--quiet`.
const SHOWING: [&str; 3] = ["completions bash", "explain EG0107", "show"];

/// Commands that run without a network, as they are called.
const OFFLINE: [&str; 19] = [
    "check",
    "compat schemas schemas",
    "completions bash",
    "diff --against schemas",
    "docs",
    "explain EG0107",
    "generate",
    "generate asyncapi",
    "generate ci",
    "generate editor",
    "generate grafana",
    "generate json",
    "generate prometheus",
    "generate shell",
    "generate sql",
    "generate strimzi",
    "generate terraform",
    "man",
    "show",
];

#[test]
fn every_command_takes_quiet_and_output() {
    let project = Project::new();
    let commands = commands();
    assert!(commands.len() > 20, "{commands:?}");
    for command in &commands {
        let help = project.run(&[&words(command)[..], &["--help"]].concat()).stdout;
        for option in ["--quiet", "--output <FORMAT>"] {
            assert!(help.contains(option), "`{option}` is not in the help of `{command}`:\n{help}");
        }
    }
}

#[test]
fn every_command_is_tried_here_or_on_servers() {
    let called = |command: &str| OFFLINE.iter().any(|call| call.starts_with(command));
    // They have folders, files and input of their own.
    let apart = ["new", "send"];
    let missing: BTreeSet<String> = commands()
        .into_iter()
        .filter(|command| {
            let command = command.as_str();
            !called(command) && !NOT_OFFLINE.contains(&command) && !apart.contains(&command)
        })
        .collect();
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn json_is_one_document_and_quiet_commands_print_nothing_else() {
    for call in OFFLINE {
        let project = Project::with_an_event();
        let ran = project.run(&[&words(call)[..], &["--output", "json", "-q"]].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{call}: {ran:?}");
        let document: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(document["version"], 1, "{call}");
        let project = Project::with_an_event();
        let ran = project.run(&[&words(call)[..], &["--quiet"]].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{call}: {ran:?}");
        assert_eq!(ran.stdout.is_empty(), !SHOWING.contains(&call), "{call}: {ran:?}");
    }
}

#[test]
fn json_of_commands_that_write_has_each_file_and_what_became_of_it() {
    let project = Project::with_an_event();
    let states = |arguments: &[&str]| -> Vec<(String, String)> {
        let ran = project.run(&[arguments, &["--output", "json"]].concat());
        let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let files = document["files"].as_array().expect("files").iter();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        files.map(|file| (text(&file["path"]), text(&file["state"]))).collect()
    };
    let generated = |state: &str| vec![("src/generated/eventgen.rs".to_owned(), state.to_owned())];
    assert_eq!(states(&["generate", "--check"]), generated("missing"));
    assert_eq!(states(&["generate"]), generated("written"));
    assert_eq!(states(&["generate"]), generated("unchanged"));
    project.write("src/generated/eventgen.rs", "");
    assert_eq!(states(&["generate", "--check"]), generated("stale"));
    let created = states(&["new", "shop"]);
    assert!(created.contains(&("shop/Cargo.toml".to_owned(), "written".to_owned())), "{created:?}");
}

#[test]
fn a_stream_is_a_line_of_json_for_each_record() {
    let project = Project::with_an_event();
    let line = r#"{"orderId": "1", "customerId": "ada"}"#;
    project.write("events.jsonl", &format!("{line}\n{line}\n"));
    let send = ["send", "orders.placed.v1", "events.jsonl", "--dry-run"];
    let ran = project.run(&[&send[..], &["--output", "json", "-q"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let lines: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["key"], "ada");
    project.run(&[&send[..], &["-q"]].concat()).ends(0, "", "");
}

#[test]
fn quiet_commands_print_errors_and_no_warnings() {
    let project = Project::with_an_event();
    project.replace(
        "schemas/order_placed.avsc",
        "\"partitions\": 12",
        "\"config\": {\"retentoin.ms\": \"1d\"}",
    );
    let warned = project.run(&["check"]);
    assert!(warned.stderr.contains("warning[EG0308]"), "{warned:?}");
    project.run(&["check", "-q"]).ends(0, "", "");
    project.write(
        "schemas/wrong.avsc",
        &ORDER_PLACED.replace("OrderPlaced", "Wrong").replace("partitions", "partitons"),
    );
    let ran = project.run(&["check", "-q"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran:?}");
    assert!(ran.stderr.contains("error[EG0107]") && !ran.stderr.contains("EG0308"), "{ran:?}");
    // An error of the input is one, too.
    let project = Project::with_an_event();
    project.write("events.jsonl", "{}\n");
    project
        .run(&["send", "orders.placed.v1", "events.jsonl", "--dry-run", "-q"])
        .fails(1, &["error: line 1: ", "nothing was sent"]);
}

#[test]
fn a_change_that_is_forbidden_is_an_error_for_quiet_commands() {
    let project = Project::with_an_event();
    project.write("old/order_placed.avsc", ORDER_PLACED);
    project.replace(
        "schemas/order_placed.avsc",
        "\"orderId\", \"type\": \"string\"",
        "\"orderId\", \"type\": \"long\"",
    );
    let ran = project.run(&["diff", "--against", "old", "-q"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{ran:?}");
    assert!(ran.stderr.contains("error[EG06"), "{ran:?}");
}

#[test]
fn the_exit_codes_are_one_table() {
    let help = Project::new().run(&["--help"]).stdout;
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(page).expect("the page");
    let (_, codes) = help.split_once("Exit codes:\n").expect("exit codes");
    let codes: Vec<&str> = codes.trim_end().lines().collect();
    assert_eq!(codes.len(), 7, "{help}");
    for code in codes {
        let (number, meaning) = code.trim().split_once("  ").expect("a meaning");
        let row = format!("| {number} | {meaning} |");
        assert!(readme.contains(&row), "`{row}` is not in the README");
    }
}

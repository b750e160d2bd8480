//! `eventgen generate`: written when it changes, and only then.

use std::fs;

use crate::support::Project;

const FILE: &str = "src/generated/eventgen.rs";

#[test]
fn code_is_written_once_and_then_unchanged() {
    let project = Project::with_an_event();
    project.run(&["generate"]).ends(
        0,
        "src/generated/eventgen.rs: written\n",
        "src/generated/eventgen.rs is new: 1 event on 1 topic\n",
    );
    let code = project.read(FILE);
    assert!(code.contains("pub struct OrderPlaced"), "{code}");
    let written = fs::metadata(project.path().join(FILE)).and_then(|file| file.modified()).expect("a time");
    project.run(&["generate"]).ends(
        0,
        "src/generated/eventgen.rs: unchanged\n",
        "src/generated/eventgen.rs is up to date: 1 event on 1 topic\n",
    );
    let now = fs::metadata(project.path().join(FILE)).and_then(|file| file.modified()).expect("a time");
    assert_eq!(now, written);
    project.run(&["generate", "--check"]).fails(0, &["is up to date"]);
}

#[test]
fn a_check_reports_stale_and_missing_files_and_writes_nothing() {
    let project = Project::with_an_event();
    let run = "run `eventgen generate` and commit the result\n";
    project.run(&["generate", "--check"]).ends(
        3,
        "src/generated/eventgen.rs: missing\n",
        &format!("src/generated/eventgen.rs does not exist: {run}"),
    );
    assert!(!project.path().join(FILE).exists());
    project.run(&["generate"]).fails(0, &["is new"]);
    let code = project.read(FILE);
    project.replace("schemas/order_placed.avsc", "\"orderId\"", "\"orderNumber\"");
    project.run(&["generate", "--check"]).ends(
        3,
        "src/generated/eventgen.rs: stale\n",
        &format!("src/generated/eventgen.rs is out of date: {run}"),
    );
    assert_eq!(project.read(FILE), code);
    project.run(&["generate"]).fails(0, &["is changed"]);
    assert!(project.read(FILE).contains("order_number"));
}

#[test]
fn a_contract_with_errors_generates_nothing() {
    let project = Project::with_an_event();
    project.replace("schemas/order_placed.avsc", "\"key\": \"customerId\"", "\"key\": \"customer\"");
    project.run(&["generate"]).fails(1, &["error[EG0110]", "its fields are orderId, customerId"]);
    assert!(!project.path().join(FILE).exists());
}

#[test]
fn a_path_that_cannot_be_written_is_named() {
    let project = Project::with_an_event();
    project.write("taken", "a file");
    project.run(&["generate", "--out", "taken/here"]).fails(1, &["error: taken/here"]);
}

#[test]
fn an_unknown_artefact_is_answered_with_those_that_exist() {
    let project = Project::with_an_event();
    project.run(&["generate", "topics"]).ends(
        2,
        "",
        "error: there is no artefact `topics`, and no file or folder of this name: `eventgen generate` writes Rust, \
         `eventgen generate ARTEFACT` another one: prometheus, grafana, json, asyncapi, \
         strimzi, terraform, shell, ci, sql, editor\n",
    );
    // What looks like a path is one.
    project.run(&["generate", "./topics"]).fails(1, &["error[EG0001]"]);
    project.run(&["generate", "topics.avsc"]).fails(1, &["error[EG0001]"]);
    project.run(&["generate", "schemas"]).fails(0, &["is new"]);
}

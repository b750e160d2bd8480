//! `eventgen explain`: the page of a code, the list of all codes, and a suggestion for an unknown one.

use eventgen_schema::code::{ALL, UNKNOWN_PROPERTY};

use crate::support::Project;

#[test]
fn every_code_has_its_page() {
    let project = Project::new();
    for code in ALL {
        project.run(&["explain", code.id]).ends(0, code.page(), "");
    }
    for written in ["eg0107", "0107", "107"] {
        project.run(&["explain", written]).ends(0, UNKNOWN_PROPERTY.page(), "");
    }
    let ran = project.run(&["explain", "unknown-config"]);
    assert!(ran.stdout.starts_with("# EG0308: "), "{ran:?}");
}

#[test]
fn without_a_code_all_codes_are_listed() {
    let ran = Project::new().run(&["explain"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, ALL.len()));
    assert!(ran.stdout.contains("EG0107  a property is unknown\n"), "{}", ran.stdout);
    let lint = "EG0308  Kafka has no topic configuration of this name (unknown-config = \"warn\")\n";
    assert!(ran.stdout.contains(lint), "{}", ran.stdout);
}

#[test]
fn an_unknown_code_is_an_error_of_usage() {
    let project = Project::new();
    project.run(&["explain", "EG01077"]).ends(
        2,
        "",
        "error: unknown code `EG01077`: did you mean `EG0107`?\n",
    );
    let all = "error: unknown code `kafka`: `eventgen explain` lists all codes\n";
    project.run(&["explain", "kafka"]).ends(2, "", all);
    // What is of the form of a code is not a misspelt one.
    let all = "error: unknown code `EG0499`: `eventgen explain` lists all codes\n";
    project.run(&["explain", "EG0499"]).ends(2, "", all);
}

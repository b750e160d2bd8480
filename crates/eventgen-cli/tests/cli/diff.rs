//! `eventgen diff`: a contract against a commit or a folder.

use std::process::Command;

use serde_json::Value;

use crate::support::Project;

/// Runs git in a project.
pub(crate) fn git(project: &Project, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(project.path()).args(["-c", "user.name=Test", "-c", "user.email=test@example.com"]);
    let output = command.args(arguments).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository whose branch `main` has the event.
pub(crate) fn committed() -> Project {
    let project = Project::with_an_event();
    git(&project, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&project);
    project
}

pub(crate) fn commit(project: &Project) {
    git(project, &["add", "--all"]);
    git(project, &["commit", "--quiet", "--message", "a version"]);
}

pub(crate) const DIFF: [&str; 3] = ["diff", "--against", "git:main"];
pub(crate) const FIELD: &str = "{ \"name\": \"customerId\", \"type\": \"string\" }";

#[test]
fn nothing_changed() {
    committed().run(&DIFF).ends(0, "", "1 schema compared: no incompatible change\n");
}

#[test]
fn a_break_is_shown_in_both_versions_with_whom_it_breaks_and_what_to_do() {
    let project = committed();
    let with = format!("{FIELD},\n    {{ \"name\": \"note\", \"type\": \"string\" }}");
    project.replace("schemas/order_placed.avsc", FIELD, &with);
    let expected = "\
error[EG0601]: READER_FIELD_MISSING_DEFAULT_VALUE in `com.example.orders.OrderPlaced`: the writer has no field `note` and the reader no default for it
  --> schemas/order_placed.avsc:13:15
   |
13 |     { \"name\": \"note\", \"type\": \"string\" }
   |               ^^^^^^ breaks new readers of records that are already written, and replays
   |
  ::: main:schemas/order_placed.avsc:3:11
   |
 3 |   \"name\": \"OrderPlaced\",
   |           ------------- the old version
   |
   = help: give the field a `default`, or the old name in `aliases` if it is renamed; a field that is to go needs a `default` in a version before (forbidden by the rules `registry`)

1 error in 2 of 4 files
1 schema compared: 1 change forbidden
";
    project.run(&DIFF).ends(4, "", expected);
    // From a folder below the root, by a path.
    let ran = project.run_in("schemas", &["diff", "order_placed.avsc", "--against", "git:main"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let with_default = with.replace("\"string\" }", "\"string\", \"default\": \"\" }");
    project.replace("schemas/order_placed.avsc", &with, &with_default.replacen(", \"default\": \"\"", "", 1));
    project.run(&DIFF).ends(0, "", "1 schema compared: no incompatible change\n");
}

#[test]
fn changes_of_the_contract_are_forbidden_unless_they_are_allowed() {
    let project = committed();
    project.replace("schemas/order_placed.avsc", "\"partitions\": 12", "\"partitions\": 24");
    project
        .run(&DIFF)
        .fails(4, &["EG0402", "schemas/order_placed.avsc:8:5", "main:schemas/order_placed.avsc:8:5"]);
    project.run(&[&DIFF[..], &["--allow", "partition-increase"]].concat()).fails(0, &[]);
    project.run(&[&DIFF[..], &["--allow", "EG0402"]].concat()).fails(0, &[]);
    project
        .run(&[&DIFF[..], &["--allow", "partitions"]].concat())
        .fails(2, &["there is no lint `partitions`"]);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n[lint]\npartition-increase = \"warn\"\n");
    project.run(&DIFF).fails(0, &["warning[EG0402]", "no incompatible change, warnings only"]);
}

#[test]
fn a_strict_comparison_forbids_more() {
    let project = committed();
    let renamed = "{ \"name\": \"customer\", \"aliases\": [\"customerId\"], \"type\": \"string\" }";
    project.replace("schemas/order_placed.avsc", FIELD, renamed);
    project.replace("schemas/order_placed.avsc", "\"key\": \"customerId\"", "\"key\": \"customer\"");
    let allowed = [&DIFF[..], &["--allow", "key-changed"]].concat();
    project.run(&allowed).fails(0, &[]);
    project.run(&[&allowed[..], &["--mode", "wire"]].concat()).fails(0, &[]);
    let said = ["EG0603", "FIELD_RENAMED", "(forbidden by the rules `wire-json`)"];
    project.run(&[&allowed[..], &["--mode", "wire-json"]].concat()).fails(4, &said);
    project.run(&[&allowed[..], &["--mode", "strict"]].concat()).fails(4, &said);
}

#[test]
fn a_break_in_an_import_is_found_in_its_file() {
    let project = Project::new();
    project.write("eventgen.toml", "schemas = [\"proto\"]\n");
    project.write(
        "proto/shop/money.proto",
        "syntax = \"proto3\";\npackage shop;\nmessage Money {\n  int64 units = 1;\n}\n",
    );
    let order = "syntax = \"proto3\";\npackage shop;\nimport \"eventgen/kafka.proto\";\nimport \"shop/money.proto\";\n\
        message Order {\n  option (eventgen.kafka) = { topic: \"orders.v1\" key: \"id\" };\n  string id = 1;\n  Money total = 2;\n}\n";
    project.write("proto/shop/order.proto", order);
    git(&project, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&project);
    project.replace("proto/shop/money.proto", "int64 units", "double units");
    project.run(&DIFF).fails(
        4,
        &[
            "FIELD_SCALAR_KIND_CHANGED in `shop.Order`",
            "proto/shop/money.proto:4:10",
            "main:proto/shop/money.proto:4:9",
        ],
    );
}

#[test]
fn a_lowered_level_does_not_hide_the_break_that_comes_with_it() {
    let project = committed();
    let with = format!("{FIELD},\n    {{ \"name\": \"note\", \"type\": \"string\" }}");
    project.replace("schemas/order_placed.avsc", FIELD, &with);
    project.replace(
        "schemas/order_placed.avsc",
        "\"partitions\"",
        "\"compatibility\": \"NONE\",\n    \"partitions\"",
    );
    project.run(&DIFF).fails(4, &["EG0601"]);
}

#[test]
fn events_of_one_file_are_compared_by_their_own_levels() {
    let project = Project::new();
    let message = |name: &str, level: &str| {
        format!(
            "message {name} {{\n  option (eventgen.kafka) = {{ topic: \"{name}.v1\" ordering: \"none\" compatibility: \"{level}\" }};\n  string id = 1;\n}}\n"
        )
    };
    let file = |more: &str| {
        let (a, b) = (message("a", "BACKWARD"), message("b", "FULL"));
        format!("syntax = \"proto2\";\nimport \"eventgen/kafka.proto\";\n{a}{b}message C {{\n{more}}}\n")
            .replace("string id", "optional string id")
    };
    project.write("old/events.proto", &file("  required int32 x = 1;\n"));
    project.write("new/events.proto", &file(""));
    project.run(&["diff", "new", "--against", "old"]).fails(4, &["EG0602", "REQUIRED_FIELD"]);
}

#[test]
fn reports_have_the_facts() {
    let project = committed();
    project.replace("schemas/order_placed.avsc", FIELD, "{ \"name\": \"customerId\", \"type\": \"long\" }");
    let run = |format: &str| {
        let ran = project.run(&[&DIFF[..], &["--output", format]].concat());
        assert_eq!(ran.code, 4, "{ran:?}");
        ran.stdout
    };
    let json: Value = serde_json::from_str(&run("json")).expect("JSON");
    let found = &json["diagnostics"][0];
    assert_eq!(found["code"], "EG0601");
    assert_eq!(found["facts"]["rule"], "TYPE_MISMATCH");
    assert_eq!(found["facts"]["path"], "customerId");
    assert_eq!(found["facts"]["rules"], "registry");
    assert_eq!(found["facts"]["breaks"], "new readers of records that are already written, and replays");
    let files: Vec<&Value> =
        found["labels"].as_array().expect("labels").iter().map(|label| &label["file"]).collect();
    assert_eq!(files, ["schemas/order_placed.avsc", "main:schemas/order_placed.avsc"]);
    let sarif: Value = serde_json::from_str(&run("sarif")).expect("SARIF");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["properties"]["rule"], "TYPE_MISMATCH");
    let related = &result["relatedLocations"][0]["physicalLocation"];
    assert_eq!(related["artifactLocation"]["uri"], "main%3Aschemas/order_placed.avsc");
    let junit = run("junit");
    assert!(junit.contains("<testsuite name=\"eventgen diff\""), "{junit}");
    assert!(junit.contains("<failure type=\"EG0601\""), "{junit}");
    let github = run("github");
    assert!(github.starts_with("::error file=schemas/order_placed.avsc,line=12,"), "{github}");
}

#[test]
fn what_git_cannot_say_is_an_error_that_helps() {
    let project = committed();
    let against = |reference: &str| project.run(&["diff", "--against", &format!("git:{reference}")]);
    against("mian").fails(
        1,
        &["git does not know `mian`: correct the name, or fetch it, such as with `git fetch origin mian`"],
    );
    against("--all").fails(1, &["git does not know `--all`: correct the name\n"]);
    against("main~5").fails(1, &["git does not know `main~5`: correct the name\n"]);
    for other in ["main..HEAD", "main...HEAD", "HEAD^{tree}", "HEAD:schemas"] {
        against(other).fails(1, &[&format!("`{other}` is not a commit: name one")]);
    }
    let empty = Project::with_an_event();
    git(&empty, &["init", "--quiet"]);
    empty.run(&["diff", "--against", "git:HEAD"]).fails(1, &["the repository has no commit yet"]);
    let outside = Project::with_an_event();
    let path = outside.path().join("schemas").display().to_string();
    let root = project.path().file_name().expect("a name").to_string_lossy().into_owned();
    project.run(&["diff", &path, "--against", "git:main"]).fails(1, &["is outside of the repository", &root]);
    outside.run(&DIFF).fails(1, &["is not in a git repository"]);
    let mut command = project.command(&DIFF);
    let ran = command.env("PATH", "").output().expect("the command runs");
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("git is not installed"), "{ran:?}");
    commit_again(&project);
    let clone = Project::new();
    let address = format!("file://{}", project.path().display());
    git(&clone, &["clone", "--quiet", "--depth", "1", &address, "."]);
    clone.run(&["diff", "--against", "git:HEAD~1"]).fails(1, &["this clone is shallow", "fetch-depth: 0"]);
}

fn commit_again(project: &Project) {
    project.write("README.md", "again");
    commit(project);
}

#[test]
fn a_commit_without_schemas_breaks_nothing_and_a_broken_one_is_said() {
    let project = Project::new();
    project.write("README.md", "nothing yet");
    git(&project, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&project);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
    project.write("schemas/order_placed.avsc", crate::support::ORDER_PLACED);
    let said = "0 schemas compared: no verdict; 1 event was not compared: `main` has no schemas there, and lacks \
        `com.example.orders.OrderPlaced`\n";
    project.run(&DIFF).ends(0, "", said);
    project.run(&[&DIFF[..], &["-q"]].concat()).ends(0, "", said);
    project.replace("schemas/order_placed.avsc", "\"record\"", "\"recrod\"");
    commit(&project);
    project.replace("schemas/order_placed.avsc", "\"recrod\"", "\"record\"");
    project.run(&DIFF).fails(1, &["main:schemas/order_placed.avsc", "the old version has errors"]);
    for (format, expected) in
        [("json", "\"code\": \"EG"), ("sarif", "\"ruleId\": \"EG"), ("junit", "<failure type=\"EG")]
    {
        let ran = project.run(&[&DIFF[..], &["--output", format]].concat());
        assert!(ran.code == 1 && ran.stdout.contains(expected), "{ran:?}");
        assert!(ran.stderr.contains("the old version has errors"), "{ran:?}");
    }
}

#[test]
fn a_folder_is_compared_like_a_commit() {
    let project = Project::with_an_event();
    project.write("released/order_placed.avsc", crate::support::ORDER_PLACED);
    let diff = ["diff", "--against", "released"];
    project.run(&diff).ends(0, "", "1 schema compared: no incompatible change\n");
    project.replace("schemas/order_placed.avsc", FIELD, "{ \"name\": \"customerId\", \"type\": \"long\" }");
    project
        .run(&diff)
        .fails(4, &["TYPE_MISMATCH", "schemas/order_placed.avsc:12:15", "released/order_placed.avsc:12:15"]);
    project.run(&["diff", "--against", "relesed"]).fails(1, &["relesed does not exist"]);
}

//! `eventgen new`: projects that build, pass their tests and run as they are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::support::Project;

/// The root of this repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A new project with the crates of this repository.
fn made(name: &str, contract: &str) -> Project {
    let project = Project::new();
    let checkout = repository();
    let checkout = checkout.to_str().expect("UTF-8");
    let made = project.run(&["new", name, ".", "--contract", contract, "--checkout", checkout]);
    assert_eq!(made.code, 0, "{made:?}");
    project
}

/// Runs Cargo in a project: with the versions of this repository, and with what has been compiled for it.
fn cargo(project: &Project, arguments: &[&str]) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(project.path()).env("CARGO_TARGET_DIR", target);
    if arguments[0] != "fmt" {
        // The profile of this repository, so that dependencies are compiled once for both.
        let profile = ["profile.dev.debug='line-tables-only'", "profile.dev.package.'*'.debug=false"];
        command.arg("--offline").args(profile.iter().flat_map(|setting| ["--config", setting]));
    }
    let output = command.output().expect("cargo runs");
    let printed =
        format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "cargo {arguments:?}: {printed}");
    assert!(!printed.contains("warning: "), "cargo {arguments:?}: {printed}");
    printed
}

#[test]
fn a_project_of_each_form_builds_passes_its_tests_and_runs() {
    for (name, contract) in [("shop", "avro"), ("north-2b_orders", "protobuf"), ("depot", "derive")] {
        let project = made(name, contract);
        fs::copy(repository().join("Cargo.lock"), project.path().join("Cargo.lock")).expect("a copy");
        let tested = cargo(&project, &["test"]);
        assert!(tested.contains("test result: ok. 2 passed"), "{tested}");
        let shown = cargo(&project, &["run", "--example", "demo"]);
        assert!(shown.contains("3 pieces for ada"), "{shown}");
        assert!(shown.ends_with("lag: Ok(0)\n3 handled, 1 dead-lettered\n"), "{shown}");
    }
}

#[test]
fn a_project_is_formatted_and_its_contract_has_no_warnings() {
    let long = "a-name-that-is-longer-than-most-are-2b_x";
    for (name, contract) in [("shop", "avro"), (long, "protobuf"), (long, "derive"), (long, "avro")] {
        let mut project = made(name, contract);
        cargo(&project, &["fmt", "--check"]);
        for variable in ["KAFKA_BOOTSTRAP_SERVERS", "SCHEMA_REGISTRY_URL"] {
            project.set(variable, "http://localhost:1");
        }
        for environment in [&[][..], &["--env", "local"], &["--env", "prod"]] {
            let checked = project.run(&[&["check"], environment].concat());
            assert_eq!((checked.code, checked.stderr.contains("warning")), (0, false), "{checked:?}");
        }
        let workflows = ["generate", "ci", "--env", "prod", "--check"];
        assert_eq!(project.run(&workflows).code, 0, "the workflow is the one that the command writes");
    }
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let project = Project::new();
    project.write("shop/notes.txt", "mine");
    project.run(&["new", "shop"]).fails(1, &["the folder shop is not empty: name a new one"]);
    assert_eq!(fs::read_dir(project.path().join("shop")).expect("the folder").count(), 1);
    project.write("file", "mine");
    project.run(&["new", "shop", "file"]).fails(1, &["file cannot be written"]);
    assert_eq!(project.read("file"), "mine");
    let made = project.run(&["new", "shop", "there"]);
    assert_eq!(made.code, 0, "{made:?}");
    assert!(made.stdout.contains("there/src/main.rs\n"), "{made:?}");
    assert!(
        project.read("there/Cargo.toml").contains("git = \"https://"),
        "without a checkout, from the repository"
    );
}

#[test]
fn names_that_a_package_cannot_have_are_usage_errors() {
    let project = Project::new();
    for (name, said) in [
        ("Shop", "`S` cannot be in the name"),
        ("async", "keyword of Rust"),
        ("tokio", "the name of a crate"),
        ("../shop", "`.` cannot be in the name"),
    ] {
        project.run(&["new", name]).fails(2, &[said]);
    }
    project.run(&["new", "shop", "--checkout", "absent"]).fails(1, &["absent cannot be read"]);
    assert_eq!(fs::read_dir(project.path()).expect("the folder").count(), 0, "nothing is written");
}

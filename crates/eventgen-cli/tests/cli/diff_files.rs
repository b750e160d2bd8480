//! `eventgen diff` against a commit: every file that the working tree has is found in the commit, however it got there.

use crate::diff::{DIFF, FIELD, commit, committed, git};
use crate::support::{ORDER_PLACED, Project};

const FILE: &str = "schemas/order_placed.avsc";
const LONG: &str = "{ \"name\": \"customerId\", \"type\": \"long\" }";

#[test]
fn a_file_that_was_renamed_is_compared_with_what_it_was() {
    let project = committed();
    let other =
        ORDER_PLACED.replace("OrderPlaced", "OrderPaid").replace("orders.placed.v1", "orders.paid.v1");
    project.write("schemas/order_paid.avsc", &other);
    commit(&project);
    git(&project, &["mv", FILE, "schemas/placed.avsc"]);
    project.replace("schemas/placed.avsc", FIELD, LONG);
    // The other event of the old version is not gone: it is not asked for.
    project
        .run(&["diff", "schemas/placed.avsc", "--against", "git:main", "--output", "json"])
        .fails(4, &["1 error in ", "1 schema compared: 1 change forbidden\n"]);
    git(&project, &["mv", "schemas", "contracts"]);
    project.write("eventgen.toml", "schemas = [\"contracts\"]\n");
    project.run(&DIFF).fails(4, &["2 schemas compared: 1 change forbidden\n"]);
    project
        .write("contracts/new.avsc", &other.replace("OrderPaid", "New").replace("orders.paid.v1", "new.v1"));
    project.run(&["diff", "contracts/new.avsc", "--against", "git:main"]).fails(
        0,
        &["0 schemas compared: no verdict; 1 event was not compared: `main` does not have `com.example.orders.New`\n"],
    );
}

#[test]
fn a_hook_of_a_repository_compares_with_its_own_commits() {
    let project = committed();
    project.replace(FILE, FIELD, LONG);
    let git_folder = project.path().join(".git");
    let other = committed();
    let mut command = project.command(&DIFF);
    command.env("GIT_DIR", other.path().join(".git")).env("GIT_INDEX_FILE", "index").env("GIT_PREFIX", "");
    let ran = command.output().expect("the command runs");
    assert_eq!(ran.status.code(), Some(4), "{ran:?}");
    // As git sets it in a linked worktree, from a folder below.
    let mut command = project.command(&["-C", "schemas", DIFF[0], DIFF[1], DIFF[2]]);
    let ran = command.env("GIT_DIR", git_folder).output().expect("the command runs");
    assert_eq!(ran.status.code(), Some(4), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn links_of_a_commit_are_followed() {
    use std::os::unix::fs::symlink;

    let project = Project::new();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
    project.write("contracts/order.json", ORDER_PLACED);
    std::fs::create_dir(project.path().join("linked")).expect("a folder");
    symlink("../contracts/order.json", project.path().join("linked/order.avsc")).expect("a link");
    symlink("linked", project.path().join("schemas")).expect("a link");
    symlink("/etc/hostname", project.path().join("linked/outside.txt")).expect("a link");
    git(&project, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&project);
    project.run(&DIFF).ends(0, "", "1 schema compared: no incompatible change\n");
    project.replace("contracts/order.json", FIELD, LONG);
    project.run(&DIFF).fails(4, &["1 schema compared: 1 change forbidden\n"]);
    project.run(&["diff", "schemas/order.avsc", "--against", "git:main"]).fails(4, &["TYPE_MISMATCH"]);
}

#[test]
fn schemas_in_a_submodule_are_read_at_the_commit_of_it_that_is_meant() {
    let contracts = Project::new();
    contracts.write("order.avsc", ORDER_PLACED);
    git(&contracts, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&contracts);
    let project = Project::new();
    project.write("eventgen.toml", "schemas = [\"contracts\"]\n");
    git(&project, &["init", "--quiet", "--initial-branch", "main"]);
    let address = contracts.path().display().to_string();
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &address, "contracts"];
    git(&project, &add);
    commit(&project);
    project.run(&DIFF).ends(0, "", "1 schema compared: no incompatible change\n");
    project.replace("contracts/order.avsc", FIELD, LONG);
    project.run(&DIFF).fails(4, &["TYPE_MISMATCH", "main:contracts/order.avsc:12:15"]);
    // The commit that is meant is not there.
    let cache = ["update-index", "--cacheinfo", "160000,0123456789012345678901234567890123456789,contracts"];
    git(&project, &cache);
    git(&project, &["commit", "--quiet", "--message", "a commit that is not pushed"]);
    project
        .run(&DIFF)
        .fails(1, &["the schemas are in the submodule contracts", "git submodule update --init"]);
}

#[test]
fn what_the_old_version_lacks_is_said_with_the_paths_of_git() {
    let project = committed();
    project.write("eventgen.toml", "schemas = [\"schemas\", \"more\"]\n");
    commit(&project);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
    project.run(&DIFF).fails(1, &["main:more does not exist", "main:eventgen.toml:1:"]);
    project.write(FILE, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
    commit(&project);
    project.write(FILE, ORDER_PLACED);
    project.run(&DIFF).fails(1, &["schemas/order_placed.avsc is kept in Git LFS"]);
}

#[test]
fn the_style_of_the_old_version_does_not_matter() {
    let project = committed();
    let plain = project.read("eventgen.toml");
    let styled = "[topics.\"nobody.v1\"]\npartitions = 3\n[lint]\nunused-settings = \"deny\"\n";
    project.write("eventgen.toml", &format!("{plain}{styled}"));
    commit(&project);
    project.run(&["check"]).fails(1, &["EG0310"]);
    project.write("eventgen.toml", &plain);
    project.run(&DIFF).ends(0, "", "1 schema compared: no incompatible change\n");
}

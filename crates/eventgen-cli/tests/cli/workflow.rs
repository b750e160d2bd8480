//! The workflow of `eventgen generate ci`: its shell steps run here as GitHub Actions runs them, in a clone of a repository.

use std::env;
use std::path::Path;
use std::process::{Command, Output};

use eventgen_testkit::EmbeddedRegistry;

use crate::support::Project;

const FILE: &str = "schemas/order_placed.avsc";
const FIELD: &str = "{ \"name\": \"customerId\", \"type\": \"string\" }";

/// The clone of a pull request's branch.
struct Checkout {
    project: Project,
    registry: EmbeddedRegistry,
    /// The commands of the steps, without that which installs the command, and without that which needs brokers.
    steps: Vec<String>,
}

impl Checkout {
    /// A repository whose branch `main` has the schema that the registry has, and a clone of it on another branch.
    fn new() -> Self {
        let registry = EmbeddedRegistry::start().expect("a registry");
        let origin = Project::with_an_event();
        origin.run(&["generate", "ci"]).fails(0, &["is new"]);
        origin.run(&["register", "--schema-registry", &registry.url()]).fails(0, &["1 changed"]);
        git(origin.path(), &["init", "--quiet", "--initial-branch=main"]);
        commit(&origin);
        let project = Project::new();
        let from = origin.path().display().to_string();
        git(project.path(), &["clone", "--quiet", &from, "."]);
        git(project.path(), &["checkout", "--quiet", "-b", "change"]);
        let workflow = project.read(".github/workflows/contract.yml");
        let runs = workflow.lines().filter_map(|line| line.trim().strip_prefix("run: "));
        let steps: Vec<String> = runs.map(str::to_owned).collect();
        let [install, steps @ .., plan] = &*steps else { panic!("{workflow}") };
        assert!(
            install.starts_with("cargo install ") && plan.starts_with("eventgen topics plan"),
            "{workflow}"
        );
        Self { steps: steps.to_vec(), project, registry }
    }

    /// The exit codes of the steps with what they print. Each runs, whatever those before it found.
    fn run(&self) -> Vec<(i32, String)> {
        let outputs = self.steps.iter().map(|step| self.step(step));
        let ended = outputs.map(|output| {
            let printed = String::from_utf8(output.stdout).expect("UTF-8");
            (output.status.code().expect("an exit code"), printed)
        });
        ended.collect()
    }

    fn step(&self, step: &str) -> Output {
        let folder = Path::new(env!("CARGO_BIN_EXE_eventgen")).parent().expect("a folder");
        let path = env::join_paths(
            [folder.to_owned()].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
        );
        Command::new("bash")
            .args(["-e", "-o", "pipefail", "-c", step])
            .current_dir(self.project.path())
            .env("PATH", path.expect("a path"))
            .env("GITHUB_BASE_REF", "main")
            .env("SCHEMA_REGISTRY_URL", self.registry.url())
            // A secret that a repository does not have is empty.
            .env("SCHEMA_REGISTRY_USERNAME", "")
            .env("SCHEMA_REGISTRY_PASSWORD", "")
            .output()
            .expect("bash runs")
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=Test", "-c", "user.email=test@example.com"]);
    let output = command.args(arguments).output().expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(project: &Project) {
    git(project.path(), &["add", "--all"]);
    git(project.path(), &["-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "change"]);
}

#[track_caller]
fn passes(checkout: &Checkout) {
    for ended in checkout.run() {
        assert_eq!(ended, (0, String::new()));
    }
}

#[test]
fn a_clean_change_passes_every_step() {
    let checkout = Checkout::new();
    assert_eq!(checkout.steps.len(), 3, "{:?}", checkout.steps);
    passes(&checkout);
    let optional = "{ \"name\": \"note\", \"type\": \"string\", \"default\": \"\" }";
    checkout.project.replace(FILE, FIELD, &format!("{FIELD},\n    {optional}"));
    commit(&checkout.project);
    passes(&checkout);
}

#[test]
fn a_break_is_annotated_by_the_comparisons_with_the_branch_and_with_the_registry() {
    let checkout = Checkout::new();
    let required = "{ \"name\": \"note\", \"type\": \"string\" }";
    checkout.project.replace(FILE, FIELD, &format!("{FIELD},\n    {required}"));
    commit(&checkout.project);
    let ended = checkout.run();
    let [check, diff, register] = &*ended else { panic!("three steps") };
    assert_eq!(*check, (0, String::new()));
    for (code, printed) in [diff, register] {
        assert_eq!(*code, 4, "{printed}");
        let annotation = "::error file=schemas/order_placed.avsc,line=13,endLine=13,col=15,";
        assert!(printed.starts_with(annotation), "{printed}");
        assert_eq!(printed.lines().count(), 1, "{printed}");
    }
}

//! A project in a folder of its own, and the command run in it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// The event that most tests are about.
pub(crate) const ORDER_PLACED: &str = r#"{
  "type": "record",
  "name": "OrderPlaced",
  "namespace": "com.example.orders",
  "kafka": {
    "topic": "orders.placed.v1",
    "key": "customerId",
    "partitions": 12
  },
  "fields": [
    { "name": "orderId", "type": "string" },
    { "name": "customerId", "type": "string" }
  ]
}
"#;

/// A folder with files, gone with the test.
pub(crate) struct Project {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// A project with nothing in it.
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder"), variables: Vec::new() }
    }

    /// A project with [`ORDER_PLACED`] in `schemas`, which its `eventgen.toml` names.
    pub(crate) fn with_an_event() -> Self {
        let project = Self::new();
        project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
        project.write("schemas/order_placed.avsc", ORDER_PLACED);
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Puts other text in the place of some that is there.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} does not have {from}");
        self.write(file, &text.replace(from, to));
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).expect("a file")
    }

    /// Sets an environment variable for all runs from here on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Runs `eventgen` in the project.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in(".", arguments)
    }

    /// `eventgen` in the project, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_in(".", arguments)
    }

    fn command_in(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eventgen"));
        command.args(arguments).current_dir(self.path().join(folder));
        for name in ["URL", "USERNAME", "PASSWORD", "TOKEN", "TIMEOUT"] {
            command.env_remove(format!("SCHEMA_REGISTRY_{name}"));
        }
        command.env_remove("KAFKA_BOOTSTRAP_SERVERS");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs `eventgen` in a folder of the project.
    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Ran {
        let output = self.command_in(folder, arguments).output().expect("the command runs");
        Ran {
            code: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Ran {
    /// Fails unless the run ended so.
    #[track_caller]
    pub(crate) fn ends(self, code: i32, stdout: &str, stderr: &str) {
        assert_eq!((self.code, &*self.stdout, &*self.stderr), (code, stdout, stderr));
    }

    /// Fails unless the run ended with this code and said this on standard error.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, said: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for text in said {
            assert!(self.stderr.contains(text), "`{text}` is not in {}", self.stderr);
        }
    }
}

/// All commands that do something: the manual has a page for each.
pub(crate) fn commands() -> Vec<String> {
    let project = Project::new();
    let ran = project.run(&["man", "--output", "json", "-q"]);
    let written: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let pages = written["files"].as_array().expect("files");
    let names: Vec<String> = pages
        .iter()
        .map(|page| {
            let name = Path::new(page["path"].as_str().expect("a path")).file_stem().expect("a name");
            name.to_str().expect("UTF-8").replace('-', " ")
        })
        .collect();
    let is_group =
        |name: &str| ["eventgen", "eventgen topics", "eventgen dlq", "eventgen outbox"].contains(&name);
    names
        .iter()
        .filter(|name| !is_group(name))
        .map(|name| name.trim_start_matches("eventgen ").to_owned())
        .collect()
}

/// The arguments of a command.
pub(crate) fn words(command: &str) -> Vec<&str> {
    command.split(' ').collect()
}

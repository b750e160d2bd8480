//! Runs of the command.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use super::{Fixture, PATIENCE, SHORT};
use crate::variable;

/// The exit code if a group is behind.
pub(super) const BEHIND: i32 = 5;

impl Fixture {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["run", "--quiet", "--locked", "-p", "eventgen-cli", "--", "lag"])
            .arg(&self.folder)
            .args(["--bootstrap-servers", &variable("EVENTGEN_KAFKA")])
            .args(arguments)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        command
    }

    /// The exit code, and what is reported about a group.
    pub(super) fn look(&self, group: &str) -> (i32, Value) {
        let (code, groups) = self.look_at_all();
        (code, groups.into_iter().find(|found| found["group"] == group).unwrap_or_default())
    }

    fn look_at_all(&self) -> (i32, Vec<Value>) {
        let output = self.command(&["--format", "json"]).output().expect("cargo");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let report: Value = serde_json::from_str(&printed)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(report["problems"], serde_json::json!([]), "{report}");
        let groups = report["groups"].as_array().cloned().expect("groups");
        (output.status.code().expect("a code"), groups)
    }

    /// Looks until one of the reports about a group is as wanted: there is one for each topic.
    pub(super) fn look_at(&self, group: &str, wanted: impl Fn(&Value) -> bool) -> (i32, Value) {
        let begun = Instant::now();
        loop {
            let (code, groups) = self.look_at_all();
            let mut of_group = groups.iter().filter(|found| found["group"] == group);
            if let Some(found) = of_group.find(|found| wanted(found)) {
                return (code, found.clone());
            }
            assert!(begun.elapsed() < PATIENCE, "{groups:?}");
            std::thread::sleep(SHORT);
        }
    }

    /// Looks until the report about a group is as wanted.
    pub(super) fn look_until(&self, group: &str, wanted: impl Fn(&Value) -> bool) -> (i32, Value) {
        let begun = Instant::now();
        loop {
            let (code, found) = self.look(group);
            if wanted(&found) {
                return (code, found);
            }
            assert!(begun.elapsed() < PATIENCE, "{found}");
            std::thread::sleep(SHORT);
        }
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("cargo runs the command");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        Running { child, lines }
    }
}

/// A run that does not end by itself.
pub(super) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    /// The states of a group from now on, until one is as wanted.
    pub(super) fn until(&mut self, group: &str, state: &str) -> Value {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).expect("UTF-8"), 0, "the command has ended");
            let report: Value = serde_json::from_str(&line).expect("JSON");
            let groups = report["groups"].as_array().cloned().unwrap_or_default();
            let found = groups.into_iter().find(|found| found["group"] == group).unwrap_or_default();
            println!("{group}: {} {}", found["state"], found["reasons"]);
            if found["state"] == state {
                return found;
            }
        }
        panic!("{group} did not come to {state}");
    }

    /// The first line on standard error.
    pub(super) fn first_message(&mut self) -> String {
        let mut lines = BufReader::new(self.child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("UTF-8");
        // The pipe is read to its end, or the command would wait for it.
        std::thread::spawn(move || lines.lines().count());
        line
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

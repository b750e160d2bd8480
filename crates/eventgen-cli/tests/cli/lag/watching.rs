//! `--watch`: states that need several samples, and a cluster that goes away.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use super::{TOPIC, cluster, project};
use crate::support::Project;

/// A run that does not end by itself.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    fn start(project: &Project, arguments: &[&str]) -> Self {
        let mut command = project.command(arguments);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the command runs");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.lines.read_line(&mut line).expect("UTF-8"), 0, "the command has ended");
        line
    }

    /// Reads lines until one contains a text.
    fn until(&mut self, text: &str) -> String {
        for _ in 0..60 {
            let line = self.line();
            if line.contains(text) {
                return line;
            }
        }
        panic!("`{text}` was not printed");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_rewound_group_and_one_that_does_not_move_are_reported() {
    let cluster = cluster();
    let (project, kafka) = project(&cluster);
    kafka.commit("search", TOPIC, 0, 3);
    let arguments = ["lag", "--group", "search", "--watch", "1", "--format", "json"];
    let mut running = Running::start(&project, &arguments);
    assert!(running.line().contains(r#""state":"OK""#));
    running.until(r#""code":"not-moving""#);
    kafka.commit("search", TOPIC, 0, 1);
    let line = running.until(r#""state":"REWIND""#);
    assert!(line.contains("the committed offset went back by 2"), "{line}");
}

#[test]
fn a_cluster_that_goes_away_does_not_end_the_command() {
    let cluster = cluster();
    let (project, kafka) = project(&cluster);
    kafka.commit("search", TOPIC, 0, 5);
    let mut running = Running::start(&project, &["lag", "--watch", "1", "--format", "json"]);
    assert!(running.line().contains("\"groups\""));
    cluster.broker_down(1).expect("a broker");
    let line = running.until("\"error\"");
    assert!(line.contains("no broker of"), "{line}");
    cluster.broker_up(1).expect("a broker");
    running.until("\"groups\"");
}

#[test]
fn every_table_has_its_time() {
    let cluster = cluster();
    let (project, _) = project(&cluster);
    let mut running = Running::start(&project, &["lag", "--watch", "1"]);
    for _ in 0..2 {
        let time = running.until(" UTC");
        assert_eq!(time.trim_end().len(), "12:00:00 UTC".len());
        assert!(running.line().starts_with("STATE"));
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_command_with_the_outcome_of_the_last_sample() {
    use std::process::Command;

    let cluster = cluster();
    let (project, kafka) = project(&cluster);
    kafka.commit("search", TOPIC, 0, 5);
    for (signal, group, code) in [("-TERM", "search", 0), ("-INT", "billing", 5)] {
        let mut running = Running::start(&project, &["lag", "--watch", "1", "--group", group]);
        running.until(group);
        let id = running.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill").success());
        assert_eq!(running.child.wait().expect("it ends").code(), Some(code));
    }
}

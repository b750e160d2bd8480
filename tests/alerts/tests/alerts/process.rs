//! Processes that the test starts. Each is stopped by its own id.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command};

/// A process that is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts a process that writes what it prints to a file.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Self {
        let output = File::create(log).expect("a log");
        let errors = output.try_clone().expect("a log");
        let child = command.stdout(output).stderr(errors).spawn();
        Self { child: child.unwrap_or_else(|error| panic!("{command:?}: {error}")) }
    }

    /// Asks the process to end, and waits until it has.
    pub(crate) fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}");
    }

    /// Whether the process has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a status").is_some()
    }

    /// Kills the process.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// Fails if the process has ended.
    pub(crate) fn check(&mut self, name: &str) {
        let ended = self.child.try_wait().expect("a status");
        assert!(ended.is_none(), "{name} has ended: {ended:?}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

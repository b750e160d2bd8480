//! Processes that are killed with those that they started. Cargo starts compilers and tests: none of them outlives it.

use std::ops::{Deref, DerefMut};
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The leaders of the groups that run. A Ctrl-C reaches this program only, not them.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A process in a group of its own. The group is killed when this is dropped.
pub(crate) struct Group(Child);

impl Group {
    pub(crate) fn spawn(command: &mut Command) -> std::io::Result<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            command.process_group(0);
        }
        let mut running = running();
        let child = command.spawn()?;
        running.push(child.id());
        Ok(Self(child))
    }
}

impl Deref for Group {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Group {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let id = self.0.id();
        running().retain(|running| *running != id);
        kill(id);
        // These fail if it has ended.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Kills all groups: this program is about to end.
pub(crate) fn kill_all() {
    running().iter().copied().for_each(kill);
}

fn kill(leader: u32) {
    if cfg!(unix) {
        let group = format!("-{leader}");
        // A group that has no process any more is an error, which need not be shown.
        drop(Command::new("kill").args(["-KILL", "--", &group]).stderr(std::process::Stdio::null()).status());
    }
}

fn running() -> MutexGuard<'static, Vec<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

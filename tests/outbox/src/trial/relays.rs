//! Relays as processes, which are killed.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use chaos_tests::cluster::Cluster;
use chaos_tests::random::Random;

use crate::Failure;

/// Relays of one table. They are killed when they are dropped.
pub(super) struct Relays {
    program: PathBuf,
    arguments: [String; 3],
    running: Vec<Child>,
    random: Random,
}

impl Relays {
    /// Starts relays from a database to a cluster. `program` is `outbox-relay`.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn start(
        program: PathBuf,
        database: &str,
        cluster: &Cluster,
        count: usize,
        seed: u64,
    ) -> Result<Self, Failure> {
        let arguments = [database, &cluster.brokers, &cluster.registry].map(str::to_owned);
        let mut relays =
            Self { program, arguments, running: Vec::new(), random: Random::new(seed, "relays") };
        for _ in 0..count {
            let relay = relays.spawn()?;
            relays.running.push(relay);
        }
        Ok(relays)
    }

    fn spawn(&self) -> Result<Child, Failure> {
        let mut command = Command::new(&self.program);
        // It ends when this process does, because its input is closed then.
        Ok(command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?)
    }

    /// Kills one of them with SIGKILL, so that it can do nothing about it, and starts another one.
    ///
    /// # Errors
    /// The program cannot be started, or the relay has ended by itself.
    pub(super) fn kill_one(&mut self) -> Result<(), Failure> {
        let count = u64::try_from(self.running.len())?;
        let index = usize::try_from(self.random.below(0..count))?;
        let next = self.spawn()?;
        let mut killed = std::mem::replace(&mut self.running[index], next);
        if let Some(status) = killed.try_wait()? {
            return Err(format!("a relay has ended by itself: {status}").into());
        }
        killed.kill()?;
        killed.wait()?;
        Ok(())
    }
}

impl Drop for Relays {
    fn drop(&mut self) {
        for relay in &mut self.running {
            // It may have ended.
            let _ = relay.kill();
            let _ = relay.wait();
        }
    }
}

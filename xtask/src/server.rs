//! Starts servers in separate process groups and stops them by their process ids.
//!
//! The file `state` in the folder of a server has its process ids and addresses, as `NAME=value` lines that a shell can read.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{Context as _, Failure};

/// How long a server may take to stop before it is killed.
const STOP: Duration = Duration::from_secs(15);
/// How long a server may take that hands over its work before it stops.
const HAND_OVER: Duration = Duration::from_secs(60);
/// The interval at which the state of a server is checked.
const LOOK: Duration = Duration::from_millis(100);

/// The processes that run in a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) process_ids: Vec<u32>,
    /// Addresses by the names of environment variables.
    pub(crate) addresses: BTreeMap<String, String>,
}

impl State {
    fn file(folder: &Path) -> PathBuf {
        folder.join("state")
    }

    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let mut state = Self::default();
        for (name, value) in
            fs::read_to_string(Self::file(folder)).ok()?.lines().filter_map(|line| line.split_once('='))
        {
            if name == "PROCESS_IDS" {
                state.process_ids = value.split(',').filter_map(|id| id.parse().ok()).collect();
            } else {
                state.addresses.insert(name.to_owned(), value.to_owned());
            }
        }
        Some(state)
    }

    /// Writes the state. This is done as soon as a process exists, so that it can always be stopped.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let ids: Vec<String> = self.process_ids.iter().map(u32::to_string).collect();
        let mut text = format!("PROCESS_IDS={}\n", ids.join(","));
        for (name, value) in &self.addresses {
            text.extend([name, "=", value, "\n"]);
        }
        fs::write(Self::file(folder), text).context("writing the state of a server")
    }

    /// An address by the name of its variable.
    pub(crate) fn address(&self, name: &str) -> String {
        self.addresses.get(name).cloned().unwrap_or_default()
    }

    /// Whether all of its processes run.
    pub(crate) fn runs(&self, folder: &Path) -> bool {
        !self.process_ids.is_empty() && self.process_ids.iter().all(|&id| is_ours(id, folder))
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<String> =
            self.addresses.iter().map(|(name, value)| format!("{name}={value}")).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// A server's process, while this program is its parent.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

/// Starts a server whose output goes to `log` in the folder. Its command line must name the folder: by that it is
/// recognised when it is to be stopped.
pub(crate) fn start(mut command: Command, folder: &Path, log: &str) -> Result<Process, Failure> {
    let log = folder.join(log);
    let output = File::create(&log).context(log.display())?;
    let errors = output.try_clone().context(log.display())?;
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        // A Ctrl-C for this program is not one for the server.
        command.process_group(0);
    }
    let child = command.spawn().context(format!("starting {}", command.get_program().display()))?;
    Ok(Process { child, log })
}

/// Waits until a server is ready. On failure its processes are killed, and the error contains the end of a log.
pub(crate) fn await_ready(
    what: &str,
    mut processes: Vec<Process>,
    within: Duration,
    mut is_ready: impl FnMut() -> bool,
) -> Result<(), Failure> {
    let deadline = Instant::now() + within;
    loop {
        if is_ready() {
            return Ok(());
        }
        let ended = processes.iter_mut().position(|process| !matches!(process.child.try_wait(), Ok(None)));
        let late = Instant::now() >= deadline;
        if ended.is_some() || late {
            let why =
                if late { format!("not ready within {} s", within.as_secs()) } else { "it ended".to_owned() };
            for process in &mut processes {
                // One that has ended already is fine.
                let _ = process.child.kill();
                let _ = process.child.wait();
            }
            let log = &processes[ended.unwrap_or_default()].log;
            return Err(
                format!("{what} did not start: {why}. {} ends with:\n{}", log.display(), tail(log)).into()
            );
        }
        sleep(LOOK);
    }
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(25)..].join("\n")
}

/// Stops the processes of a folder and deletes the folder.
pub(crate) fn down(folder: &Path) -> Result<String, Failure> {
    let Some(state) = State::read(folder) else { return Ok("nothing runs".to_owned()) };
    let ours: Vec<u32> = state.process_ids.into_iter().filter(|&id| is_ours(id, folder)).collect();
    stop(&ours, folder)?;
    fs::remove_dir_all(folder).context(folder.display())?;
    Ok(format!("stopped {} process{}", ours.len(), if ours.len() == 1 { "" } else { "es" }))
}

fn stop(ids: &[u32], folder: &Path) -> Result<(), Failure> {
    for &id in ids {
        signal("TERM", id);
    }
    let deadline = Instant::now() + STOP;
    while ids.iter().any(|&id| is_ours(id, folder)) {
        if Instant::now() >= deadline {
            ids.iter().filter(|&&id| is_ours(id, folder)).for_each(|&id| signal("KILL", id));
            sleep(LOOK * 5);
            break;
        }
        sleep(LOOK);
    }
    match ids.iter().find(|&&id| is_ours(id, folder)) {
        Some(id) => Err(format!("process {id} does not stop").into()),
        None => Ok(()),
    }
}

/// Kills a process of a folder and waits until it has ended.
pub(crate) fn kill(id: u32, folder: &Path) -> Result<(), Failure> {
    end(id, folder, "KILL", STOP)
}

/// Asks a process of a folder to stop, and waits until it has ended.
pub(crate) fn terminate(id: u32, folder: &Path) -> Result<(), Failure> {
    end(id, folder, "TERM", HAND_OVER)
}

fn end(id: u32, folder: &Path, with: &str, within: Duration) -> Result<(), Failure> {
    if is_ours(id, folder) {
        signal(with, id);
    }
    let deadline = Instant::now() + within;
    while is_ours(id, folder) {
        if Instant::now() >= deadline {
            return Err(format!("process {id} does not end").into());
        }
        sleep(LOOK);
    }
    Ok(())
}

/// A description of what runs in a folder.
pub(crate) fn status(folder: &Path) -> String {
    match State::read(folder) {
        Some(state) if state.runs(folder) => state.to_string(),
        Some(_) => "not all processes run; stop the rest with `down`".to_owned(),
        None => "nothing runs".to_owned(),
    }
}

/// Whether a process id still belongs to the server of this folder: ids are reused.
fn is_ours(id: u32, folder: &Path) -> bool {
    let command_line = match fs::read(format!("/proc/{id}/cmdline")) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        // Not Linux.
        Err(_) => Command::new("ps")
            .args(["-o", "args=", "-p", &id.to_string()])
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default(),
    };
    command_line.contains(&*folder.to_string_lossy())
}

fn signal(name: &str, id: u32) {
    // The shell's own `kill` is everywhere, the program is not. A process that is gone is fine.
    let _ = Command::new("sh").args(["-c", &format!("kill -{name} {id}")]).stderr(Stdio::null()).status();
}

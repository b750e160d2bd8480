//! Members of a consumer group as processes, which a test starts, stops, kills and pauses.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The most members at a time.
pub(crate) const MOST: usize = 6;
/// How long a member may take to leave: its drain deadline and the time to close its connections.
const LEAVES_WITHIN: Duration = Duration::from_secs(60);

/// All members of a group. None of them outlives the test.
pub(crate) struct Members {
    records: usize,
    group: String,
    folder: PathBuf,
    settings: &'static [&'static str],
    /// How long a handler takes.
    handling: Duration,
    running: Vec<Member>,
    /// Processes that pause a member and resume it later, also if the test is killed in the meantime.
    pauses: Vec<Child>,
    joined: usize,
}

struct Member {
    number: usize,
    process: Child,
    leaving: bool,
}

impl Members {
    /// A group without members that consumes the backlog of `records` records. Each member will write a file in `folder`.
    pub(crate) fn new(
        records: usize,
        group: &str,
        folder: &Path,
        settings: &'static [&'static str],
        handling: Duration,
    ) -> Self {
        Self {
            records,
            group: group.to_owned(),
            folder: folder.to_owned(),
            settings,
            handling,
            running: Vec::new(),
            pauses: Vec::new(),
            joined: 0,
        }
    }

    /// Starts a member when there are fewer than [`MOST`]. Members are numbered from 0 in the order in which they join.
    pub(crate) fn join(&mut self) -> usize {
        self.wait_until("one has left", |members| members.running.len() < MOST);
        let number = self.joined;
        self.joined += 1;
        let mut command = Command::new(env!("CARGO_BIN_EXE_member"));
        command.args(["--records", &self.records.to_string(), "--group", &self.group, "--file"]);
        command.arg(self.folder.join(format!("member-{number:03}")));
        command.args(["--milliseconds", &self.handling.as_millis().to_string()]);
        for setting in self.settings {
            command.args(["--set", setting]);
        }
        let process = command.stdin(Stdio::piped()).spawn().expect("a member starts");
        self.running.push(Member { number, process, leaving: false });
        number
    }

    /// Asks a member to leave, as a deployment does.
    pub(crate) fn leave(&mut self, number: usize) {
        let member = self.member(number);
        member.leaving = true;
        send_signal("TERM", member.process.id());
    }

    /// Kills a member.
    pub(crate) fn kill(&mut self, number: usize) {
        let member = self.member(number);
        member.process.kill().expect("the signal is sent");
        member.process.wait().expect("it ends");
        self.running.retain(|member| member.number != number);
    }

    /// Pauses a member for a while, as a suspended or migrated machine does.
    pub(crate) fn pause(&mut self, number: usize, lasting: Duration) {
        let id = self.member(number).process.id();
        let script = format!("kill -STOP {id}; sleep {}; kill -CONT {id} 2>&-", lasting.as_secs_f32());
        self.pauses.push(Command::new("sh").args(["-c", &script]).spawn().expect("sh"));
    }

    /// Removes the members and pauses that have ended.
    ///
    /// # Panics
    /// A member has ended with an error, or without being asked to leave.
    pub(crate) fn remove_ended(&mut self) {
        self.running.retain_mut(|Member { number, process, leaving }| {
            let Some(status) = process.try_wait().expect("a child") else { return true };
            assert!(
                *leaving && status.success(),
                "member {number} ended: {status}, asked to leave: {leaving}"
            );
            false
        });
        self.pauses.retain_mut(|pause| pause.try_wait().expect("a child").is_none());
    }

    /// Waits until the members that were asked to leave have left and none is paused. Returns the number of remaining members.
    pub(crate) fn settle(&mut self) -> usize {
        self.wait_until("no member leaves or is paused", |members| {
            members.pauses.is_empty() && members.running.iter().all(|member| !member.leaving)
        });
        self.running.len()
    }

    /// Asks all members to leave and waits until they have left.
    pub(crate) fn leave_all(&mut self) {
        let numbers: Vec<usize> = self.running.iter().map(|member| member.number).collect();
        for number in numbers {
            self.leave(number);
        }
        self.wait_until("all have left", |members| members.running.is_empty());
    }

    fn wait_until(&mut self, what: &str, condition: impl Fn(&Self) -> bool) {
        let asked = Instant::now();
        self.remove_ended();
        while !condition(self) {
            assert!(asked.elapsed() < LEAVES_WITHIN, "waited {LEAVES_WITHIN:?} until {what}");
            thread::sleep(Duration::from_millis(50));
            self.remove_ended();
        }
    }

    fn member(&mut self, number: usize) -> &mut Member {
        self.running.iter_mut().find(|member| member.number == number).expect("a member that runs")
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        for Member { process, .. } in &mut self.running {
            let _ = process.kill();
            let _ = process.wait();
        }
        for pause in &mut self.pauses {
            let _ = pause.wait();
        }
    }
}

fn send_signal(name: &str, process_id: u32) {
    let status = Command::new("kill").args([format!("-{name}"), process_id.to_string()]).status();
    assert!(status.expect("kill runs").success(), "SIG{name} is not sent to {process_id}");
}

//! Members of a consumer group as processes that are started, stopped, killed and paused.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::checker::{Facts, Member};
use crate::history::{self, Time, now};

/// How long a member may take to leave: its drain deadline and the time to close its connections.
const LEAVES_WITHIN: Duration = Duration::from_secs(60);

/// How members consume.
#[derive(Debug, Clone)]
pub struct Consuming {
    /// The program.
    pub program: PathBuf,
    /// Arguments of every member.
    pub arguments: Vec<String>,
    /// How long a handler takes.
    pub millis: u64,
    /// Handlers at once.
    pub concurrency: usize,
    /// Settings of the consumer: `name=value`.
    pub settings: Vec<String>,
    /// Environment variables.
    pub environment: Vec<(String, String)>,
}

/// All members of a group. None of them outlives this value.
#[derive(Debug)]
pub struct Members {
    pub consuming: Consuming,
    folder: PathBuf,
    running: Vec<Running>,
    /// Processes that pause a member and resume it later, also if this process is killed in the meantime.
    pauses: Vec<Child>,
    joined: Member,
    killed: Vec<Member>,
    paused: Vec<(Member, Time, Time)>,
    ends: HashMap<Member, Time>,
    /// When the group was last disturbed.
    disturbed: Instant,
}

#[derive(Debug)]
struct Running {
    number: Member,
    process: Child,
    leaving: bool,
}

impl Members {
    /// A group without members. Each member will write its history and its log in the folder.
    pub fn new(consuming: Consuming, folder: &Path) -> Self {
        Self {
            consuming,
            folder: folder.to_owned(),
            running: Vec::new(),
            pauses: Vec::new(),
            joined: 0,
            killed: Vec::new(),
            paused: Vec::new(),
            ends: HashMap::new(),
            disturbed: Instant::now(),
        }
    }

    fn history(&self, number: Member) -> PathBuf {
        self.folder.join(history_name(number))
    }

    /// Starts a member. Members are numbered from 0 in the order in which they join.
    ///
    /// # Errors
    /// The process cannot be started.
    pub fn join(&mut self) -> Result<Member, Failure> {
        self.join_with(&[])
    }

    /// Starts a member that has arguments of its own.
    ///
    /// # Errors
    /// The process cannot be started.
    pub fn join_with(&mut self, own: &[String]) -> Result<Member, Failure> {
        let number = self.joined;
        let Consuming { program, arguments, millis, concurrency, settings, environment } = &self.consuming;
        let history = self.history(number);
        let log = File::create(history.with_extension("log"))?;
        let mut command = Command::new(program);
        command.args(arguments).args(own).arg("--history").arg(&history);
        command.args([format!("--millis={millis}"), format!("--concurrency={concurrency}")]);
        command.args(settings.iter().map(|setting| format!("--set={setting}")));
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let process = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log).spawn();
        let process = process.map_err(|error| format!("{}: {error}", program.display()))?;
        self.joined += 1;
        self.running.push(Running { number, process, leaving: false });
        self.disturbed = Instant::now();
        Ok(number)
    }

    /// Asks a member to leave, as a deployment does.
    ///
    /// # Errors
    /// It does not run.
    pub fn leave(&mut self, number: Member) -> Result<(), Failure> {
        let member = self.member(number)?;
        member.leaving = true;
        send_signal("TERM", &member.process.id().to_string());
        self.disturbed = Instant::now();
        Ok(())
    }

    /// Kills a member.
    ///
    /// # Errors
    /// It does not run.
    pub fn kill(&mut self, number: Member) -> Result<(), Failure> {
        let member = self.member(number)?;
        member.process.kill()?;
        member.process.wait()?;
        self.running.retain(|member| member.number != number);
        self.killed.push(number);
        self.ends.insert(number, now());
        self.disturbed = Instant::now();
        Ok(())
    }

    /// Pauses a member for a while, as a suspended or migrated machine does.
    ///
    /// # Errors
    /// It does not run.
    pub fn pause(&mut self, number: Member, lasting: Duration) -> Result<(), Failure> {
        let id = self.member(number)?.process.id();
        let script = format!("kill -STOP {id}; sleep {}; kill -CONT {id} 2>&-", lasting.as_secs_f32());
        self.pauses.push(Command::new("sh").args(["-c", &script]).process_group(0).spawn()?);
        let lasting_nanoseconds = Time::try_from(lasting.as_nanos()).unwrap_or(Time::MAX);
        self.paused.push((number, now(), now().saturating_add(lasting_nanoseconds)));
        self.disturbed = Instant::now() + lasting;
        Ok(())
    }

    /// Removes the members and pauses that have ended.
    ///
    /// # Errors
    /// A member has ended with an error, or without being asked to leave.
    pub fn remove_ended(&mut self) -> Result<(), Failure> {
        let mut failure = None;
        let Self { running, ends, disturbed, folder, .. } = self;
        running.retain_mut(|Running { number, process, leaving }| {
            let Ok(Some(status)) = process.try_wait() else { return true };
            ends.insert(*number, now());
            *disturbed = Instant::now();
            // A member takes signals before it opens its history. One that is asked earlier ends without having joined.
            let has_joined = folder.join(history_name(*number)).exists();
            if !*leaving || has_joined && !status.success() {
                failure = Some((*number, format!("{status}, asked to leave: {leaving}")));
            }
            false
        });
        self.pauses.retain_mut(|pause| !matches!(pause.try_wait(), Ok(Some(_))));
        match failure {
            None => Ok(()),
            Some((number, how)) => {
                let log = self.history(number).with_extension("log");
                let text = std::fs::read_to_string(log).unwrap_or_default();
                let last: Vec<&str> = text.lines().rev().take(3).collect();
                Err(format!("member {number} ended: {how}: {}", last.join(" | ")).into())
            }
        }
    }

    /// The numbers of the members that run and are not asked to leave.
    pub fn numbers(&self) -> Vec<Member> {
        self.running.iter().filter(|member| !member.leaving).map(|member| member.number).collect()
    }

    /// The process ids of the members that run, by their numbers.
    pub fn process_ids(&self) -> Vec<(Member, u32)> {
        self.running.iter().map(|member| (member.number, member.process.id())).collect()
    }

    /// How long the group is stable: no member has joined, left, died or been paused.
    pub fn stable_for(&self) -> Duration {
        if self.pauses.is_empty() { self.disturbed.elapsed() } else { Duration::ZERO }
    }

    /// The group is disturbed by something else.
    pub fn disturb(&mut self) {
        self.disturbed = Instant::now();
    }

    /// Waits until the members that were asked to leave have left and none is paused.
    ///
    /// # Errors
    /// A member ends with an error or takes too long.
    pub async fn settle(&mut self) -> Result<(), Failure> {
        self.wait_until("no member leaves or is paused", |members| {
            members.pauses.is_empty() && members.running.iter().all(|member| !member.leaving)
        })
        .await
    }

    /// Asks all members to leave and waits until they have left.
    ///
    /// # Errors
    /// A member ends with an error or takes too long.
    pub async fn leave_all(&mut self) -> Result<(), Failure> {
        for number in self.numbers() {
            self.leave(number)?;
        }
        self.wait_until("all have left", |members| members.running.is_empty()).await
    }

    async fn wait_until(&mut self, what: &str, condition: impl Fn(&Self) -> bool) -> Result<(), Failure> {
        let asked = Instant::now();
        self.remove_ended()?;
        while !condition(self) {
            if asked.elapsed() > LEAVES_WITHIN {
                return Err(format!("waited {LEAVES_WITHIN:?} until {what}").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.remove_ended()?;
        }
        Ok(())
    }

    fn member(&mut self, number: Member) -> Result<&mut Running, Failure> {
        let member = self.running.iter_mut().find(|member| member.number == number);
        member.ok_or_else(|| format!("member {number} does not run").into())
    }

    /// Adds the histories of all members. None of them runs any more.
    ///
    /// # Errors
    /// A history cannot be read.
    pub fn tell(&self, facts: &mut Facts) -> Result<(), Failure> {
        for number in 0..self.joined {
            let path = self.history(number);
            // A member that was killed at once has none.
            if path.exists() {
                facts.add_member(number, history::read(&path)?)?;
            }
        }
        facts.killed.clone_from(&self.killed);
        facts.paused.clone_from(&self.paused);
        facts.ends.clone_from(&self.ends);
        Ok(())
    }

    /// Kills all members.
    pub fn end(&mut self) {
        for Running { process, .. } in &mut self.running {
            let _ = process.kill();
            let _ = process.wait();
        }
        for pause in &mut self.pauses {
            // The shell and the program that it waits for.
            send_signal("KILL", &format!("-{}", pause.id()));
            let _ = pause.wait();
        }
        self.running.clear();
        self.pauses.clear();
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        self.end();
    }
}

fn history_name(number: Member) -> String {
    format!("member-{number:03}")
}

fn send_signal(name: &str, to: &str) {
    // A process that has just ended is fine.
    let _ = Command::new("kill").args([&format!("-{name}"), "--", to]).stderr(Stdio::null()).status();
}

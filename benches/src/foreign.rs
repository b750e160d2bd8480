//! Peers in other languages: a process for each cell, which measures a round when it reads a line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::case::Case;
use crate::hex::hex;

/// The programs of the peers. A peer without one is not measured.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Programs {
    /// The class path of the peer in Java.
    #[arg(long)]
    java: Option<String>,
    /// The program of the peer in Go.
    #[arg(long)]
    go: Option<String>,
}

/// How long a JVM runs until its compiled code is stable.
const JAVA_WARM_UP: Duration = Duration::from_secs(3);
/// Compiled code is warm at once; its collector needs a moment.
const GO_WARM_UP: Duration = Duration::from_millis(300);

/// A process that measures itself.
pub(crate) struct Foreign {
    command: Command,
    /// The lines that it reads first.
    lines: Vec<String>,
    warm_up: Duration,
    running: Option<Running>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Programs {
    /// A class of Apache Avro's: `strings` are `utf8` or `string`; `coders` are `custom` or, for the reader that Avro
    /// builds at run time, `fast`.
    pub(crate) fn java<S: Case>(
        &self,
        bytes: &[u8],
        work: &str,
        strings: &str,
        coders: &str,
    ) -> Option<Foreign> {
        let mut command = Command::new("java");
        // Nothing that is made here lives long: the collector with the least to do for each write is the fastest.
        command.args(["-XX:+UseSerialGC", "-Xms512m", "-Xmx512m", "-cp", self.java.as_deref()?, "Peer"]);
        command.args([work, &format!("{}.{strings}.{}", S::NAME, S::TYPE), coders]);
        Some(Foreign { command, lines: vec![hex(bytes)], warm_up: JAVA_WARM_UP, running: None })
    }

    /// A struct of hamba/avro's.
    pub(crate) fn go<S: Case>(&self, bytes: &[u8], work: &str) -> Option<Foreign> {
        let mut command = Command::new(self.go.as_deref()?);
        command.args([work, S::NAME]);
        let lines = vec![S::PLAIN_SCHEMA.replace('\n', " "), hex(bytes)];
        Some(Foreign { command, lines, warm_up: GO_WARM_UP, running: None })
    }
}

impl Foreign {
    /// Starts a new process and warms it up.
    pub(crate) fn begin(&mut self) {
        self.running = None;
        let piped = self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        let mut input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        for line in &self.lines {
            writeln!(input, "{line}").expect("the process reads");
        }
        self.running = Some(Running { child, input, output });
        let started = Instant::now();
        while started.elapsed() < self.warm_up {
            self.time(1_000);
        }
    }

    /// The time that `count` calls take, by its own measurement.
    pub(crate) fn time(&mut self, count: u64) -> Duration {
        let running = self.running.as_mut().expect("it was begun");
        writeln!(running.input, "{count}").expect("the process reads");
        let mut line = String::new();
        running.output.read_line(&mut line).expect("the process answers");
        let nanos = line.trim().parse().unwrap_or_else(|_| panic!("{:?} has failed", self.command));
        Duration::from_nanos(nanos)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

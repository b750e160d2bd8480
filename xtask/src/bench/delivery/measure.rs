//! What is measured, and the processes that are.

use std::fmt;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::cases::{Case, Topic};
use crate::error::{Context as _, Failure};

/// How long a case may take. A consumer that stands still must not hold up the others.
const LONGEST: Duration = Duration::from_secs(300);

/// What runs cases: the program, the broker, and Kafka's own tools.
pub(super) struct Cluster {
    pub(super) program: PathBuf,
    pub(super) brokers: String,
    pub(super) class_path: String,
}

/// What one run of a case took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Taken {
    /// Records in a second, from the first one to the last one.
    pub(super) per_second: f64,
    /// Microseconds of CPU of the whole process, user and system, for each record.
    pub(super) cpu: f64,
    /// Bytes that were received for each record, where the system reports them.
    pub(super) received: Option<f64>,
    /// Seconds from the first record to the last one.
    pub(super) seconds: f64,
}

/// A case and its measurements.
pub(super) struct Measured {
    pub(super) case: &'static Case,
    pub(super) taken: Vec<Taken>,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { per_second, cpu, seconds, .. } = self;
        write!(f, "{per_second:>9.0} records/s {cpu:>6.2} µs of CPU, {seconds:.2} s")?;
        self.received.map_or(Ok(()), |received| write!(f, ", {received:.0} bytes received per record"))
    }
}

impl Cluster {
    /// The program as it is built with a feature.
    pub(super) fn with_feature(&self, feature: &str) -> PathBuf {
        self.program.with_file_name(format!("delivery-bench-{feature}"))
    }

    /// The program with a command and the options that name the topic.
    pub(super) fn program(&self, command: &str, topic: &Topic) -> Command {
        let mut program = Command::new(&self.program);
        program.args([command, "--brokers", &self.brokers, "--prefix", &topic.prefix()]);
        program
    }
}

/// A group that has read nothing yet.
pub(super) fn group() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    format!("bench-{now}-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// What a program printed. It is killed when it takes too long.
pub(super) fn output(command: &mut Command) -> Result<String, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context(&name)?;
    // It would wait if nobody read what it prints.
    let printed = child.stdout.take().map(|mut stdout| {
        std::thread::spawn(move || {
            let mut printed = String::new();
            stdout.read_to_string(&mut printed).map(|_| printed)
        })
    });
    let deadline = Instant::now() + LONGEST;
    while child.try_wait().context(&name)?.is_none() {
        if Instant::now() >= deadline {
            kill(&mut child);
            return Err(format!("{name} did not end within {} s", LONGEST.as_secs()).into());
        }
        sleep(Duration::from_millis(20));
    }
    let printed =
        printed.ok_or("it has no output")?.join().map_err(|_| "reading panicked")?.context(&name)?;
    if child.wait().context(&name)?.success() {
        Ok(printed)
    } else {
        Err(format!("{name} failed\n{printed}").into())
    }
}

fn kill(child: &mut Child) {
    // One that has just ended is fine.
    let _ = child.kill();
    let _ = child.wait();
}

pub(super) fn as_f64(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

//! Measures one run: the wall clock from the first record to the last, the CPU of the whole process, the bytes received.

use std::fmt;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::Notify;

/// Counts records until all of them are done.
pub(crate) struct Meter {
    records: usize,
    done: AtomicUsize,
    first: OnceLock<Instant>,
    last: OnceLock<(Instant, Option<u64>)>,
    all_done: Notify,
}

/// What a run took. Its text is one line of JSON.
pub(crate) struct Taken {
    records: usize,
    wall: Duration,
    received: Option<u64>,
}

impl Meter {
    /// A meter of a run of `records`.
    pub(crate) fn new(records: usize) -> Self {
        let (first, last) = (OnceLock::new(), OnceLock::new());
        Self { records, done: AtomicUsize::new(0), first, last, all_done: Notify::new() }
    }

    /// Starts the clock, for a run that does not start it with its first record.
    pub(crate) fn start(&self) {
        self.first.get_or_init(Instant::now);
    }

    /// Whether records are missing.
    pub(crate) fn is_open(&self) -> bool {
        self.last.get().is_none()
    }

    /// Counts one record. Records beyond the last one do not count.
    pub(crate) fn record(&self) {
        let before = self.done.fetch_add(1, Ordering::Relaxed);
        if before == 0 {
            self.start();
        }
        if before + 1 == self.records {
            self.all();
        }
    }

    /// Stops the clock: all records are done.
    pub(crate) fn all(&self) {
        let now = Instant::now();
        self.last.get_or_init(|| (now, received_bytes()));
        self.all_done.notify_one();
    }

    /// Waits until all records are done.
    pub(crate) async fn wait(&self) {
        self.all_done.notified().await;
    }

    /// What the run took.
    pub(crate) fn taken(&self) -> Result<Taken, String> {
        let (Some(first), Some((last, received))) = (self.first.get(), self.last.get()) else {
            let done = self.done.load(Ordering::Relaxed);
            return Err(format!("the run ended after {done} of {} records", self.records));
        };
        Ok(Taken { records: self.records, wall: last.duration_since(*first), received: *received })
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cpu = clock_gettime(ClockId::ProcessCPUTime);
        let nanos = self.wall.as_nanos();
        let cpu_nanos = i128::from(cpu.tv_sec) * 1_000_000_000 + i128::from(cpu.tv_nsec);
        let received = self.received.map_or("null".to_owned(), |bytes| bytes.to_string());
        write!(
            f,
            "{{\"records\":{},\"wall_nanos\":{nanos},\"cpu_nanos\":{cpu_nanos},\"received\":{received}}}",
            self.records
        )
    }
}

/// The bytes that the TCP connections of this process have received so far, from `ss` of Linux. librdkafka's statistics have
/// them too, but not every peer gives them to its application.
fn received_bytes() -> Option<u64> {
    let output = Command::new("ss").args(["-tinpHO", "state", "established"]).output().ok()?;
    let process = format!("pid={},", std::process::id());
    let text = String::from_utf8_lossy(&output.stdout);
    let ours = text.lines().filter(|line| line.contains(&process));
    let received =
        ours.filter_map(|line| line.split_once("bytes_received:")?.1.split(' ').next()?.parse::<u64>().ok());
    output.status.success().then(|| received.sum())
}

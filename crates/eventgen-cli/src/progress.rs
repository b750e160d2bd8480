//! How far a command is, on a terminal: nothing in the first second, and nothing with `--quiet` or where standard error is a
//! file or a pipe.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::terminal::is_quiet;

/// How often the line is written anew.
const INTERVAL: Duration = Duration::from_millis(200);
/// Before this time there is no line.
const FIRST: Duration = Duration::from_secs(1);

/// A line that is overwritten, and removed at the end.
#[derive(Debug)]
pub(crate) struct Line {
    begun: Instant,
    /// When the line was written last. Several threads may show how far they are.
    shown: Mutex<Option<Instant>>,
    is_on: bool,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), shown: Mutex::new(None), is_on: is_on() }
    }

    /// Shows how far the command is, if it is time to.
    pub(crate) fn show(&self, text: impl FnOnce() -> String) {
        if !self.is_on {
            return;
        }
        // Another thread is about to write the line.
        let Ok(mut shown) = self.shown.try_lock() else { return };
        let is_due = shown.map_or_else(|| self.begun.elapsed() >= FIRST, |at| at.elapsed() >= INTERVAL);
        if is_due {
            *shown = Some(Instant::now());
            // There is no other channel to report this error on.
            let _ = write!(io::stderr(), "\r\x1b[K{}", text());
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.shown.get_mut().is_ok_and(|shown| shown.is_some()) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// How many items of a known number are done.
#[derive(Debug)]
pub(crate) struct Progress {
    /// What is done with an item, such as `checked`.
    verb: &'static str,
    total: usize,
    line: Line,
}

impl Progress {
    pub(crate) fn new(verb: &'static str, total: usize) -> Self {
        Self { verb, total, line: Line::new() }
    }

    /// Shows how many items are done.
    pub(crate) fn show(&self, done: usize) {
        self.line.show(|| format!("{} {done} of {}", self.verb, self.total));
    }

    /// Removes the line.
    pub(crate) fn clear(self) {
        drop(self);
    }
}

/// Shows what is being done, and for how long, until it is dropped: for work that does not say how far it is.
#[derive(Debug)]
pub(crate) struct Working(Option<(Sender<()>, JoinHandle<()>)>);

impl Working {
    pub(crate) fn new(what: &'static str) -> Self {
        if !is_on() {
            return Self(None);
        }
        let (done, is_done) = channel::<()>();
        let show = move || {
            let line = Line::new();
            while is_done.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                line.show(|| format!("{what}: {} s", line.begun.elapsed().as_secs()));
            }
        };
        let thread = thread::Builder::new().name("progress".to_owned()).spawn(show);
        Self(thread.ok().map(|thread| (done, thread)))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.0.take() {
            drop(done);
            // The line is removed before anything else is printed.
            let _ = thread.join();
        }
    }
}

fn is_on() -> bool {
    !is_quiet() && io::stderr().is_terminal()
}

//! Offsets of a partition and of a group, minute by minute.

use std::fmt::Write as _;

/// A span of time in which producers and consumers do the same all the time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phase {
    minutes: u64,
    /// What happens when it begins.
    event: Event,
    /// The rates of producers and consumers in halves of the usual one.
    written: i128,
    handled: i128,
}

/// What happens in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Nothing,
    /// The group handles all that waits.
    CatchUp,
    /// The offsets of the group are reset.
    Rewind,
    /// Retention deletes almost everything that the group has handled.
    DeleteHandled,
    /// Retention deletes everything.
    DeleteAll,
}

impl Phase {
    const fn new(minutes: u64, written: i128, handled: i128) -> Self {
        Self { minutes, event: Event::Nothing, written, handled }
    }

    /// Consumers keep up with producers.
    pub(super) const fn healthy(minutes: u64) -> Self {
        Self::new(minutes, 2, 2)
    }

    /// Consumers do nothing.
    pub(super) const fn stopped(minutes: u64) -> Self {
        Self::new(minutes, 2, 0)
    }

    /// Neither producers nor consumers do anything.
    pub(super) const fn idle(minutes: u64) -> Self {
        Self::new(minutes, 0, 0)
    }

    /// Consumers are half as fast as producers.
    pub(super) const fn slow(minutes: u64) -> Self {
        Self::new(minutes, 2, 1)
    }

    pub(super) const fn minutes(self) -> u64 {
        self.minutes
    }

    /// The phase with something that happens when it begins.
    pub(super) const fn after(self, event: Event) -> Self {
        Self { event, ..self }
    }
}

/// Values of series in the notation of promtool, a value each minute.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) end: String,
    pub(super) start: String,
    pub(super) committed: String,
    pub(super) lag: String,
    pub(super) lag_seconds: String,
}

/// The end of every partition at the start.
const FIRST_END: i128 = 1_000_000;

impl Flow {
    /// `rate` is the number of records a minute, which is even; `lag` is that of a group that keeps up.
    pub(super) fn new(phases: &[Phase], rate: i128, lag: i128) -> Self {
        let mut flow = Self::default();
        let (mut end, mut start, mut committed, mut seconds) = (FIRST_END, 0, FIRST_END - lag, 0);
        for phase in phases {
            match phase.event {
                Event::Nothing => {}
                Event::CatchUp => committed = end,
                // By more than a minute's records, so that the next value is lower.
                Event::Rewind => committed -= 2 * rate,
                // Of all groups: none is more than that behind.
                Event::DeleteHandled => start = end - 10,
                Event::DeleteAll => start = end,
            }
            let (written, handled) = (rate / 2 * phase.written, rate / 2 * phase.handled);
            let waits = committed < end;
            let aging = match (phase.written, phase.handled) {
                (0, 0) if waits => 60,
                (0, 0) => 0,
                (written, handled) => 60 - 60 * handled / written,
            };
            if phase.event == Event::CatchUp {
                seconds = 0;
            }
            segment(&mut flow.end, end, written, phase.minutes);
            segment(&mut flow.start, start, 0, phase.minutes);
            segment(&mut flow.committed, committed, handled, phase.minutes);
            segment(&mut flow.lag, end - committed, written - handled, phase.minutes);
            segment(&mut flow.lag_seconds, seconds, aging, phase.minutes);
            let minutes = i128::from(phase.minutes);
            end += written * minutes;
            committed += handled * minutes;
            seconds += aging * minutes;
        }
        flow
    }
}

/// The same value, then another one.
pub(super) fn steps(values: &[(i128, u64)]) -> String {
    let mut text = String::new();
    for (value, minutes) in values {
        segment(&mut text, *value, 0, *minutes);
    }
    text
}

/// No values.
pub(super) fn missing(minutes: u64) -> String {
    format!("_x{minutes}")
}

/// A value that starts to grow.
pub(super) fn growing(still: u64, growth: i128, minutes: u64) -> String {
    let mut text = String::new();
    segment(&mut text, 0, 0, still);
    segment(&mut text, growth, growth, minutes);
    text
}

fn segment(text: &mut String, from: i128, step: i128, minutes: u64) {
    if !text.is_empty() {
        text.push(' ');
    }
    // The first value is not counted. Writing to a string does not fail.
    let _ = write!(text, "{from}+{step}x{}", minutes - 1);
}

//! The records that the work of a transaction asks for. One that is not handed to librdkafka aborts the transaction, whatever
//! the work does with the error: librdkafka counts only the failures of records that it has taken.

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Error;
use crate::kafka::NotDelivered;

/// What the work of one transaction has asked for.
#[derive(Default)]
pub(super) struct Asked(Mutex<State>);

#[derive(Default)]
struct State {
    /// The topics of records whose methods have not ended. A future that is forgotten stays here.
    open: Vec<(u64, Cow<'static, str>)>,
    next: u64,
    first: Option<(Error, Kind)>,
    failed: u64,
}

/// What kept a record from being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The record, its topic, or a setting.
    Own,
    /// The transaction had failed before.
    Effect,
    /// The work gave its future up.
    Dropped,
}

/// A record that is not in the buffer, and why.
pub(super) struct NotAdded {
    error: Error,
    kind: Kind,
}

impl From<Error> for NotAdded {
    fn from(error: Error) -> Self {
        Self { error, kind: Kind::Own }
    }
}

impl From<NotDelivered> for NotAdded {
    fn from(error: NotDelivered) -> Self {
        let kind = if error.is_effect() { Kind::Effect } else { Kind::Own };
        Self { error: error.into(), kind }
    }
}

/// The records that were not written.
pub(super) struct Unwritten {
    /// Why the first one was not.
    pub(super) first: Error,
    pub(super) kind: Kind,
    pub(super) count: u64,
}

impl Unwritten {
    /// Whether the work has only given futures up.
    pub(super) fn is_dropped(&self) -> bool {
        self.kind == Kind::Dropped
    }
}

impl Asked {
    /// The work asks for a record of a topic.
    pub(super) fn begin(&self, topic: impl Into<Cow<'static, str>>) -> Asking<'_> {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.open.push((number, topic.into()));
        Asking { asked: self, number }
    }

    /// The work is over: what was not written of it.
    pub(super) fn unwritten(self) -> Option<Unwritten> {
        let mut state = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (_, topic) in std::mem::take(&mut state.open) {
            state.fail(dropped(topic), Kind::Dropped);
        }
        let count = state.failed;
        state.first.map(|(first, kind)| Unwritten { first, kind, count })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close(&mut self, number: u64) -> Option<Cow<'static, str>> {
        // Few are open at a time, and the last one ends first as a rule.
        let at = self.open.iter().rposition(|(open, _)| *open == number)?;
        Some(self.open.swap_remove(at).1)
    }

    fn fail(&mut self, error: Error, kind: Kind) {
        self.failed += 1;
        // A future is also dropped because another record has failed, or because the work was cancelled.
        if self.first.as_ref().is_none_or(|(_, first)| *first == Kind::Dropped && kind != Kind::Dropped) {
            self.first = Some((error, kind));
        }
    }
}

fn dropped(topic: Cow<'static, str>) -> Error {
    let reason = "its future was dropped before it had ended: await the future of every record".to_owned();
    Error::NotDelivered { topic: topic.into_owned(), reason }
}

/// A record that the work asks for, until it is in the buffer of the producer or has failed.
pub(super) struct Asking<'a> {
    asked: &'a Asked,
    number: u64,
}

impl Asking<'_> {
    /// It is in the buffer, or has failed.
    pub(super) fn end(self, outcome: Result<(), NotAdded>) -> Result<(), Error> {
        let mut state = self.asked.state();
        state.close(self.number);
        let outcome = outcome.map_err(|NotAdded { error, kind }| {
            state.fail(error.clone(), kind);
            error
        });
        drop(state);
        outcome
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let mut state = self.asked.state();
        if let Some(topic) = state.close(self.number) {
            state.fail(dropped(topic), Kind::Dropped);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(topic: &str) -> Error {
        Error::AbsentKey { topic: topic.to_owned() }
    }

    fn failed(topic: &str) -> Result<(), NotAdded> {
        Err(failure(topic).into())
    }

    fn unwritten(asked: Asked) -> Option<(String, Kind, u64)> {
        asked.unwritten().map(|unwritten| (unwritten.first.to_string(), unwritten.kind, unwritten.count))
    }

    #[test]
    fn the_first_failure_is_kept_although_its_error_is_dropped() {
        let asked = Asked::default();
        asked.begin("orders").end(Ok(())).expect("written");
        assert!(asked.begin("first").end(failed("first")).is_err());
        assert!(asked.begin("second").end(failed("second")).is_err());
        asked.begin("orders").end(Ok(())).expect("written");
        assert_eq!(unwritten(asked), Some((failure("first").to_string(), Kind::Own, 2)));
        assert_eq!(unwritten(Asked::default()), None);
    }

    #[test]
    fn a_future_that_is_dropped_or_forgotten_is_a_record_that_is_not_written() {
        for end in [|asking: Asking<'_>| drop(asking), |asking: Asking<'_>| std::mem::forget(asking)] {
            let asked = Asked::default();
            end(asked.begin("orders"));
            let (first, kind, count) = unwritten(asked).expect("not written");
            assert!(first.contains("`orders`") && first.contains("await"), "{first}");
            assert_eq!((kind, count), (Kind::Dropped, 1));
        }
    }

    #[test]
    fn the_error_of_a_record_counts_before_the_futures_that_are_dropped_for_it() {
        let asked = Asked::default();
        let other = asked.begin("other");
        drop(asked.begin("early"));
        let failing = asked.begin("orders");
        failing.end(Err(NotAdded { error: failure("orders"), kind: Kind::Effect })).expect_err("failed");
        drop(other);
        assert_eq!(unwritten(asked), Some((failure("orders").to_string(), Kind::Effect, 3)));
    }
}

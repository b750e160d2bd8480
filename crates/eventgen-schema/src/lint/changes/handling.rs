//! Changes of what consumers do with the records of a topic, and of who is told.

use std::time::Duration;

use super::found::Changes;
use crate::contract::{Backoff, ConsumerGroup, MaxLag, Topic, readable};
use crate::diagnostics::{Diagnostic, code};

pub(super) fn dead_letter_changed(old: &Topic, new: &Topic, found: &mut Changes) {
    let name = |topic: &Topic| topic.dead_letter.as_ref().map(|letters| letters.topic.clone());
    // With the name of its topic the derived name changes, too: that is said of the events.
    let (Some(before), after) = (name(old), name(new)) else { return };
    let (message, help) = match after {
        Some(after) if after == before => return,
        Some(after) => (
            format!("dead letters of topic `{}` go to `{after}`, and went to `{before}`", new.name),
            "nobody looks for letters in the old topic any more: handle them before, or keep its name",
        ),
        None => (
            format!("topic `{}` has no dead letters any more, and had `{before}`", new.name),
            "a record that cannot be handled stops its consumers: keep `deadLetter`, or handle what is left in the old topic",
        ),
    };
    let diagnostic = Diagnostic::lint(code::DEAD_LETTER_CHANGED, message).help(help);
    found.topic(&new.name, "deadLetter", diagnostic);
}

/// Fewer attempts, or less time until a record is a dead letter.
pub(super) fn retry_reduced(old: &Topic, new: &Topic, found: &mut Changes) {
    let mut parts = Vec::new();
    let retries = |topic: &Topic| topic.retry.delays.len() + topic.retry.attempts as usize;
    if retries(new) < retries(old) {
        parts.push(format!("from {} retries to {}", retries(old), retries(new)));
    }
    let waits = |topic: &Topic| topic.retry.delays.iter().sum::<Duration>();
    if waits(new) < waits(old) {
        parts.push(format!("from {} of delay to {}", human(waits(old)), human(waits(new))));
    }
    let (before, after) = (in_place(old), in_place(new));
    if parts.is_empty() && after < before {
        parts.push(format!("from {} of pauses in place to {}", human(before), human(after)));
    }
    if parts.is_empty() {
        return;
    }
    let message = format!("records of topic `{}` are retried less: {}", new.name, parts.join(", "));
    let diagnostic = Diagnostic::lint(code::RETRY_REDUCED, message).help(
        "what is down for a while makes dead letters of records that were handled before: keep the retries, or make sure \
         that somebody handles the letters",
    );
    found.topic(&new.name, "retry", diagnostic);
}

/// How long a record is retried in place.
fn in_place(topic: &Topic) -> Duration {
    let retry = &topic.retry;
    // More are not told apart.
    let attempts = retry.attempts.min(10_000);
    let (mut all, mut pause) = (Duration::ZERO, retry.initial);
    for _ in 0..attempts {
        all = all.saturating_add(pause.min(retry.max));
        if retry.backoff == Backoff::Exponential {
            pause = pause.saturating_mul(2);
        }
    }
    all
}

/// A group that may be further behind, or that nobody watches any more.
pub(super) fn lag_limit_raised(old: &Topic, new: &Topic, found: &mut Changes) {
    for before in &old.consumers {
        let Some(limit) = before.max_lag else { continue };
        let after = new.consumers.iter().find(|group| group.group == before.group);
        let what = match after.map(|group: &ConsumerGroup| group.max_lag) {
            None => "is gone".to_owned(),
            Some(None) => "has no limit any more".to_owned(),
            Some(Some(after)) if is_raised(limit, after) => {
                format!("goes from {} to {}", shown(limit), shown(after))
            }
            Some(Some(_)) => continue,
        };
        let message = format!("the lag limit of group `{}` on topic `{}` {what}", before.group, new.name);
        let diagnostic = Diagnostic::lint(code::LAG_LIMIT_RAISED, message).help(
            "alerts come later or not at all: keep the limit, and the group as long as it has committed offsets",
        );
        found.topic(&new.name, "consumers", diagnostic);
    }
}

/// Records and time do not compare: a change of the unit is said.
fn is_raised(before: MaxLag, after: MaxLag) -> bool {
    match (before, after) {
        (MaxLag::Records(before), MaxLag::Records(after)) => after > before,
        (MaxLag::Time(before), MaxLag::Time(after)) => after > before,
        _ => true,
    }
}

fn shown(limit: MaxLag) -> String {
    match limit {
        MaxLag::Records(records) => format!("{records} records"),
        MaxLag::Time(time) => human(time),
    }
}

fn human(time: Duration) -> String {
    if time.is_zero() { "none".to_owned() } else { readable("retention.ms", &time.as_millis().to_string()) }
}

//! The word `retry`.

use super::quantity;
use super::words::{Casing, Words};
use crate::code;
use crate::contract::{Backoff, Retry};
use crate::diagnostic::Diagnostic;
use crate::node::Node;
use crate::source::Spanned;

/// What one place says about retries.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RetryWords {
    pub(super) policy: Retry,
    /// Where failed records wait.
    pub(crate) mode: Option<Spanned<RetryMode>>,
}

/// Where failed records wait for their next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryMode {
    /// In the consumer, which holds back their key.
    InPlace,
    /// In topics of their own.
    Topics,
}

pub(super) fn read_retry(
    node: &Node,
    casing: Casing,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Spanned<RetryWords>> {
    let vocabulary = ["attempts", "backoff", "initial", "max", "jitter", "mode"];
    let mut words = Words::read(node, "`retry`", &vocabulary, casing, mistakes)?;
    let mode = words.one_of("mode", &[("inPlace", RetryMode::InPlace), ("topics", RetryMode::Topics)]);
    if let Some(mode) = mode.as_ref().filter(|mode| mode.value == RetryMode::Topics) {
        words.mistakes.push(
            Diagnostic::error(code::NOT_SUPPORTED, "retry topics are not supported yet")
                .at(&mode.span, "this mode is planned")
                .help("leave `mode` out: retries in place keep the order of a key"),
        );
    }
    let default = Retry::default();
    let backoff =
        words.one_of("backoff", &[("fixed", Backoff::Fixed), ("exponential", Backoff::Exponential)]);
    let initial = words.quantity("initial", quantity::duration, DURATION);
    let max = words.quantity("max", quantity::duration, DURATION);
    if let (Some(initial), Some(max)) = (&initial, &max)
        && max.value < initial.value
    {
        words.mistakes.push(
            Diagnostic::error(code::WRONG_VALUE, "the longest pause is shorter than the first")
                .at(&max.span, "no pause is longer than this")
                .at(&initial.span, "the first pause")
                .help("set `max` to `initial` or more"),
        );
    }
    let policy = Retry {
        attempts: words.number("attempts", 0..=u32::MAX).map_or(default.attempts, |attempts| attempts.value),
        backoff: backoff.map_or(default.backoff, |backoff| backoff.value),
        initial: initial.map_or(default.initial, |pause| pause.value),
        max: max.map_or(default.max, |pause| pause.value),
        jitter: words.boolean("jitter").map_or(default.jitter, |jitter| jitter.value),
    };
    Some(Spanned { value: RetryWords { policy, mode }, span: node.span.clone() })
}

/// How a duration is written.
pub(super) const DURATION: &str = "a number with ms, s, m, h, d or w, such as \"200ms\" or \"5m\"";

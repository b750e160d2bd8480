//! The property `retry`.

use super::quantity;
use crate::contract::{Backoff, Retry};
use crate::diagnostics::{Diagnostic, code};
use crate::node::Node;
use crate::reader::{Casing, Properties};
use crate::source::Spanned;

/// What one place says about retries.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RetryProperties {
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
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Spanned<RetryProperties>> {
    let vocabulary = ["attempts", "backoff", "initial", "max", "jitter", "mode"];
    let mut properties = Properties::read(node, "`retry`", &vocabulary, casing, diagnostics)?;
    let mode = properties.one_of("mode", &[("inPlace", RetryMode::InPlace), ("topics", RetryMode::Topics)]);
    if let Some(mode) = mode.as_ref().filter(|mode| mode.value == RetryMode::Topics) {
        properties.diagnostics.push(
            Diagnostic::error(code::NOT_SUPPORTED, "retry topics are not supported yet")
                .at(&mode.span, "this mode is planned")
                .help("leave `mode` out: retries in place keep the order of a key"),
        );
    }
    let default = Retry::default();
    let backoff =
        properties.one_of("backoff", &[("fixed", Backoff::Fixed), ("exponential", Backoff::Exponential)]);
    let initial = properties.quantity("initial", quantity::duration, DURATION);
    let max = properties.quantity("max", quantity::duration, DURATION);
    if let (Some(initial), Some(max)) = (&initial, &max)
        && max.value < initial.value
    {
        properties.diagnostics.push(
            Diagnostic::error(code::WRONG_VALUE, "the longest pause is shorter than the first")
                .at(&max.span, "no pause is longer than this")
                .at(&initial.span, "the first pause")
                .help("set `max` to `initial` or more"),
        );
    }
    let initial = initial.map_or(default.initial, |pause| pause.value);
    let policy = Retry {
        attempts: properties
            .number("attempts", 0..=u32::MAX)
            .map_or(default.attempts, |attempts| attempts.value),
        backoff: backoff.map_or(default.backoff, |backoff| backoff.value),
        initial,
        max: max.map_or(default.max.max(initial), |pause| pause.value),
        jitter: properties.boolean("jitter").map_or(default.jitter, |jitter| jitter.value),
    };
    Some(Spanned { value: RetryProperties { policy, mode }, span: node.span.clone() })
}

/// How a duration is written.
pub(super) const DURATION: &str = "a number with ms, s, m, h, d or w, such as \"200ms\" or \"5m\"";

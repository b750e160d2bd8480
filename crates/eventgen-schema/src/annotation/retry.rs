//! The property `retry`.

use super::quantity;
use crate::contract::{Backoff, Retry};
use crate::diagnostics::{Diagnostic, code};
use crate::node::Node;
use crate::reader::{Casing, Properties};
use crate::source::Spanned;

/// The properties of retries that one annotation or table sets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RetryProperties {
    pub(super) policy: Retry,
}

pub(super) fn read_retry(
    node: &Node,
    casing: Casing,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Spanned<RetryProperties>> {
    let vocabulary = ["attempts", "backoff", "initial", "max", "jitter", "mode"];
    let mut properties = Properties::read(node, "`retry`", &vocabulary, casing, diagnostics)?;
    let is_supported = [("inPlace", true), ("topics", false)];
    if let Some(mode) = properties.one_of("mode", &is_supported).filter(|mode| !mode.value) {
        properties.diagnostics.push(
            Diagnostic::error(code::NOT_SUPPORTED, "retry topics are not supported yet")
                .at(&mode.span, "this mode is planned")
                .help("remove `mode`: records are retried in place, which keeps the order of each key"),
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
            Diagnostic::error(code::WRONG_VALUE, "the maximum pause is shorter than the first one")
                .at(&max.span, "the maximum pause")
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
    Some(Spanned { value: RetryProperties { policy }, span: node.span.clone() })
}

/// The form of a duration, for error messages.
pub(super) const DURATION: &str = "a number with ms, s, m, h, d or w, such as \"200ms\" or \"5m\"";

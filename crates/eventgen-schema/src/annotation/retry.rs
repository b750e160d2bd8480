//! The property `retry`.

use std::time::Duration;

use super::duration::{DURATION, check_length, read_duration};
use super::quantity;
use crate::contract::Retry;
use crate::diagnostics::{Diagnostic, code};
use crate::node::{Node, Value};
use crate::reader::{Casing, Properties, wrong_kind};
use crate::source::Spanned;
use crate::vocabulary::{BACKOFFS, MAX_DELAYS, RETRY, RETRY_MODES, RetryMode, names};

/// Delays for examples in error messages.
const DELAYS: &str = r#"["10s", "1m", "10m"]"#;

/// The properties of retries that one annotation or table sets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RetryProperties {
    pub(super) policy: Retry,
    /// The delays of retry topics; `None` if records are retried in place only.
    pub(crate) delays: Option<Spanned<Vec<Duration>>>,
}

pub(super) fn read_retry(
    node: &Node,
    casing: Casing,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Spanned<RetryProperties>> {
    let mut properties = Properties::read(node, "`retry`", &names(&RETRY), casing, diagnostics)?;
    let delays = read_topics(&mut properties);
    let default = Retry::default();
    let backoff = properties.one_of("backoff", &BACKOFFS);
    let initial = read_duration(&mut properties, "initial", DURATION);
    let max = read_duration(&mut properties, "max", DURATION);
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
    // A record that waits in a topic does not have to wait in its consumer before that.
    let attempts = if delays.is_some() { 0 } else { default.attempts };
    let policy = Retry {
        attempts: properties.number("attempts", 0..=u32::MAX).map_or(attempts, |attempts| attempts.value),
        backoff: backoff.map_or(default.backoff, |backoff| backoff.value),
        initial,
        max: max.map_or(default.max.max(initial), |pause| pause.value),
        jitter: properties.boolean("jitter").map_or(default.jitter, |jitter| jitter.value),
        delays: delays.as_ref().map(|delays| delays.value.clone()).unwrap_or_default(),
    };
    Some(Spanned { value: RetryProperties { policy, delays }, span: node.span.clone() })
}

/// The delays of retry topics; `None` if there are none, or what is written about them is wrong.
fn read_topics(properties: &mut Properties<'_, '_>) -> Option<Spanned<Vec<Duration>>> {
    let casing = properties.casing;
    let has_mode = properties.get("mode").is_some();
    let mode = properties.one_of("mode", &RETRY_MODES);
    let has_delays = properties.get("delays").is_some();
    let delays = read_delays(properties);
    let diagnostics = &mut *properties.diagnostics;
    match (mode, delays) {
        (Some(Spanned { value: RetryMode::Topics, .. }), Some(delays)) => {
            check_delays(&delays.value, casing, diagnostics);
            let values = delays.value.iter().map(|delay| delay.value).collect();
            return Some(Spanned { value: values, span: delays.span });
        }
        (Some(Spanned { value: RetryMode::Topics, span }), None) if !has_delays => diagnostics.push(
            Diagnostic::error(code::RETRY_DELAYS, "retry topics need delays")
                .at(&span, "there are no `delays` beside it")
                .help(format!("add {}", casing.example("delays", DELAYS))),
        ),
        (mode, Some(delays)) if mode.is_some() == has_mode => {
            let mut diagnostic =
                Diagnostic::error(code::RETRY_DELAYS, "delays have no effect without retry topics")
                    .at(&delays.span, "how long records wait in retry topics");
            if let Some(mode) = mode {
                diagnostic = diagnostic.at(&mode.span, "records are retried in place");
            }
            diagnostics.push(diagnostic.help(format!(
                "set {}, or remove `{}`: `{}` and `{}` are the pauses of retries in place",
                casing.word("mode", "topics"),
                casing.of("delays"),
                casing.of("initial"),
                casing.of("max"),
            )));
        }
        // What is wrong with them has been reported.
        _ => {}
    }
    None
}

fn read_delays(properties: &mut Properties<'_, '_>) -> Option<Spanned<Vec<Spanned<Duration>>>> {
    let (node, casing) = (properties.get("delays")?, properties.casing);
    let items = match &node.value {
        Value::Array(items) if !items.is_empty() => items,
        _ => {
            let example = casing.example("delays", DELAYS);
            properties.diagnostics.push(wrong_kind("`delays`", "a list of durations", &example, node));
            return None;
        }
    };
    let mut delays = Vec::with_capacity(items.len());
    for item in items {
        match item.as_str().and_then(quantity::saturating_duration) {
            Some(value) => match check_length(value, &item.span, "a delay") {
                Ok(()) => delays.push(Spanned { value, span: item.span.clone() }),
                Err(diagnostic) => properties.diagnostics.push(*diagnostic),
            },
            None => {
                let message = match item.as_str() {
                    Some(text) => format!("`{text}` is not understood as a delay"),
                    None => "a delay must be a duration".to_owned(),
                };
                properties.diagnostics.push(
                    Diagnostic::error(code::INVALID_QUANTITY, message)
                        .at(&item.span, "not a duration")
                        .help(format!("write {DURATION}")),
                );
            }
        }
    }
    (delays.len() == items.len()).then(|| Spanned { value: delays, span: node.span.clone() })
}

fn check_delays(delays: &[Spanned<Duration>], casing: Casing, diagnostics: &mut Vec<Diagnostic>) {
    for delay in delays.iter().filter(|delay| delay.value.is_zero()) {
        diagnostics.push(
            Diagnostic::error(
                code::RETRY_DELAYS,
                "a record does not wait in a retry topic with a delay of zero",
            )
            .at(&delay.span, "no time")
            .help(format!(
                "write a longer delay; {} is a retry without a topic",
                casing.example("attempts", "1")
            )),
        );
    }
    for pair in delays.windows(2).filter(|pair| pair[1].value < pair[0].value && !pair[1].value.is_zero()) {
        diagnostics.push(
            Diagnostic::error(code::RETRY_DELAYS, "a delay is shorter than the one before it")
                .at(&pair[1].span, "shorter")
                .at(&pair[0].span, "than this")
                .help("write the delays from the shortest to the longest: records wait for them in turn"),
        );
    }
    if let Some(first) = delays.get(MAX_DELAYS) {
        diagnostics.push(
            Diagnostic::error(
                code::RETRY_DELAYS,
                format!("there are {} delays, and {MAX_DELAYS} are allowed", delays.len()),
            )
            .at(&first.span, "one more than allowed")
            .help("keep fewer: each one is a topic, with the partitions of its source, for every group"),
        );
    }
}

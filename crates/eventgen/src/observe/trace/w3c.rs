//! The headers of W3C Trace Context, which need no global propagator.

use std::fmt::Write as _;
use std::str::FromStr as _;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};

use crate::Headers;

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// Replaces the context that headers carry.
pub(super) fn carry(context: &SpanContext, headers: &mut Headers) {
    if !context.is_valid() {
        return;
    }
    // Version, trace, span, flags.
    let mut parent = String::with_capacity(55);
    let flags = context.trace_flags() & TraceFlags::SAMPLED;
    let written = write!(parent, "00-{}-{}-{:02x}", context.trace_id(), context.span_id(), flags);
    written.expect("writing to a string does not fail");
    headers.set(PARENT, parent.as_str());
    headers.remove(STATE);
    let state = context.trace_state().header();
    if !state.is_empty() {
        headers.set(STATE, state.as_str());
    }
}

/// Adds the current context to headers that carry none.
pub(super) fn carry_current(headers: &mut Headers) {
    if headers.bytes(PARENT).is_none() {
        carry(Context::current().span().span_context(), headers);
    }
}

/// The context that headers carry. What is not valid is ignored, as the recommendation requires.
pub(super) fn carried(headers: &Headers) -> Option<SpanContext> {
    let parent = headers.text(PARENT)?;
    let mut parts = parent.trim().split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    // A later version may have more parts.
    let has_rest = parts.next().is_some();
    if !is_hex(version, 2) || version == "ff" || (version == "00" && has_rest) {
        return None;
    }
    if !is_hex(trace, 32) || !is_hex(span, 16) || !is_hex(flags, 2) {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let state = headers.text(STATE).and_then(|state| TraceState::from_str(state).ok()).unwrap_or_default();
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    Some(SpanContext::new(trace, span, flags, true, state)).filter(SpanContext::is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn headers(parent: &str) -> Headers {
        let mut headers = Headers::new();
        headers.set(PARENT, parent);
        headers
    }

    #[test]
    fn a_context_is_the_same_after_it_was_carried() {
        let mut carrier = headers(EXAMPLE);
        carrier.set(STATE, "vendor=1");
        let context = carried(&carrier).expect("a context");
        assert!(context.is_remote() && context.is_sampled());
        let mut other = headers("00-00000000000000000000000000000001-0000000000000001-00");
        carry(&context, &mut other);
        assert_eq!((other.text(PARENT), other.text(STATE)), (Some(EXAMPLE), Some("vendor=1")));
    }

    #[test]
    fn what_is_not_valid_is_ignored() {
        for parent in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        ] {
            assert_eq!(carried(&headers(parent)), None, "{parent}");
        }
        let later = "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more";
        assert!(carried(&headers(later)).is_some(), "a later version");
    }
}

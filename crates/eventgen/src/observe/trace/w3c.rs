//! The headers of W3C Trace Context, which need no global propagator.

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
    let mut parent = *b"00-................................-................-00";
    write_hex(&context.trace_id().to_bytes(), &mut parent[3..35]);
    write_hex(&context.span_id().to_bytes(), &mut parent[36..52]);
    if context.is_sampled() {
        parent[54] = b'1';
    }
    headers.remove(PARENT);
    headers.append(PARENT, Some(parent.to_vec()));
    headers.remove(STATE);
    let state = context.trace_state();
    let state = if *state == TraceState::NONE { String::new() } else { state.header() };
    if !state.is_empty() {
        headers.set(STATE, state.as_str());
    }
}

/// Adds the current context to headers that carry none.
pub(super) fn carry_current(headers: &mut Headers) {
    if headers.bytes(PARENT).is_none() {
        Context::map_current(|current| carry(current.span().span_context(), headers));
    }
}

/// The context that headers carry. What is not valid is ignored, as the recommendation requires.
pub(super) fn carried(headers: &Headers) -> Option<SpanContext> {
    let parent = headers.bytes(PARENT)?.trim_ascii();
    let mut parts = parent.split(|byte| *byte == b'-');
    let [version] = hex::<1>(parts.next()?)?;
    let (trace, span) = (hex::<16>(parts.next()?)?, hex::<8>(parts.next()?)?);
    let [flags] = hex::<1>(parts.next()?)?;
    // A later version may have more parts.
    if version == 0xff || (version == 0 && parts.next().is_some()) {
        return None;
    }
    let flags = TraceFlags::new(flags) & TraceFlags::SAMPLED;
    let state = headers.text(STATE).and_then(|state| TraceState::from_str(state).ok()).unwrap_or_default();
    let (trace, span) = (TraceId::from_bytes(trace), SpanId::from_bytes(span));
    Some(SpanContext::new(trace, span, flags, true, state)).filter(SpanContext::is_valid)
}

fn write_hex(bytes: &[u8], text: &mut [u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (digits, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
}

/// The bytes that lowercase digits state; `None` if they are not of this length.
fn hex<const LENGTH: usize>(text: &[u8]) -> Option<[u8; LENGTH]> {
    let digit = |byte| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; LENGTH];
    if text.len() != 2 * LENGTH {
        return None;
    }
    for (byte, &[high, low]) in bytes.iter_mut().zip(text.as_chunks::<2>().0) {
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
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

//! When a request is repeated, and after which pause.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// The pause before the first repetition. It triples with each.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause, and the longest that a registry may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Whether a later request may be answered otherwise. Every request of the interface may be repeated.
pub(super) fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// The pause before the repetition `number`, which counts from 0. `asked` is what the registry asks for; `None` if that
/// is more than anybody waits for.
pub(super) fn pause(number: u32, asked: Option<Duration>) -> Option<Duration> {
    if let Some(asked) = asked {
        return (asked <= LONGEST_PAUSE).then_some(asked);
    }
    let pause = FIRST_PAUSE.saturating_mul(3_u32.saturating_pow(number)).min(LONGEST_PAUSE);
    // Clients that were refused at the same time do not come back at the same time.
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
    Some(pause + pause * (nanos % 1_000) / 4_000)
}

/// The header `Retry-After` in its form as seconds (RFC 9110, section 10.2.3). Its form as a date is ignored.
pub(super) fn asked(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_have_an_end() {
        let pauses: Vec<Duration> = (0..20).filter_map(|number| pause(number, None)).collect();
        assert!(pauses[0] >= FIRST_PAUSE && pauses[1] >= FIRST_PAUSE * 3 && pauses[2] >= FIRST_PAUSE * 9);
        assert!(pauses.iter().all(|pause| *pause <= LONGEST_PAUSE + LONGEST_PAUSE / 4));
        assert_eq!(pause(7, Some(Duration::from_secs(2))), Some(Duration::from_secs(2)));
        assert_eq!(pause(0, Some(Duration::from_secs(3_600))), None);
    }
}

//! Counts in sentences.

/// A count with its noun, such as `2 events`.
pub(crate) fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

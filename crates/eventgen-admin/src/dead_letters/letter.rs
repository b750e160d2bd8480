//! A dead letter.

use super::header::Header;
use super::origin::{HeaderFamily, LOOPS, Origin};

/// A record of a dead-letter topic.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The dead-letter topic.
    pub topic: String,
    /// The partition of the letter.
    pub partition: i32,
    /// The offset of the letter.
    pub offset: i64,
    /// The timestamp of the letter, in milliseconds since the Unix epoch.
    pub timestamp: Option<i64>,
    /// The key.
    pub key: Option<Vec<u8>>,
    /// The value.
    pub value: Option<Vec<u8>>,
    /// All headers in order.
    pub headers: Vec<Header>,
    /// What the headers say.
    pub origin: Origin,
}

/// What has become of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LetterState {
    /// It waits for somebody.
    Open,
    /// It has failed again after [`LOOPS`] redrives, and waits for somebody.
    Parked,
    /// It was sent back.
    Redriven,
    /// Somebody has decided that it is not to be handled.
    Discarded,
}

impl LetterState {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Parked => "parked",
            Self::Redriven => "redriven",
            Self::Discarded => "discarded",
        }
    }
}

impl DeadLetter {
    /// The value of the last header of this name.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let mut headers = self.headers.iter().rev();
        headers.find(|header| header.name == name.as_bytes())?.value.as_deref()
    }

    /// When it became a letter, in milliseconds since the Unix epoch, as far as that is known.
    pub fn failed_at(&self) -> Option<i64> {
        self.origin.failed_at.or(self.timestamp)
    }

    /// Whether it has come back too often to be sent back once more.
    pub fn is_parked(&self) -> bool {
        self.origin.redrives >= LOOPS
    }

    /// Whether the record has a value that the letter does not have: it was too large for the dead-letter topic, or it was left
    /// out by default (KIP-1191). A deletion that eventgen has written as a letter never had one.
    pub fn lacks_value(&self) -> bool {
        if self.value.is_some() {
            return false;
        }
        match self.origin.family {
            Some(HeaderFamily::Dlq) => self.origin.omitted.is_some() || self.origin.disposition.is_none(),
            Some(_) => self.origin.offset.is_some(),
            None => false,
        }
    }

    /// Whether the letter lacks a part of the record besides its value.
    pub(crate) fn lacks(&self, part: &str) -> bool {
        self.origin.omitted.as_deref().is_some_and(|omitted| omitted.split(',').any(|name| name == part))
    }

    /// The first line of the error without what differs from one letter to the next, such as numbers, and without control
    /// characters: letters with the same cause share it.
    pub fn cause(&self) -> String {
        let text = self.origin.message.as_deref().or(self.origin.exception.as_deref()).unwrap_or_default();
        let mut cause = String::with_capacity(text.len());
        let mut chars = text.lines().next().unwrap_or_default().chars().peekable();
        while let Some(char) = chars.next() {
            if char == '\u{1b}' && chars.next_if_eq(&'[').is_some() {
                // Colors (ECMA-48, section 5.4) do not belong to the error.
                let _ = chars.find(|end| ('@'..='~').contains(end));
            } else if char.is_control() {
                cause.push(' ');
            } else if !char.is_ascii_digit() {
                cause.push(char);
            } else if !cause.ends_with('#') {
                cause.push('#');
            }
        }
        cause
    }
}

#[cfg(test)]
pub(crate) fn letter(partition: i32, offset: i64, headers: &[(&str, &str)]) -> DeadLetter {
    let headers: Vec<Header> =
        headers.iter().map(|(name, value)| Header::new(*name, Some(value.as_bytes().to_vec()))).collect();
    DeadLetter {
        topic: "orders.dlq".to_owned(),
        partition,
        offset,
        timestamp: Some(1_000),
        key: Some(b"ada".to_vec()),
        value: Some(b"v".to_vec()),
        origin: Origin::of(&headers),
        headers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_without_a_value_lacks_it_unless_the_record_had_none() {
        let lacks = |headers: &[(&str, &str)]| {
            let whole = letter(0, 0, headers);
            assert!(!whole.lacks_value());
            DeadLetter { value: None, ..whole }.lacks_value()
        };
        let topic = ("__dlq.errors.topic", "orders");
        assert!(lacks(&[topic]), "a share group leaves values out");
        assert!(lacks(&[topic, ("__dlq.errors.omitted", "value"), ("__dlq.errors.disposition", "poison")]));
        assert!(!lacks(&[topic, ("__dlq.errors.disposition", "poison")]), "a deletion");
        assert!(lacks(&[("__connect.errors.offset", "3")]));
        assert!(!lacks(&[("__rule.topic", "orders")]), "there is no offset to look at");
        assert!(!lacks(&[]));
    }

    #[test]
    fn letters_that_differ_in_numbers_have_the_same_cause() {
        let cause = |message| letter(0, 0, &[("__dlq.errors.message", message)]).cause();
        assert_eq!(cause("order 17 is closed\nat line 3"), "order # is closed");
        assert_eq!(cause("order 4 is closed"), "order # is closed");
        assert_eq!(cause("\u{1b}[1;31morder\u{1b}[0m\t4\u{9b}is closed"), "order # is closed", "in color");
    }
}

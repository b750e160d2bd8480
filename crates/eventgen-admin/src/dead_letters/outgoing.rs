//! The record that a letter becomes again.

use super::header::Header;
use super::letter::DeadLetter;
use super::origin::{HeaderFamily, REDRIVES};
use super::plan::Route;
use super::source::SourceRecord;

/// The group that a record was sent back for. Consumers of eventgen in other groups skip it.
const GROUP: &str = "__dlq.redrive.group";
/// The letter: topic, partition and offset.
pub(crate) const LETTER: &str = "__dlq.redrive.letter";
/// When the record was made, in milliseconds since the Unix epoch. The record that is sent back has the time of that.
const MADE: &str = "__dlq.redrive.timestamp";
/// What the names of these headers begin with.
const PREFIX: &[u8] = b"__dlq.redrive.";

/// A record to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outgoing {
    pub(crate) topic: String,
    /// The partition, if the topic has it.
    pub(crate) partition: Option<i32>,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) headers: Vec<Header>,
}

/// The place of a letter, by which the record that it became is recognised.
pub(crate) fn place(topic: &str, partition: i32, offset: i64) -> String {
    format!("{topic}:{partition}:{offset}")
}

impl Outgoing {
    /// The record of a letter. `record` is the one that the letter is about, if the letter lacks a part of it.
    pub(crate) fn new(letter: &DeadLetter, record: Option<SourceRecord>, route: &Route, now: i64) -> Self {
        let origin = &letter.origin;
        let made = origin.made_at.or_else(|| record.as_ref().and_then(|record| record.timestamp));
        let made = made.or(letter.timestamp);
        let (key, value, headers) = match record {
            None => (letter.key.clone(), letter.value.clone(), letter.headers.clone()),
            Some(record) => {
                let key = if letter.lacks("key") { record.key } else { letter.key.clone() };
                let headers = if letter.lacks("headers") { record.headers } else { letter.headers.clone() };
                (key, record.value, headers)
            }
        };
        let mut out: Vec<Header> = headers.into_iter().filter(|header| is_own(&header.name)).collect();
        let mut add = |name: &str, text: String| out.push(Header::new(name, Some(text.into_bytes())));
        let partition = origin.partition;
        match route {
            Route::RetryTopic { .. } => {
                // The history of a record that has not failed yet, and is due now.
                add("__retry.topic", origin.topic.clone().unwrap_or_default());
                for (name, number) in [
                    ("__retry.partition", partition.map(i64::from)),
                    ("__retry.offset", origin.offset),
                    ("__retry.timestamp", made),
                    ("__retry.delivery.count", Some(0)),
                    ("__retry.delays", Some(1)),
                    ("__retry.due", Some(now)),
                ] {
                    if let Some(number) = number {
                        add(name, number.to_string());
                    }
                }
            }
            Route::Source { group, .. } => add(GROUP, group.clone()),
            Route::Asked { .. } => {}
        }
        add(REDRIVES, (origin.redrives + 1).to_string());
        add(LETTER, place(&letter.topic, letter.partition, letter.offset));
        if let Some(made) = made {
            add(MADE, made.to_string());
        }
        // Another topic has partitions of its own.
        let partition = partition.filter(|_| !matches!(route, Route::Asked { .. }));
        Self { topic: route.topic().to_owned(), partition, key, value, headers: out }
    }

    /// The bytes of the record.
    pub(crate) fn size(&self) -> usize {
        let length = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
        let headers = self.headers.iter().map(|header| header.name.len() + length(&header.value));
        length(&self.key) + length(&self.value) + headers.sum::<usize>()
    }
}

/// Whether a header is one of the record itself, not one that made it a letter.
fn is_own(name: &[u8]) -> bool {
    let families = [
        HeaderFamily::Dlq,
        HeaderFamily::Streams,
        HeaderFamily::Spring,
        HeaderFamily::Connect,
        HeaderFamily::Rule,
    ];
    !name.starts_with(PREFIX) && !families.iter().any(|family| name.starts_with(family.prefix().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::letter::letter;
    use super::*;

    fn entries(outgoing: &Outgoing) -> Vec<(&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).expect("UTF-8");
        outgoing
            .headers
            .iter()
            .map(|it| (text(&it.name), text(it.value.as_deref().expect("a value"))))
            .collect()
    }

    const LETTER_HEADERS: [(&str, &str); 6] = [
        ("trace", "x"),
        ("__dlq.errors.topic", "orders"),
        ("__dlq.errors.partition", "3"),
        ("__dlq.errors.offset", "9"),
        ("__dlq.errors.record.timestamp", "700"),
        ("__dlq.redrive.count", "1"),
    ];

    #[test]
    fn the_record_is_what_it_was_with_the_group_that_it_is_for() {
        let route = Route::Source { topic: "orders".into(), group: "billing".into() };
        let outgoing = Outgoing::new(&letter(2, 5, &LETTER_HEADERS), None, &route, 900);
        assert_eq!((outgoing.partition, outgoing.key.as_deref()), (Some(3), Some(&b"ada"[..])));
        let expected = [
            ("trace", "x"),
            ("__dlq.redrive.group", "billing"),
            ("__dlq.redrive.count", "2"),
            ("__dlq.redrive.letter", "orders.dlq:2:5"),
            ("__dlq.redrive.timestamp", "700"),
        ];
        assert_eq!(entries(&outgoing), expected);
    }

    #[test]
    fn a_record_for_a_retry_topic_is_due_at_once_and_has_not_failed_yet() {
        let route = Route::RetryTopic { topic: "orders.billing.retry.1".into(), group: "billing".into() };
        let outgoing = Outgoing::new(&letter(2, 5, &LETTER_HEADERS), None, &route, 900);
        let expected = [
            ("__retry.topic", "orders"),
            ("__retry.partition", "3"),
            ("__retry.offset", "9"),
            ("__retry.timestamp", "700"),
            ("__retry.delivery.count", "0"),
            ("__retry.delays", "1"),
            ("__retry.due", "900"),
        ];
        assert_eq!(entries(&outgoing)[1..8], expected);
    }

    #[test]
    fn what_the_letter_omits_comes_from_the_record() {
        let omitted = [LETTER_HEADERS.as_slice(), &[("__dlq.errors.omitted", "value,headers")]].concat();
        let record = SourceRecord {
            timestamp: Some(1),
            key: Some(b"other".to_vec()),
            value: Some(b"large".to_vec()),
            headers: vec![Header::new("own", Some(b"y".to_vec()))],
        };
        let route = Route::Asked { topic: "fixed".into() };
        let found = DeadLetter { value: None, ..letter(2, 5, &omitted) };
        let outgoing = Outgoing::new(&found, Some(record), &route, 900);
        assert_eq!(
            (outgoing.key.as_deref(), outgoing.value.as_deref()),
            (Some(&b"ada"[..]), Some(&b"large"[..]))
        );
        assert_eq!(entries(&outgoing)[0], ("own", "y"));
    }
}

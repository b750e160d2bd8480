//! Which letters a command is about.

use eventgen_registry::wire::{self, ParsedValue};

use super::letter::DeadLetter;

/// Whether a letter is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// It is.
    Selected,
    /// It is not.
    Other,
    /// It is selected but for its key, which has a schema that is not known.
    Undecided,
}

/// Some offsets of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffsetRange {
    /// The partition of the dead-letter topic.
    pub partition: i32,
    /// The first offset.
    pub first: i64,
    /// The last offset.
    pub last: i64,
}

/// Selects letters. What is empty or `None` selects all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct LetterFilter {
    /// Letters at these offsets.
    pub offsets: Vec<OffsetRange>,
    /// Letters of records of these topics.
    pub sources: Vec<String>,
    /// Letters of these groups.
    pub groups: Vec<String>,
    /// Letters with one of these keys.
    pub keys: Vec<Vec<u8>>,
    /// Letters with one of these typed keys, each without the id of its schema. With [`keys`](Self::keys), letters with one of both.
    /// `None` if no schema of keys is known: where keys are asked for, letters with such a key are undecided.
    pub typed_keys: Option<Vec<Vec<u8>>>,
    /// Letters whose error or its type contains this text.
    pub error: Option<String>,
    /// Letters with one of these dispositions.
    pub dispositions: Vec<String>,
    /// Letters that failed at this time or later, in milliseconds since the Unix epoch.
    pub since: Option<i64>,
    /// Letters that failed before this time, in milliseconds since the Unix epoch.
    pub until: Option<i64>,
}

impl LetterFilter {
    /// Whether a letter is selected.
    pub fn selection(&self, letter: &DeadLetter) -> Selection {
        if self.selects_but_for_key(letter) { self.has_key(letter) } else { Selection::Other }
    }

    fn selects_but_for_key(&self, letter: &DeadLetter) -> bool {
        let origin = &letter.origin;
        let is_one = |wanted: &[String], found: &Option<String>| {
            wanted.is_empty() || found.as_ref().is_some_and(|found| wanted.contains(found))
        };
        let is_at = |range: &OffsetRange| {
            range.partition == letter.partition && (range.first..=range.last).contains(&letter.offset)
        };
        let contains =
            |text: &Option<String>, part: &str| text.as_ref().is_some_and(|text| text.contains(part));
        let failed_at = letter.failed_at();
        (self.offsets.is_empty() || self.offsets.iter().any(is_at))
            && is_one(&self.sources, &origin.topic)
            && is_one(&self.groups, &origin.group)
            && is_one(&self.dispositions, &origin.disposition)
            && self
                .error
                .as_ref()
                .is_none_or(|part| contains(&origin.message, part) || contains(&origin.exception, part))
            && self.since.is_none_or(|since| failed_at.is_some_and(|at| at >= since))
            && self.until.is_none_or(|until| failed_at.is_some_and(|at| at < until))
    }

    fn has_key(&self, letter: &DeadLetter) -> Selection {
        let typed_keys = self.typed_keys.as_deref();
        if self.keys.is_empty() && typed_keys.is_none_or(<[_]>::is_empty) {
            return Selection::Selected;
        }
        let Some(key) = &letter.key else { return Selection::Other };
        if self.keys.contains(key) {
            return Selection::Selected;
        }
        let header = letter.header(wire::KEY_HEADER);
        // The test kit and others write keys with the id 0, which the contract reads all the same.
        let framed = wire::parse_value(key, header).ok();
        match (framed, typed_keys) {
            (Some(key), Some(wanted)) if wanted.iter().any(|wanted| is_payload(&key, wanted)) => {
                Selection::Selected
            }
            (Some(_), None) if wire::is_framed(key, header) => Selection::Undecided,
            _ => Selection::Other,
        }
    }
}

/// Whether this follows the id of the schema of a key. What a header has beside the id, so the message of Protobuf, is before the
/// value.
fn is_payload(key: &ParsedValue<'_>, wanted: &[u8]) -> bool {
    wanted.strip_prefix(key.header.unwrap_or_default()) == Some(key.payload)
}

#[cfg(test)]
mod tests {
    use super::super::letter::letter;
    use super::*;

    #[test]
    fn a_letter_is_selected_by_all_that_is_asked_for() {
        let found = letter(
            2,
            7,
            &[
                ("__dlq.errors.topic", "orders"),
                ("__dlq.errors.group", "billing"),
                ("__dlq.errors.message", "the account is closed"),
                ("__dlq.errors.disposition", "rejected"),
                ("__dlq.errors.timestamp", "5000"),
            ],
        );
        let at = |partition, first, last| OffsetRange { partition, first, last };
        let all = LetterFilter::default;
        for (filter, selects) in [
            (all(), true),
            (LetterFilter { offsets: vec![at(1, 0, 9), at(2, 7, 7)], ..all() }, true),
            (LetterFilter { offsets: vec![at(1, 0, 9), at(2, 8, 9)], ..all() }, false),
            (LetterFilter { sources: vec!["orders".into()], groups: vec!["billing".into()], ..all() }, true),
            (LetterFilter { groups: vec!["shipping".into()], ..all() }, false),
            (LetterFilter { keys: vec![b"ada".to_vec()], ..all() }, true),
            (LetterFilter { keys: vec![b"bob".to_vec()], ..all() }, false),
            (LetterFilter { typed_keys: Some(vec![b"ada".to_vec()]), ..all() }, false),
            (LetterFilter { error: Some("closed".into()), ..all() }, true),
            (LetterFilter { error: Some("open".into()), ..all() }, false),
            (LetterFilter { dispositions: vec!["poison".into(), "rejected".into()], ..all() }, true),
            (LetterFilter { since: Some(5_000), until: Some(5_001), ..all() }, true),
            (LetterFilter { since: Some(5_001), ..all() }, false),
            (LetterFilter { until: Some(5_000), ..all() }, false),
        ] {
            let expected = if selects { Selection::Selected } else { Selection::Other };
            assert_eq!(filter.selection(&found), expected, "{filter:?}");
        }
    }

    #[test]
    fn a_typed_key_is_selected_whatever_the_id_of_its_schema() {
        let mut found = letter(0, 0, &[]);
        let mut filter = LetterFilter { keys: vec![b"ada".to_vec()], ..LetterFilter::default() };
        for (key, selection, unknown) in [
            (&[0, 0, 0, 0, 7, 6, b'a', b'd', b'a'][..], Selection::Selected, Selection::Undecided),
            (&[0, 0, 0, 1, 7, 6, b'a', b'd', b'a'], Selection::Selected, Selection::Undecided),
            (&[0, 0, 0, 0, 7, 6, b'b', b'o', b'b'], Selection::Other, Selection::Undecided),
            (&[6, b'a', b'd', b'a'], Selection::Other, Selection::Other),
            (&[0, 0, 0, 0, 0, 0, 0, 1], Selection::Other, Selection::Other),
            (b"ada", Selection::Selected, Selection::Selected),
        ] {
            found.key = Some(key.to_vec());
            filter.typed_keys = Some(vec![vec![6, b'a', b'd', b'a']]);
            assert_eq!(filter.selection(&found), selection, "{key:?}");
            filter.typed_keys = None;
            assert_eq!(filter.selection(&found), unknown, "{key:?}");
            // What is not selected anyway needs no key.
            let others = LetterFilter { groups: vec!["others".to_owned()], ..filter.clone() };
            assert_eq!(others.selection(&found), Selection::Other);
        }
    }

    #[test]
    fn a_header_may_have_what_is_before_the_value_of_a_typed_key() {
        let mut found = letter(0, 0, &[("__key_schema_id", "\0\0\0\0\u{7}\0")]);
        found.key = Some(b"\x0a\x03ada".to_vec());
        let of =
            |typed: &[u8]| LetterFilter { typed_keys: Some(vec![typed.to_vec()]), ..LetterFilter::default() };
        assert_eq!(of(b"\x00\x0a\x03ada").selection(&found), Selection::Selected);
        assert_eq!(of(b"\x0a\x03ada").selection(&found), Selection::Other);
    }
}

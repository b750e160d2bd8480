//! Which letters a command is about.

use eventgen_registry::wire;

use super::letter::DeadLetter;

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
    /// Letters with one of these typed keys, each without the frame with the id of its schema. With [`keys`](Self::keys), letters
    /// with one of both.
    pub typed_keys: Vec<Vec<u8>>,
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
    pub fn selects(&self, letter: &DeadLetter) -> bool {
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
            && self.has_key(letter.key.as_ref())
            && self
                .error
                .as_ref()
                .is_none_or(|part| contains(&origin.message, part) || contains(&origin.exception, part))
            && self.since.is_none_or(|since| failed_at.is_some_and(|at| at >= since))
            && self.until.is_none_or(|until| failed_at.is_some_and(|at| at < until))
    }

    fn has_key(&self, key: Option<&Vec<u8>>) -> bool {
        if self.keys.is_empty() && self.typed_keys.is_empty() {
            return true;
        }
        let is_typed = |key: &[u8]| {
            let framed = wire::parse(key);
            framed.is_ok_and(|(_, value)| self.typed_keys.iter().any(|wanted| wanted == value))
        };
        key.is_some_and(|key| self.keys.contains(key) || is_typed(key))
    }
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
            (LetterFilter { typed_keys: vec![b"ada".to_vec()], ..all() }, false),
            (LetterFilter { error: Some("closed".into()), ..all() }, true),
            (LetterFilter { error: Some("open".into()), ..all() }, false),
            (LetterFilter { dispositions: vec!["poison".into(), "rejected".into()], ..all() }, true),
            (LetterFilter { since: Some(5_000), until: Some(5_001), ..all() }, true),
            (LetterFilter { since: Some(5_001), ..all() }, false),
            (LetterFilter { until: Some(5_000), ..all() }, false),
        ] {
            assert_eq!(filter.selects(&found), selects, "{filter:?}");
        }
    }
    #[test]
    fn a_typed_key_is_selected_whatever_the_id_of_its_schema() {
        let mut found = letter(0, 0, &[]);
        let typed = LetterFilter { typed_keys: vec![vec![6, b'a', b'd', b'a']], ..LetterFilter::default() };
        for (key, selects) in [
            (&[0, 0, 0, 0, 7, 6, b'a', b'd', b'a'][..], true),
            (&[0, 0, 0, 1, 7, 6, b'a', b'd', b'a'], true),
            (&[0, 0, 0, 0, 7, 6, b'b', b'o', b'b'], false),
            (&[6, b'a', b'd', b'a'], false),
            (b"ada", false),
        ] {
            found.key = Some(key.to_vec());
            assert_eq!(typed.selects(&found), selects, "{key:?}");
        }
        let both = LetterFilter { keys: vec![b"ada".to_vec()], ..typed };
        assert!(both.selects(&DeadLetter { key: Some(b"ada".to_vec()), ..found }));
    }
}

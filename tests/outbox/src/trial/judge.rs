//! Compares what was published with the ledger.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::Ledger;

/// What was published of each key, in its order.
#[derive(Debug, Default)]
pub struct Published {
    keys: HashMap<String, Vec<u64>>,
    /// The header `id` of each event.
    ids: HashMap<u64, Option<u128>>,
    seen: HashSet<u128>,
    /// Records with the header of an earlier one.
    pub repeated: usize,
    /// Events that came without the header, or with several, so that nobody recognises a repetition.
    unrecognisable: Vec<u64>,
}

impl Published {
    /// Adds the next record of a partition: its key, the number of its event, and its header `id`, if it is a UUID.
    pub fn add(&mut self, key: &str, number: u64, id: Option<u128>) {
        if id.is_some_and(|id| !self.seen.insert(id)) {
            self.repeated += 1;
            return;
        }
        if self.ids.insert(number, id).is_some() || id.is_none() {
            self.unrecognisable.push(number);
        }
        self.keys.entry(key.to_owned()).or_default().push(number);
    }

    /// The number of different events.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether nothing was published.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Compares them with what was committed.
    pub fn judge(&self, ledger: &Ledger) -> Verdict {
        let mut verdict = Verdict { unrecognisable: self.unrecognisable.clone(), ..Verdict::default() };
        let nothing = Vec::new();
        for (key, committed) in &ledger.keys {
            let published = self.keys.get(key).unwrap_or(&nothing);
            let places: HashMap<u64, usize> =
                committed.iter().enumerate().map(|(place, number)| (*number, place)).collect();
            let arrived: HashSet<u64> = published.iter().copied().collect();
            verdict.lost.extend(committed.iter().filter(|number| !arrived.contains(number)));
            let mut last = 0;
            for number in published {
                match places.get(number) {
                    None => verdict.phantom.push(*number),
                    Some(place) if *place < last => verdict.disordered.push(*number),
                    Some(place) => last = *place,
                }
            }
        }
        let unknown = self.keys.iter().filter(|(key, _)| !ledger.keys.contains_key(*key));
        verdict.phantom.extend(unknown.flat_map(|(_, numbers)| numbers));
        verdict
    }
}

/// What is wrong. Nothing is, if all lists are empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Committed and not published with their key.
    pub lost: Vec<u64>,
    /// Published and not committed.
    pub phantom: Vec<u64>,
    /// Published after a later event of their key.
    pub disordered: Vec<u64>,
    /// Published without a header `id`, or with several.
    pub unrecognisable: Vec<u64>,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, phantom, disordered, unrecognisable } = self;
        let counts = [lost, phantom, disordered, unrecognisable].map(Vec::len);
        let [lost, phantom, disordered, unrecognisable] = counts;
        write!(
            f,
            "{lost} lost, {phantom} of no committed transaction, {disordered} out of order, {unrecognisable} without one id"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> Ledger {
        Ledger { keys: [("ada".to_owned(), vec![1, 2, 3])].into() }
    }

    #[test]
    fn a_repetition_is_counted_and_no_more() {
        let mut published = Published::default();
        for number in [1, 2, 1, 2, 3] {
            published.add("ada", number, Some(number.into()));
        }
        assert_eq!(published.judge(&ledger()), Verdict::default());
        assert_eq!((published.len(), published.repeated), (3, 2));
    }

    #[test]
    fn each_kind_of_fault_is_found() {
        let mut published = Published::default();
        for (number, id) in [(3, 30), (1, 10), (9, 90), (1, 11)] {
            published.add("ada", number, Some(id));
        }
        published.add("eve", 7, Some(70));
        let verdict = published.judge(&ledger());
        assert_eq!(verdict.lost, [2]);
        assert_eq!(verdict.disordered, [1, 1]);
        assert_eq!(verdict.phantom, [9, 7]);
        assert_eq!(verdict.unrecognisable, [1]);
        let expected = "1 lost, 2 of no committed transaction, 2 out of order, 1 without one id";
        assert_eq!(verdict.to_string(), expected);
    }

    #[test]
    fn an_event_with_the_key_of_another_one_is_lost_there() {
        let mut published = Published::default();
        for number in [1, 3] {
            published.add("ada", number, Some(number.into()));
        }
        published.add("eve", 2, Some(2));
        let verdict = published.judge(&ledger());
        assert_eq!((verdict.lost, verdict.phantom), (vec![2], vec![2]));
    }

    #[test]
    fn an_event_without_an_id_cannot_be_recognised() {
        let mut published = Published::default();
        for (number, id) in [(1, Some(1)), (2, None), (3, Some(3))] {
            published.add("ada", number, id);
        }
        assert_eq!(published.judge(&ledger()).unrecognisable, [2]);
    }
}

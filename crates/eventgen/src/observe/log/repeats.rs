//! Decides which lines are written in full, and counts the others.
//!
//! Of each kind and cause, the first lines within a window are written in full. The others are counted, and one line at the
//! end of the window states their number. The window grows while lines repeat, so that an outage of hours takes a few lines
//! an hour.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many lines of one kind and cause are written in full within a window.
const IN_FULL: u32 = 5;
/// The first window, and the longest one.
const FIRST_WINDOW: Duration = Duration::from_secs(10);
const LONGEST_WINDOW: Duration = Duration::from_secs(600);
/// The most causes that are distinguished. Further causes of a kind are treated as one.
const MOST_CAUSES: usize = 256;
/// The length in characters of the part of a cause that distinguishes it.
const CAUSE_LENGTH: usize = 120;
/// The most bytes of a cause in a line.
const LONGEST_CAUSE: usize = 2_048;

/// What a line reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Retry,
    Skip,
    DeadLetter,
    Hold,
    Breaker,
    Loss,
    Commit,
    Cluster,
    Registry,
}

impl Kind {
    fn plural(self) -> &'static str {
        match self {
            Self::Retry => "retries",
            Self::Skip => "skipped records",
            Self::DeadLetter => "dead letters",
            Self::Hold => "holds",
            Self::Breaker => "breakers that opened",
            Self::Loss => "losses to retention",
            Self::Commit => "commits of partitions",
            Self::Cluster => "errors of the cluster",
            Self::Registry => "errors of the Schema Registry",
        }
    }
}

/// The lines of one consumer that have repeated lately.
#[derive(Default)]
pub(super) struct Repeats(Mutex<HashMap<(Kind, String), Repeat>>);

struct Repeat {
    ends: Instant,
    window: Duration,
    shown: u32,
    hidden: u64,
    /// The cause of the last line that was not written.
    last: String,
}

/// The lines that were not written in a window.
pub(super) struct Summary<'a> {
    pub(super) of: &'static str,
    pub(super) count: u64,
    pub(super) within: Duration,
    /// The cause of the last one.
    pub(super) cause: &'a str,
}

impl Repeats {
    fn lock(&self) -> MutexGuard<'_, HashMap<(Kind, String), Repeat>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a line is written in full.
    pub(super) fn admits(&self, kind: Kind, cause: &str) -> bool {
        let cause = cut(cause);
        let mut repeats = self.lock();
        let mut name = (kind, fingerprint(cause));
        if repeats.len() >= MOST_CAUSES && !repeats.contains_key(&name) {
            name.1.clear();
        }
        let repeat = repeats.entry(name).or_insert_with(|| Repeat {
            ends: Instant::now() + FIRST_WINDOW,
            window: FIRST_WINDOW,
            shown: 0,
            hidden: 0,
            last: String::new(),
        });
        if repeat.shown < IN_FULL {
            repeat.shown += 1;
            return true;
        }
        repeat.hidden += 1;
        if repeat.hidden == 1 || !repeat.last.eq(cause) {
            cause.clone_into(&mut repeat.last);
        }
        false
    }

    /// Passes the summaries of the windows that have ended to `write`.
    pub(super) fn summarise_ended(&self, write: impl FnMut(Summary<'_>)) {
        let now = Instant::now();
        self.summarise(|repeat| repeat.ends <= now, write);
    }

    /// Passes the summaries of all windows to `write`.
    pub(super) fn summarise_all(&self, write: impl FnMut(Summary<'_>)) {
        self.summarise(|_| true, write);
    }

    fn summarise(&self, due: impl Fn(&Repeat) -> bool, mut write: impl FnMut(Summary<'_>)) {
        self.lock().retain(|(kind, _), repeat| {
            if !due(repeat) {
                return true;
            }
            if repeat.hidden == 0 {
                return false;
            }
            let (count, within) = (repeat.hidden, repeat.window);
            write(Summary { of: kind.plural(), count, within, cause: &repeat.last });
            repeat.window = (repeat.window * 2).min(LONGEST_WINDOW);
            (repeat.ends, repeat.shown, repeat.hidden) = (Instant::now() + repeat.window, 0, 0);
            true
        });
    }
}

/// A cause without the parts that differ from record to record: words that contain a digit, such as ids, offsets and
/// addresses.
fn fingerprint(cause: &str) -> String {
    let mut fingerprint = String::with_capacity(CAUSE_LENGTH);
    let is_in_word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    let mut rest = cut(cause);
    while !rest.is_empty() && fingerprint.len() < CAUSE_LENGTH {
        let end = rest.find(|character| !is_in_word(character)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        fingerprint.push_str(if word.contains(|character: char| character.is_ascii_digit()) {
            "#"
        } else {
            word
        });
        let mut characters = after.chars();
        fingerprint.extend(characters.next());
        rest = characters.as_str();
    }
    fingerprint
}

/// The part of a text that a line shows.
pub(super) fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST_CAUSE)).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_cause_are_written_five_times_and_then_counted() {
        let repeats = Repeats::default();
        let cause = |number: u32| format!("order {number} is not in stock");
        let admitted = (0..1_000).filter(|&number| repeats.admits(Kind::Retry, &cause(number))).count();
        assert_eq!(admitted, 5);
        assert!(repeats.admits(Kind::DeadLetter, &cause(1)), "another kind");
        assert!(repeats.admits(Kind::Retry, "the warehouse is closed"), "another cause");
        let hidden = |repeats: &Repeats| repeats.lock()[&(Kind::Retry, fingerprint(&cause(1)))].hidden;
        assert_eq!(hidden(&repeats), 995);
        repeats.summarise_all(|_| ());
        assert_eq!(repeats.lock().len(), 1, "causes that did not repeat are removed");
        assert!(repeats.admits(Kind::Retry, &cause(1)), "a new window");
        assert_eq!(hidden(&repeats), 0);
    }

    #[test]
    fn causes_that_differ_only_in_ids_are_one() {
        let of = |id: &str| fingerprint(&format!("order {id} is not in stock (http://host:{id}/)"));
        assert_eq!(of("1"), "order # is not in stock (http://host:#/)");
        for id in ["order-000017", "a3f9c0de11b24c7d", "0b5fa4f2-8f5e-4f43-9d2b-e1f3a1c5b6d7", "tenant_7"] {
            assert_eq!(of(id), of("1"), "{id}");
        }
        assert_ne!(fingerprint("closed"), fingerprint("open"));
    }

    #[test]
    fn the_number_of_causes_in_memory_is_limited() {
        let repeats = Repeats::default();
        let word = |number: u32| format!("{number:b}").replace('0', "a").replace('1', "b");
        for number in 0..10_000 {
            repeats.admits(Kind::Retry, &word(number));
        }
        assert!(repeats.lock().len() <= MOST_CAUSES + 1);
    }
}

//! A set of offsets that has a short text, because a commit has little room for it.

/// Offsets as runs that do not touch, ascending. The end of a run is not part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Offsets(Vec<std::ops::Range<i64>>);

/// The digits of a number in the text.
const RADIX: u32 = 36;

impl Offsets {
    /// Adds a run.
    pub(crate) fn insert(&mut self, run: std::ops::Range<i64>) {
        if run.is_empty() {
            return;
        }
        let first = self.0.partition_point(|known| known.end < run.start);
        let behind = self.0.partition_point(|known| known.start <= run.end);
        let touched = self.0.get(first..behind).unwrap_or_default();
        let start = touched.first().map_or(run.start, |known| known.start.min(run.start));
        let end = touched.last().map_or(run.end, |known| known.end.max(run.end));
        self.0.splice(first..behind, std::iter::once(start..end));
    }

    pub(crate) fn contains(&self, offset: i64) -> bool {
        let behind = self.0.partition_point(|run| run.start <= offset);
        behind.checked_sub(1).and_then(|index| self.0.get(index)).is_some_and(|run| run.contains(&offset))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes the offsets before one.
    pub(crate) fn forget_before(&mut self, offset: i64) {
        self.0.retain_mut(|run| {
            run.start = run.start.max(offset);
            !run.is_empty()
        });
    }

    /// The runs as distances from the end of the one before, from `base` for the first one, each with its length if that is
    /// not 1.
    pub(crate) fn to_text(&self, base: i64) -> String {
        let mut end = base;
        let runs = self.0.iter().map(|run| {
            let (distance, length) = (digits(run.start - end), run.end - run.start);
            end = run.end;
            if length == 1 { distance } else { format!("{distance}+{}", digits(length)) }
        });
        runs.collect::<Vec<_>>().join(",")
    }

    /// `None` if the text is none of these.
    pub(crate) fn parse(text: &str, base: i64) -> Option<Self> {
        let mut offsets = Self::default();
        let mut end = base;
        for run in text.split(',').filter(|run| !run.is_empty()) {
            let (distance, length) = run.split_once('+').unwrap_or((run, "1"));
            let start = end.checked_add(i64::from_str_radix(distance, RADIX).ok().filter(|it| *it >= 0)?)?;
            end = start.checked_add(i64::from_str_radix(length, RADIX).ok().filter(|it| *it > 0)?)?;
            offsets.insert(start..end);
        }
        Some(offsets)
    }
}

fn digits(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    let mut reversed = Vec::new();
    loop {
        let digit = u32::try_from(rest % u64::from(RADIX)).unwrap_or(0);
        reversed.extend(char::from_digit(digit, RADIX));
        rest /= u64::from(RADIX);
        if rest == 0 {
            return reversed.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_touch_become_one() {
        let mut offsets = Offsets::default();
        for run in [5..6, 9..12, 6..8, 20..21, 8..9, 3..3] {
            offsets.insert(run);
        }
        assert_eq!(offsets.0, [5..12, 20..21]);
        offsets.insert(0..30);
        assert_eq!(offsets.to_text(0), "0+u");
        assert!(
            offsets.contains(0) && offsets.contains(29) && !offsets.contains(30) && !offsets.contains(-1)
        );
        offsets.forget_before(29);
        assert_eq!(offsets.to_text(0), "t");
        offsets.forget_before(30);
        assert!(offsets.is_empty());
    }

    #[test]
    fn a_text_is_read_as_it_was_written() {
        let mut offsets = Offsets::default();
        for run in [1_000..1_001, 1_002..1_003, 1_010..1_100] {
            offsets.insert(run);
        }
        let text = offsets.to_text(998);
        assert_eq!(text, "2,1,7+2i");
        assert_eq!(Offsets::parse(&text, 998), Some(offsets));
        assert_eq!(Offsets::parse("", 5), Some(Offsets::default()));
        for wrong in ["x y", "-1", "1+0", "1+-3", "zzzzzzzzzzzzzzzzzz", "+"] {
            assert_eq!(Offsets::parse(wrong, 0), None, "{wrong}");
        }
    }
}

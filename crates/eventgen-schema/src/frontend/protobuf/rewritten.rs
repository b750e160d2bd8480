//! The text of a file as the parser gets it. Syntax that the parser does not support is replaced, and locations are
//! mapped back to the author's text.

use std::ops::Range;

use prost_reflect::prost_types::FileDescriptorProto;

/// A replacement of a part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replacement {
    pub(super) range: Range<usize>,
    /// Without a newline, so that lines keep their numbers.
    pub(super) text: String,
}

/// A text with replacements.
#[derive(Debug, Clone, Default)]
pub(super) struct Rewritten {
    pub(super) text: String,
    edits: Vec<Edit>,
}

/// A replacement that changed the length of the text.
#[derive(Debug, Clone)]
struct Edit {
    /// The part in the new text.
    new: Range<usize>,
    /// The part in the author's text.
    old: Range<usize>,
}

impl Rewritten {
    /// Applies replacements that are in order and do not overlap. A byte order mark is removed.
    pub(super) fn new(original: &str, replacements: &[Replacement]) -> Self {
        let mut rewritten = Self::default();
        let mut end = 0;
        let mark = Replacement { range: 0..BYTE_ORDER_MARK.len_utf8(), text: String::new() };
        let mark = Some(&mark).filter(|_| original.starts_with(BYTE_ORDER_MARK));
        for Replacement { range, text } in mark.into_iter().chain(replacements) {
            rewritten.text.push_str(&original[end..range.start]);
            let start = rewritten.text.len();
            rewritten.text.push_str(text);
            end = range.end;
            if text.len() != range.len() {
                rewritten.edits.push(Edit { new: start..rewritten.text.len(), old: range.clone() });
            }
        }
        rewritten.text.push_str(&original[end..]);
        rewritten
    }

    /// The offset in the author's text for an offset in the new one.
    pub(super) fn original(&self, offset: usize) -> usize {
        let after = self.edits.partition_point(|edit| edit.new.end <= offset);
        if let Some(edit) = self.edits.get(after).filter(|edit| edit.new.start <= offset) {
            return edit.old.start + (offset - edit.new.start).min(edit.old.len());
        }
        match after.checked_sub(1).and_then(|last| self.edits.get(last)) {
            Some(edit) => edit.old.end + (offset - edit.new.end),
            None => offset,
        }
    }

    /// Moves the locations of a descriptor from the new text to the author's.
    pub(super) fn restore(&self, original: &str, descriptor: &mut FileDescriptorProto) {
        if self.edits.is_empty() {
            return;
        }
        let (new_lines, old_lines) = (line_starts(&self.text), line_starts(original));
        let column = |line: i32, column: i32| -> Option<i32> {
            let line = usize::try_from(line).ok()?;
            let offset = new_lines.get(line)? + usize::try_from(column).ok()?;
            i32::try_from(self.original(offset).checked_sub(*old_lines.get(line)?)?).ok()
        };
        for location in descriptor.source_code_info.iter_mut().flat_map(|info| &mut info.location) {
            match &mut location.span[..] {
                [line, start, end] => {
                    *start = column(*line, *start).unwrap_or(*start);
                    *end = column(*line, *end).unwrap_or(*end);
                }
                [first, start, last, end] => {
                    *start = column(*first, *start).unwrap_or(*start);
                    *end = column(*last, *end).unwrap_or(*end);
                }
                _ => {}
            }
        }
    }
}

/// The byte order mark, which some editors put before a text.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_mapped_back() {
        let original = "\u{feff}ab cd\nef";
        let insertion = Replacement { range: 6..6, text: "optional ".to_owned() };
        let shorter = Replacement { range: 9..11, text: "x".to_owned() };
        let rewritten = Rewritten::new(original, &[insertion, shorter]);
        assert_eq!(rewritten.text, "ab optional cd\nx");
        for (part, old) in [("ab", "ab"), ("cd", "cd"), ("optional", "cd"), ("x", "ef")] {
            let new = rewritten.text.find(part).expect("the part");
            assert_eq!(rewritten.original(new), original.find(old).expect("the part"), "{part}");
        }
        assert_eq!(rewritten.original(rewritten.text.len()), original.len());
    }
}

//! Text of a schema that is made of Rust code, with the place of each part in that code: what the front end says about the text
//! is said about the code.

use std::ops::Range;

use proc_macro2::Span;

/// Text with places.
#[derive(Default)]
pub(crate) struct Document {
    text: String,
    marks: Vec<(Range<usize>, Span)>,
}

impl Document {
    /// Text that no mistake can be in.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A string.
    pub(crate) fn string(&mut self, text: &str, span: Span) {
        self.at(span, |document| document.raw(&quoted(text)));
    }

    /// The name of a property, and the colon behind it.
    pub(crate) fn name(&mut self, name: &str, span: Span) {
        self.string(name, span);
        self.raw(":");
    }

    /// Text that comes of a place in the code.
    pub(crate) fn at(&mut self, span: Span, write: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        write(self);
        self.mark(start, span);
    }

    /// Says where the text from `start` on comes of.
    pub(crate) fn mark(&mut self, start: usize, span: Span) {
        self.marks.push((start..self.text.len(), span));
    }

    /// Values in a row, with commas between them.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.raw(",");
            }
            write(self, item);
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the code that a range of the text comes of: the smallest that holds it.
    pub(crate) fn span(&self, range: &Range<usize>) -> Option<Span> {
        let holds = |mark: &&(Range<usize>, Span)| mark.0.start <= range.start && range.end <= mark.0.end;
        let smallest = self.marks.iter().filter(holds).min_by_key(|(range, _)| range.len());
        smallest.map(|(_, span)| *span)
    }
}

/// Text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

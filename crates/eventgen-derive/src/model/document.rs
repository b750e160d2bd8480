//! The text of a schema with the span of the code that each part is made of, so that a diagnostic about the text is
//! reported about the code.

use std::ops::Range;

use proc_macro2::Span;

/// A text with spans.
#[derive(Default)]
pub(crate) struct Document {
    text: String,
    spans: Vec<(Range<usize>, Span)>,
}

impl Document {
    /// Appends text without a span.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends a JSON string.
    pub(crate) fn string(&mut self, text: &str, span: Span) {
        self.at(span, |document| document.raw(&quoted(text)));
    }

    /// Appends the name of a JSON property and a colon.
    pub(crate) fn name(&mut self, name: &str, span: Span) {
        self.string(name, span);
        self.raw(":");
    }

    /// Gives what `write` appends a span.
    pub(crate) fn at(&mut self, span: Span, write: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        write(self);
        self.mark(start, span);
    }

    /// Gives the text from `start` a span.
    pub(crate) fn mark(&mut self, start: usize, span: Span) {
        self.spans.push((start..self.text.len(), span));
    }

    /// Appends items separated by commas.
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

    /// The span of the smallest part that contains a range.
    pub(crate) fn span(&self, range: &Range<usize>) -> Option<Span> {
        let contains = |part: &&(Range<usize>, Span)| part.0.start <= range.start && range.end <= part.0.end;
        let smallest = self.spans.iter().filter(contains).min_by_key(|(range, _)| range.len());
        smallest.map(|(_, span)| *span)
    }
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

//! Text with code and links.

/// A piece of text. Templates escape it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Code(String),
    /// A link to a path of the catalogue.
    Link {
        text: String,
        path: String,
    },
}

/// A line of text.
pub(super) type Rich = Vec<Part>;

/// Plain text.
pub(super) fn text(words: impl Into<String>) -> Part {
    Part::Text(words.into())
}

/// A name as it is written in code.
pub(super) fn code(name: impl Into<String>) -> Part {
    Part::Code(name.into())
}

/// A link.
pub(super) fn link(name: impl Into<String>, path: impl Into<String>) -> Part {
    Part::Link { text: name.into(), path: path.into() }
}

/// Items with commas between them.
pub(super) fn listed(items: impl IntoIterator<Item = Part>) -> Rich {
    let mut line = Vec::new();
    for item in items {
        if !line.is_empty() {
            line.push(text(", "));
        }
        line.push(item);
    }
    line
}

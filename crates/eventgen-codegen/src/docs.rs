//! Documentation from schemas, as attributes: whatever an author wrote, it is text and nothing else.

use proc_macro2::TokenStream;
use quote::quote;

/// `doc` as attributes, `otherwise` where there is none.
pub(crate) fn docs(doc: Option<&str>, otherwise: &str) -> TokenStream {
    let doc = doc.map(str::trim).filter(|doc| !doc.is_empty()).unwrap_or(otherwise);
    lines(doc.lines().map(escaped))
}

/// Our own Markdown as attributes.
pub(crate) fn markdown(text: &str) -> TokenStream {
    lines(text.lines().map(str::to_owned))
}

fn lines(lines: impl Iterator<Item = String>) -> TokenStream {
    let lines = lines.map(|line| if line.is_empty() { line } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// One line of an author's text in Markdown. Without fences and without runs of blanks, at its start or behind the mark
/// of a list, it is never a code block, which rustdoc would compile and run; brackets and angles are no links and no
/// HTML.
pub(crate) fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let fenced = line.contains("```");
    for char in line.chars().map(|char| if is_invisible(char) { ' ' } else { char }) {
        if char == ' ' && (out.is_empty() || out.ends_with(' ')) {
            continue;
        }
        if matches!(char, '[' | ']' | '<' | '>' | '\\' | '~') || (fenced && char == '`') {
            out.push('\\');
        }
        out.push(char);
    }
    // A bare address would be a warning of rustdoc.
    out.trim_end().replace("://", "\\://")
}

/// Whether a character would end the comment line early or make it read as another text than it is: rustc refuses
/// characters that turn the direction of writing.
pub(crate) fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

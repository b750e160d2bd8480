//! Documentation from schemas as attributes. The author's text is escaped: it is never code, links or HTML.

use proc_macro2::TokenStream;
use quote::quote;

/// `doc` as attributes, or `otherwise` if it is empty.
pub(crate) fn docs(doc: Option<&str>, otherwise: &str) -> TokenStream {
    let doc = doc.map(str::trim).filter(|doc| !doc.is_empty()).unwrap_or(otherwise);
    lines(doc.lines().map(escaped))
}

/// Markdown as attributes.
pub(crate) fn markdown(text: &str) -> TokenStream {
    lines(text.lines().map(str::to_owned))
}

fn lines(lines: impl Iterator<Item = String>) -> TokenStream {
    let lines = lines.map(|line| if line.is_empty() { line } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// One line of an author's text, escaped for Markdown. Fences and runs of spaces are removed, so that no line starts a code
/// block, which rustdoc would compile and run. Brackets and angle brackets are escaped, so that they are no links or HTML.
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
    // rustdoc warns of bare URLs.
    out.trim_end().replace("://", "\\://")
}

/// Whether a character ends a comment line or changes how it is displayed: rustc rejects characters that change the
/// direction of text.
pub(crate) fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

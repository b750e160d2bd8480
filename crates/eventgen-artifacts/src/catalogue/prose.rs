//! Documentation of schemas as paragraphs. What is between backticks is code; everything else is shown as it is written.

use super::rich::{Part, Rich};

/// The paragraphs of a documentation. Empty lines separate them.
pub(super) fn paragraphs(doc: Option<&str>) -> Vec<Rich> {
    let mut paragraphs = vec![String::new()];
    for line in doc.unwrap_or_default().lines().map(str::trim) {
        match paragraphs.last_mut() {
            // Items of a list stay on lines of their own.
            Some(last) if !line.is_empty() && !is_item(line) => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(line.to_owned()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs.iter().map(|paragraph| spans(paragraph)).collect()
}

fn is_item(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with("* ")
}

/// Whether a paragraph is an item of a list.
pub(super) fn is_listed(paragraph: &Rich) -> bool {
    matches!(paragraph.first(), Some(Part::Text(text)) if is_item(text))
}

/// A line with its code apart. A backtick without a second one is a character.
fn spans(line: &str) -> Rich {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((before, code, after)) = split_code(rest) {
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(Part::Code(code.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    parts
}

fn split_code(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = line.split_once('`')?;
    let (code, after) = rest.split_once('`')?;
    (!code.is_empty()).then_some((before, code, after))
}

/// The first sentence of a documentation, cut to a number of characters.
pub(super) fn summary(doc: Option<&str>, longest: usize) -> String {
    let first = paragraphs(doc).into_iter().next().unwrap_or_default();
    let words: String = first
        .iter()
        .map(|part| match part {
            Part::Text(text) | Part::Code(text) | Part::Link { text, .. } => text.as_str(),
        })
        .collect();
    let sentence = words.split_once(". ").map_or(words.as_str(), |(first, _)| first);
    if sentence.chars().count() <= longest {
        return sentence.trim_end_matches('.').to_owned();
    }
    let cut: String = sentence.chars().take(longest - 1).collect();
    format!("{}…", cut.trim_end())
}

/// A text of JSON with indentation, its members in their order; `None` if it is something else.
pub(super) fn indented(json: &str) -> Option<String> {
    serde_json::from_str::<serde::de::IgnoredAny>(json).ok()?;
    let mut out = String::new();
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    let mut chars = json.chars().filter(|char| *char != '\r').peekable();
    while let Some(char) = chars.next() {
        if in_string {
            out.push(char);
            match char {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match char {
            ' ' | '\t' | '\n' => {}
            '"' => {
                in_string = true;
                out.push(char);
            }
            '{' | '[' => {
                out.push(char);
                while chars.peek().is_some_and(char::is_ascii_whitespace) {
                    chars.next();
                }
                if chars.peek().is_some_and(|next| matches!(next, '}' | ']')) {
                    out.extend(chars.next());
                } else {
                    depth += 1;
                    new_line(depth, &mut out);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(depth, &mut out);
                out.push(char);
            }
            ',' => {
                out.push(char);
                new_line(depth, &mut out);
            }
            ':' => out.push_str(": "),
            other => out.push(other),
        }
    }
    Some(out)
}

fn new_line(depth: usize, out: &mut String) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::rich::{code, text};

    #[test]
    fn empty_lines_separate_paragraphs_and_backticks_code() {
        let doc = "Price of\n one piece, in `currency`.\n\n- a `b\n- c";
        assert_eq!(
            paragraphs(Some(doc)),
            [
                vec![text("Price of one piece, in "), code("currency"), text(".")],
                vec![text("- a `b")],
                vec![text("- c")],
            ]
        );
        assert_eq!(paragraphs(Some("``")), [vec![text("``")]]);
        assert_eq!(paragraphs(None), Vec::<Rich>::new());
    }

    #[test]
    fn json_is_indented_in_its_order() {
        let json = r#"{"b":[],"a":[1,{"c":"x, \"y\": {"}], "d": { }}"#;
        let expected = "{\n  \"b\": [],\n  \"a\": [\n    1,\n    {\n      \"c\": \"x, \\\"y\\\": {\"\n    }\n  ],\n  \"d\": {}\n}";
        assert_eq!(indented(json).as_deref(), Some(expected));
        assert_eq!(indented("syntax = \"proto3\";"), None);
    }

    #[test]
    fn a_summary_is_the_first_sentence() {
        assert_eq!(summary(Some("One `two`. Three."), 80), "One two");
        assert_eq!(summary(Some("One two three"), 6), "One t…");
    }
}

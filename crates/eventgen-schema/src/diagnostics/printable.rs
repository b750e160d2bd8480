//! Text of others, such as names of files and of properties, as it is shown.

use std::borrow::Cow;

/// A text without characters that a terminal or a service that reads the output would obey: control characters are written as
/// in Rust, and a line break that is followed by a workflow command of GitHub Actions or Azure Pipelines as `\n`.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut lines = text.split('\n');
    let mut shown = escaped(lines.next().unwrap_or_default());
    for line in lines {
        let start = line.trim_start_matches(|char: char| char.is_whitespace() || char.is_control());
        shown.push_str(if start.starts_with("::") || start.starts_with("##[") { "\\n" } else { "\n" });
        shown.push_str(&escaped(line));
    }
    Cow::Owned(shown)
}

/// The same for a text of one line, such as a path.
pub(super) fn printable_line(text: &str) -> String {
    printable(text).replace('\n', "\\n")
}

fn escaped(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for char in line.chars() {
        if char.is_control() && char != '\t' {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_obeyed_and_lines_stay() {
        assert_eq!(printable("one\n  two\tö"), "one\n  two\tö");
        assert_eq!(printable("a\u{1b}[31m\0"), "a\\u{1b}[31m\\u{0}");
        assert_eq!(printable("a\n::error::b"), "a\\n::error::b");
        assert_eq!(printable("a\r\n \u{1b} ::error::b"), "a\\r\\n \\u{1b} ::error::b");
        assert_eq!(printable("a\n##[error]b"), "a\\n##[error]b");
        assert_eq!(printable_line("a\nb"), "a\\nb");
    }
}

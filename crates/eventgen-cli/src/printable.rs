//! Text that somebody else has written, made safe for a terminal: what is in a record, or in the name of a group, controls neither
//! the terminal nor what a reader sees. JSON and files for programs have it as it is.

use std::borrow::Cow;
use std::fmt::Write as _;

use eventgen_admin::values::{Value, hexadecimal};

/// Text in one line, in which characters that control a terminal are escaped as in Rust: `\u{1b}`, `\n`.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    escaped(text, is_control)
}

/// As [`text`], and line breaks stay.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |char| char != '\n' && is_control(char))
}

/// Bytes as text, or as hexadecimal digits if they are not UTF-8.
pub(crate) fn bytes(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| hexadecimal(bytes), |utf8| text(utf8).into_owned())
}

/// Data as JSON in one line.
pub(crate) fn json(value: &Value) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    text.chars().fold(String::with_capacity(text.len()), |mut out, char| {
        if is_control(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(char);
        }
        out
    })
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if is_escaped(char) {
            out.extend(char.escape_default());
        } else {
            out.push(char);
        }
    }
    Cow::Owned(out)
}

/// Whether a character controls a terminal, or has no glyph and changes how its neighbours are shown: Unicode's categories Cc, Zl
/// and Zp, and of Cf the marks of direction, those without a width, and tags.
fn is_control(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_record_controls_the_terminal() {
        assert_eq!(bytes(b"ada"), "ada");
        assert_eq!(bytes(b"\x1b[31mred"), "\\u{1b}[31mred");
        assert_eq!(bytes(&[0xff, 0x00]), "0xff00");
        assert_eq!(text("a\nb\r\t\u{7}\u{9b}\u{202e}é"), "a\\nb\\r\\t\\u{7}\\u{9b}\\u{202e}é");
        assert_eq!(lines("a\nb\r"), "a\nb\\r");
        let value = Value::Text("\u{9b}31m\u{7f}\n\u{202e}\u{e0041}".to_owned());
        assert_eq!(json(&value), r#""\u009b31m\u007f\n\u202e\udb40\udc41""#);
    }
}

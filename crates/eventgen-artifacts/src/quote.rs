//! Names from a contract as literals of other languages. A group or an owner may have any character.

use std::fmt::Write as _;

/// A string literal of both `PromQL` and YAML.
pub(crate) fn string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for char in text.chars() {
        // Writing to a string does not fail.
        let _ = match char {
            '"' | '\\' => write!(literal, "\\{char}"),
            ' '..='~' => write!(literal, "{char}"),
            // Letters of other scripts stay readable. Everything else might be invisible, or a control character.
            _ if char.is_alphanumeric() => write!(literal, "{char}"),
            _ if u32::from(char) <= 0xffff => write!(literal, "\\u{:04x}", u32::from(char)),
            _ => write!(literal, "\\U{:08x}", u32::from(char)),
        };
    }
    literal.push('"');
    literal
}

/// A YAML literal whose value Prometheus expands to this text: labels and annotations of alerts are templates.
pub(crate) fn template(text: &str) -> String {
    string(&text.replace("{{", "{{ \"{{\" }}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_printable_is_escaped() {
        assert_eq!(string("a\"b\\c\n\u{7f}é\u{200b}😀"), r#""a\"b\\c\u000a\u007fé\u200b\U0001f600""#);
    }

    #[test]
    fn braces_are_not_expanded() {
        assert_eq!(template("a{{b}}"), r#""a{{ \"{{\" }}b}}""#);
    }
}

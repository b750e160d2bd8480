//! Names from a contract in texts that Grafana expands: `$name` and `[[name]]` are variables there, `{{name}}` is a label.

use crate::quote;

/// A character without width, which keeps what is around it from being a variable.
const JOINER: char = '\u{2060}';

/// A name in a title, a description or Markdown.
pub(super) fn plain(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for char in name.chars() {
        match char {
            '$' | '[' | '{' => text.extend([char, JOINER]),
            // One line, also in a table of Markdown.
            '|' => text.push('¦'),
            _ if char.is_control() => text.push(' '),
            _ => text.push(char),
        }
    }
    text
}

/// A string literal of `PromQL` in a query of a dashboard.
pub(super) fn literal(name: &str) -> String {
    quote::string(name).replace('$', "\\u0024").replace('[', "\\u005b")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_variables() {
        assert_eq!(plain("a$b|c\n[[d]]"), "a$\u{2060}b¦c [\u{2060}[\u{2060}d]]");
        assert_eq!(literal("a$b [[c]] \"d\""), r#""a\u0024b \u005b\u005bc]] \"d\"""#);
    }
}

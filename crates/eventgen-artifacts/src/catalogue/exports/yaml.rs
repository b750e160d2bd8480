//! YAML in blocks, with keys in the order in which they are read.

use crate::quote;

/// A value of YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    Number(u64),
    Flag(bool),
    List(Vec<Node>),
    Map(Map),
}

/// Keys with their values. Every key is a plain word.
pub(super) type Map = Vec<(&'static str, Node)>;

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl<T: Into<Node>> FromIterator<T> for Node {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// A map as a document.
pub(super) fn document(map: &[(&'static str, Node)]) -> String {
    let mut out = String::new();
    write_map(map, 0, &mut out);
    out
}

fn write_map(map: &[(&'static str, Node)], indent: usize, out: &mut String) {
    for (key, value) in map {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str(key);
        out.push(':');
        write_value(value, indent, out);
    }
}

/// What follows a key, with the end of its line.
fn write_value(value: &Node, indent: usize, out: &mut String) {
    match value {
        Node::Map(map) if !map.is_empty() => {
            out.push('\n');
            write_map(map, indent + 2, out);
        }
        Node::List(items) if !items.is_empty() => {
            out.push('\n');
            for item in items {
                write_item(item, indent + 2, out);
            }
        }
        scalar => {
            out.push(' ');
            write_scalar(scalar, indent, out);
        }
    }
}

fn write_item(item: &Node, indent: usize, out: &mut String) {
    let start = out.len();
    match item {
        // The first key is on the line of the dash.
        Node::Map(map) if !map.is_empty() => {
            write_map(map, indent + 2, out);
            out.replace_range(start + indent..=start + indent, "-");
        }
        scalar => {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push('-');
            write_value(scalar, indent, out);
        }
    }
}

fn write_scalar(value: &Node, indent: usize, out: &mut String) {
    match value {
        Node::Text(text) if is_plain(text) => out.push_str(text),
        Node::Text(text) if is_block(text) => {
            out.push_str("|-");
            for line in text.lines() {
                out.push('\n');
                if !line.is_empty() {
                    out.extend(std::iter::repeat_n(' ', indent + 2));
                    out.push_str(line);
                }
            }
        }
        Node::Text(text) => out.push_str(&quote::string(text)),
        Node::Number(number) => out.push_str(&number.to_string()),
        Node::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Node::List(_) => out.push_str("[]"),
        Node::Map(_) => out.push_str("{}"),
    }
    out.push('\n');
}

/// Whether a text is read as this text without quotes, by YAML 1.1, too.
fn is_plain(text: &str) -> bool {
    const OTHERS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b" _./,-".contains(&byte);
    text.starts_with(|char: char| char.is_ascii_alphabetic())
        && text.bytes().all(is_inner)
        && !text.ends_with(' ')
        && !OTHERS.contains(&text.to_ascii_lowercase().as_str())
}

/// Whether a text has lines that can be shown as they are.
fn is_block(text: &str) -> bool {
    let is_shown = |char: char| matches!(char, ' '..='~' | '\n') || char.is_alphanumeric();
    text.contains('\n')
        && !text.starts_with([' ', '\n'])
        && !text.ends_with('\n')
        && text.chars().all(is_shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_if_they_would_be_read_as_something_else() {
        let texts = ["plain text", "Yes", "1.0.0", "", "a: b", "- a", "a #b", "end ", "é"];
        let list: Node = texts.into_iter().collect();
        let expected = "list:\n  - plain text\n  - \"Yes\"\n  - \"1.0.0\"\n  - \"\"\n  - \"a: b\"\n  - \"- a\"\
            \n  - \"a #b\"\n  - \"end \"\n  - \"é\"\n";
        assert_eq!(document(&[("list", list)]), expected);
    }

    #[test]
    fn lists_and_maps_nest() {
        let inner: Map = vec![("a", "x".into()), ("b", Node::List(Vec::new())), ("c", "one\n\n two".into())];
        let map: Map = vec![
            ("list", [Node::Map(inner.clone()), Node::Number(1)].into_iter().collect()),
            ("map", inner.into()),
            ("flag", Node::Flag(true)),
        ];
        let expected = "list:\n  - a: x\n    b: []\n    c: |-\n      one\n\n       two\n  - 1\n\
            map:\n  a: x\n  b: []\n  c: |-\n    one\n\n     two\nflag: true\n";
        assert_eq!(document(&map), expected);
    }

    #[test]
    fn lines_that_cannot_be_shown_as_they_are_are_quoted() {
        for text in ["\na", " a\nb", "a\n", "a\tb\nc", "a\n\u{200b}"] {
            assert!(document(&[("a", text.into())]).starts_with("a: \""), "{text:?}");
        }
    }
}

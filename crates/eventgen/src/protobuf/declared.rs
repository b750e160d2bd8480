//! The messages that the text of a `.proto` file declares, with their message indexes.
//!
//! A writer's schema may declare more messages than the reader's, or declare them in another order. Names and nesting
//! identify the message of a value, so this module reads nothing else. The registry has checked the file.
//!
//! `eventgen-schema` has a tokenizer as well, which is not shared on purpose. It reads Protobuf's text format in the
//! value of an option: it unescapes strings, keeps byte ranges for diagnostics and skips comments that start with `#`.
//! Here no token has a value, and `#` is not a comment. Sharing the remaining dozen lines would need a third crate,
//! because the runtime does not depend on `eventgen-schema` and its compiler.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use prost::Message as _;
use prost_types::{DescriptorProto, FileDescriptorProto};

/// A message and its indexes: that of the outermost message first, then those of the nested ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) full_name: String,
    pub(crate) indexes: Vec<u32>,
}

/// The byte order mark, which some editors put before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// More levels than compilers allow. Deeper messages are ignored.
const MAX_DEPTH: usize = 64;

/// Every declared message. As in Confluent's Java client, the implicit messages of map fields and groups do not count.
/// In a descriptor in base64, which clients in Python, Go and .NET register, they do: these clients count them.
pub(crate) fn declared_messages(text: &str) -> Vec<Declared> {
    described_messages(text).unwrap_or_else(|| messages_of_file(text))
}

/// The messages of a descriptor in base64; `None` if the text is not such a descriptor.
fn described_messages(text: &str) -> Option<Vec<Declared>> {
    // Every file has a character that base64 lacks.
    let text = Some(text.trim()).filter(|text| !text.is_empty() && !text.contains([';', '{']))?;
    let file = FileDescriptorProto::decode(&BASE64_STANDARD.decode(text).ok()?[..]).ok()?;
    let mut found = Vec::new();
    describe(file.package(), &[], &file.message_type, &mut found);
    Some(found)
}

/// Adds messages and those inside of them. The decoder bounds the depth.
fn describe(scope: &str, indexes: &[u32], messages: &[DescriptorProto], found: &mut Vec<Declared>) {
    for (index, message) in (0..).zip(messages) {
        let (full_name, indexes) = (inside(scope, message.name()), [indexes, &[index]].concat());
        describe(&full_name, &indexes, &message.nested_type, found);
        found.push(Declared { full_name, indexes });
    }
}

fn messages_of_file(text: &str) -> Vec<Declared> {
    let mut package = String::new();
    let mut found: Vec<Declared> = Vec::new();
    // The open blocks, each with the number of its messages so far.
    let mut open = vec![(Block::File, 0_u32)];
    let mut statement: Vec<&str> = Vec::new();
    for token in (Tokens { rest: text.trim_start_matches(BYTE_ORDER_MARK) }) {
        match token {
            ";" | "}" => {
                if let ["package", name @ ..] = &statement[..]
                    && open.len() == 1
                {
                    package = name.concat();
                }
                statement.clear();
                if token == "}" && open.len() > 1 {
                    open.pop();
                }
            }
            "{" => {
                let inside = open.last_mut().and_then(|(block, count)| {
                    let (prefix, indexes) = match block {
                        Block::File => ("", &[][..]),
                        Block::Message(index) => {
                            (found[*index].full_name.as_str(), found[*index].indexes.as_slice())
                        }
                        Block::Other => return None,
                    };
                    let (["message", name] | ["export" | "local", "message", name]) = statement[..] else {
                        return None;
                    };
                    let indexes = [indexes, &[*count]].concat();
                    *count += 1;
                    let full_name = inside(prefix, name);
                    (indexes.len() <= MAX_DEPTH).then_some(Declared { full_name, indexes })
                });
                let block = match inside {
                    Some(declared) => {
                        found.push(declared);
                        Block::Message(found.len() - 1)
                    }
                    None => Block::Other,
                };
                open.push((block, 0));
                statement.clear();
            }
            token => statement.push(token),
        }
    }
    // The package may stand after messages.
    for message in &mut found {
        message.full_name = inside(&package, &message.full_name);
    }
    found
}

fn inside(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

/// The file, or a block in braces.
enum Block {
    File,
    /// The message with this position in the list.
    Message(usize),
    Other,
}

/// Identifiers, numbers, strings and punctuation, without comments.
struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            self.rest = self.rest.trim_start();
            let comment = if self.rest.starts_with("//") {
                self.rest.find('\n')
            } else if self.rest.starts_with("/*") {
                self.rest.find("*/").map(|end| end + 2)
            } else {
                break;
            };
            self.rest = &self.rest[comment.unwrap_or(self.rest.len())..];
        }
        let first = self.rest.chars().next()?;
        let length = match first {
            '"' | '\'' => string_length(self.rest, first),
            _ if is_in_word(first) => self.rest.find(|char| !is_in_word(char)).unwrap_or(self.rest.len()),
            _ => first.len_utf8(),
        };
        let (token, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(token)
    }
}

fn is_in_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// The length of a string up to its closing quote.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (position, char) in text.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if char == quote => return position + quote.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(text: &str) -> Vec<(String, Vec<u32>)> {
        declared_messages(text).into_iter().map(|message| (message.full_name, message.indexes)).collect()
    }

    #[test]
    fn indexes_follow_the_order_of_declaration() {
        let text = r#"
            syntax = "proto3"; // message Hidden { }
            package com . example.shop;
            /* message Hidden { } */
            option java_package = "message Hidden { }";
            message First {
              map<string, Inner> implied = 1;
              enum Kind { KIND_UNSPECIFIED = 0; }
              message Inner { oneof choice { string message = 1; } }
              message Second { message Deep {} }
            }
            service Shop { rpc Buy(First) returns (First) { option deprecated = true; } }
            message Second { option (custom) = { note: "}" nested { a: 1 } }; }
        "#;
        let expected = [
            ("com.example.shop.First", vec![0]),
            ("com.example.shop.First.Inner", vec![0, 0]),
            ("com.example.shop.First.Second", vec![0, 1]),
            ("com.example.shop.First.Second.Deep", vec![0, 1, 0]),
            ("com.example.shop.Second", vec![1]),
        ];
        assert_eq!(declared(text), expected.map(|(name, indexes)| (name.to_owned(), indexes)));
    }

    #[test]
    fn groups_and_extensions_do_not_count() {
        let text = "message A { optional group B = 1 { message C {} } message D {} } extend A { optional int32 e = 9; }";
        let names: Vec<_> = declared(text);
        assert_eq!(names, [("A".to_owned(), vec![0]), ("A.D".to_owned(), vec![0, 0])]);
    }

    #[test]
    fn visibility_a_byte_order_mark_and_a_late_package_change_no_index() {
        let text =
            "\u{feff}message A {} export message B { local message C {} } local message D {} package p;";
        let expected = [("p.A", vec![0]), ("p.B", vec![1]), ("p.B.C", vec![1, 0]), ("p.D", vec![2])];
        assert_eq!(declared(text), expected.map(|(name, indexes)| (name.to_owned(), indexes)));
    }

    #[test]
    fn a_descriptor_in_base64_counts_the_messages_of_maps() {
        let message = |name: &str, nested_type| DescriptorProto {
            name: Some(name.to_owned()),
            nested_type,
            ..DescriptorProto::default()
        };
        let order = message("Order", vec![message("LinesEntry", vec![]), message("Line", vec![])]);
        let file = FileDescriptorProto {
            package: Some("shop".to_owned()),
            message_type: vec![message("First", vec![]), order],
            ..FileDescriptorProto::default()
        };
        let mut messages = declared(&BASE64_STANDARD.encode(file.encode_to_vec()));
        messages.sort_by(|one, other| one.1.cmp(&other.1));
        let expected = [
            ("shop.First", vec![0]),
            ("shop.Order", vec![1]),
            ("shop.Order.LinesEntry", vec![1, 0]),
            ("shop.Order.Line", vec![1, 1]),
        ];
        assert_eq!(messages, expected.map(|(name, indexes)| (name.to_owned(), indexes)));
    }

    #[test]
    fn malformed_text_does_not_panic() {
        assert_eq!(declared("}}}} message"), []);
        assert_eq!(declared("\"unterminated \\"), []);
        assert_eq!(declared("/* unterminated"), []);
        assert_eq!(declared(&"message A {".repeat(10_000)).len(), MAX_DEPTH);
    }
}

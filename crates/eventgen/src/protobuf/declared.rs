//! The messages that the text of a `.proto` file declares, in the order that message indexes count.
//!
//! A writer's schema may hold more messages than ours or in another order. Which of them a value is follows from names
//! and nesting alone, so this reads no more of the language than that; the registry has checked the rest.

/// A message and its indexes: that of the outermost message, then those of nested ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) full_name: String,
    pub(crate) indexes: Vec<u32>,
}

/// More levels than the compiler allows; what is nested deeper is passed over.
const MAX_DEPTH: usize = 64;

/// Every message that is declared. As in Confluent's Java client, the messages that map fields and groups imply are not
/// counted.
pub(crate) fn declared_messages(text: &str) -> Vec<Declared> {
    let mut package = String::new();
    let mut found: Vec<Declared> = Vec::new();
    // The blocks that are open, each with how many messages it holds so far.
    let mut open = vec![(Block::File, 0_u32)];
    let mut statement: Vec<&str> = Vec::new();
    for word in (Words { rest: text }) {
        match word {
            ";" | "}" => {
                if let ["package", name @ ..] = &statement[..]
                    && open.len() == 1
                {
                    package = name.concat();
                }
                statement.clear();
                if word == "}" && open.len() > 1 {
                    open.pop();
                }
            }
            "{" => {
                let inside = open.last_mut().and_then(|(block, count)| {
                    let (prefix, indexes) = match block {
                        Block::File => (package.as_str(), &[][..]),
                        Block::Message(index) => {
                            (found[*index].full_name.as_str(), found[*index].indexes.as_slice())
                        }
                        Block::Other => return None,
                    };
                    let ["message", name] = statement[..] else { return None };
                    let indexes = [indexes, &[*count]].concat();
                    *count += 1;
                    let full_name =
                        if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
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
            word => statement.push(word),
        }
    }
    found
}

/// What stands in braces, and the file itself.
enum Block {
    File,
    /// The message that was found under this number.
    Message(usize),
    Other,
}

/// Words, strings and marks; comments are none of them.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Words<'a> {
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
            _ if is_word(first) => self.rest.find(|char| !is_word(char)).unwrap_or(self.rest.len()),
            _ => first.len_utf8(),
        };
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(word)
    }
}

fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// Up to the quote that ends a string.
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
    fn messages_are_counted_as_they_are_declared() {
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
    fn groups_and_extensions_are_no_declarations() {
        let text = "message A { optional group B = 1 { message C {} } message D {} } extend A { optional int32 e = 9; }";
        let names: Vec<_> = declared(text);
        assert_eq!(names, [("A".to_owned(), vec![0]), ("A.D".to_owned(), vec![0, 0])]);
    }

    #[test]
    fn no_text_is_too_much() {
        assert_eq!(declared("}}}} message"), []);
        assert_eq!(declared("\"unterminated \\"), []);
        assert_eq!(declared("/* unterminated"), []);
        assert_eq!(declared(&"message A {".repeat(10_000)).len(), MAX_DEPTH);
    }
}

//! Tokens of Protobuf's text format with their spans. The descriptors have only the span of a whole option.

use std::ops::Range;

/// The kind of a token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Ident(String),
    /// A string, without quotes and with escapes resolved.
    String(String),
    Number(String),
    Symbol(char),
}

/// The tokens of `text[range]`, with spans in `text`. Comments are skipped. The text has passed the compiler's parser,
/// which reports malformed tokens.
pub(super) fn tokens(text: &str, range: Range<usize>) -> impl Iterator<Item = (Token, Range<usize>)> {
    let mut lexer = Lexer { text: &text[..range.end], position: range.start };
    std::iter::from_fn(move || lexer.next())
}

struct Lexer<'a> {
    text: &'a str,
    position: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<(Token, Range<usize>)> {
        self.skip_blanks();
        let start = self.position;
        let first = self.rest().chars().next()?;
        let token = match first {
            '"' | '\'' => Token::String(self.string(first)),
            _ if first.is_ascii_alphabetic() || first == '_' => {
                Token::Ident(self.take_while(|char| char.is_ascii_alphanumeric() || char == '_'))
            }
            _ if first.is_ascii_digit() => Token::Number(
                self.take_while(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '+' | '-')),
            ),
            _ => {
                self.position += first.len_utf8();
                Token::Symbol(first)
            }
        };
        Some((token, start..self.position))
    }

    fn rest(&self) -> &str {
        &self.text[self.position..]
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let taken = rest[..rest.find(|char| !wanted(char)).unwrap_or(rest.len())].to_owned();
        self.position += taken.len();
        taken
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let length = if rest.starts_with("//") || rest.starts_with('#') {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                rest.len() - rest.trim_start().len()
            };
            if length == 0 {
                return;
            }
            self.position += length;
        }
    }

    fn string(&mut self, quote: char) -> String {
        self.position += quote.len_utf8();
        let mut bytes = Vec::new();
        while let Some(char) = self.rest().chars().next() {
            self.position += char.len_utf8();
            match char {
                _ if char == quote => break,
                '\\' => self.escape(&mut bytes),
                _ => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What follows a backslash (language specification, "String literals").
    fn escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(char) = self.rest().chars().next() else { return };
        let digits = |lexer: &mut Self, radix: u32, most: usize| {
            let rest = lexer.rest();
            let count = rest.chars().take(most).take_while(|char| char.is_digit(radix)).count();
            let value = u32::from_str_radix(&rest[..count], radix).unwrap_or_default();
            lexer.position += count;
            value
        };
        if char.is_digit(8) {
            bytes.push(digits(self, 8, 3).to_le_bytes()[0]);
            return;
        }
        self.position += char.len_utf8();
        match char {
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'f' => bytes.push(12),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(11),
            'x' | 'X' => bytes.push(digits(self, 16, 2).to_le_bytes()[0]),
            'u' if let Some((char, length)) = surrogate_pair(&self.text[self.position - 2..]) => {
                self.position += length - 2;
                bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            'u' | 'U' => {
                let value = digits(self, 16, if char == 'u' { 4 } else { 8 });
                let char = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            other => bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// The character at the start of a text that is written as two surrogates, such as `\ud83e\udd80`, and its length.
pub(super) fn surrogate_pair(text: &str) -> Option<(char, usize)> {
    const LENGTH: usize = 6;
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..LENGTH - 2)?, 16).ok();
    let units = [unit(text)?, unit(text.get(LENGTH..)?)?];
    // The first unit by itself is a character unless it is a surrogate.
    let is_pair = (0xd800..0xdc00).contains(&units[0]);
    let char = char::decode_utf16(units).next().filter(|_| is_pair)?.ok()?;
    Some((char, 2 * LENGTH))
}

//! Tokens of Avro IDL: identifiers, literals and punctuation, each with its location and the documentation comment
//! before it.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

/// The kind of a token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// An identifier without its backticks. A keyword has no backticks, dots or dashes.
    Word { text: String, may_be_keyword: bool },
    /// A string literal, its escapes resolved.
    String(String),
    /// A number in the notation of JSON.
    Number(String),
    /// A number that JSON cannot represent: `NaN`, `Infinity`, `-Infinity`.
    NotFinite(&'static str),
    /// A bracket, a comma or another punctuation character.
    Sign(char),
    /// The end of the file.
    End,
}

/// A token with its location.
#[derive(Debug, Clone)]
pub(super) struct Lexed {
    pub(super) token: Token,
    pub(super) range: Range<usize>,
    /// The text of the last documentation comment before the token.
    pub(super) doc: Option<(String, Range<usize>)>,
}

/// A lexical error and its location.
pub(super) type Wrong = (String, Range<usize>);

/// All tokens of a file, [`Token::End`] last.
pub(super) fn lex(text: &str) -> Result<Vec<Lexed>, Wrong> {
    let mut lexer = Lexer { text, chars: text.char_indices().peekable(), doc: None };
    let mut tokens = Vec::new();
    loop {
        let next = lexer.next()?;
        let done = next.token == Token::End;
        tokens.push(next);
        if done {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
    doc: Option<(String, Range<usize>)>,
}

impl Lexer<'_> {
    fn position(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |(position, _)| *position)
    }

    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|(_, char)| *char)
    }

    fn rest(&mut self) -> &str {
        let position = self.position();
        &self.text[position..]
    }

    fn skip_to(&mut self, end: usize) {
        while self.chars.next_if(|(position, _)| *position < end).is_some() {}
    }

    fn next(&mut self) -> Result<Lexed, Wrong> {
        self.skip_blanks()?;
        let start = self.position();
        let token = match self.peek() {
            // Text after Ctrl-Z, the old end-of-file mark, is ignored.
            None | Some('\u{1a}') => Token::End,
            Some('"') => Token::String(self.string()?),
            Some('`') => self.word()?,
            Some(char) if is_word_start(char) => self.word()?,
            Some('0'..='9' | '.' | '-') => self.number()?,
            Some(char) if "(){}[]<>:;,@=?".contains(char) => {
                self.chars.next();
                Token::Sign(char)
            }
            Some(char) => {
                return Err((format!("unexpected character `{char}`"), start..start + char.len_utf8()));
            }
        };
        let end = if token == Token::End { start } else { self.position() };
        Ok(Lexed { token, range: start..end, doc: self.doc.take() })
    }

    /// Skips white space and comments. A documentation comment is kept for the next token.
    fn skip_blanks(&mut self) -> Result<(), Wrong> {
        loop {
            while self.chars.next_if(|(_, char)| matches!(char, ' ' | '\t' | '\n' | '\r' | '\u{c}')).is_some()
            {
            }
            let start = self.position();
            let rest = self.rest();
            if rest.starts_with("//") {
                let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
                self.skip_to(start + length);
            } else if rest.starts_with("/**/") {
                self.skip_to(start + 4);
            } else if rest.starts_with("/*") {
                let is_doc = rest.starts_with("/**");
                let opening = if is_doc { 3 } else { 2 };
                let Some(length) = rest[opening..].find("*/") else {
                    return Err(("this comment is not closed".to_owned(), start..start + opening));
                };
                let inside = is_doc.then(|| without_indents(rest[opening..opening + length].trim()));
                let end = start + opening + length + 2;
                self.skip_to(end);
                if let Some(inside) = inside {
                    self.doc = Some((inside, start..end));
                }
            } else {
                return Ok(());
            }
        }
    }

    /// Reads an identifier: parts separated by dots or dashes, each with or without backticks.
    fn word(&mut self) -> Result<Token, Wrong> {
        let (mut text, mut may_be_keyword) = (String::new(), true);
        loop {
            let start = self.position();
            let quoted = self.chars.next_if(|(_, char)| *char == '`').is_some();
            while let Some((_, char)) = self.chars.next_if(|(_, char)| is_word_part(*char)) {
                text.push(char);
            }
            if quoted {
                may_be_keyword = false;
                if self.chars.next_if(|(_, char)| *char == '`').is_none() {
                    return Err(("this backtick is not closed".to_owned(), start..start + 1));
                }
            }
            let mut behind = self.chars.clone();
            let separator = behind.next().map(|(_, char)| char).filter(|char| matches!(char, '.' | '-'));
            let goes_on = behind.next().is_some_and(|(_, char)| char == '`' || is_word_start(char));
            match separator {
                Some(separator) if goes_on => {
                    self.chars.next();
                    text.push(separator);
                    may_be_keyword = false;
                }
                _ => break,
            }
        }
        Ok(match text.as_str() {
            "NaN" if may_be_keyword => Token::NotFinite("NaN"),
            "Infinity" if may_be_keyword => Token::NotFinite("Infinity"),
            _ => Token::Word { text, may_be_keyword },
        })
    }

    fn number(&mut self) -> Result<Token, Wrong> {
        let start = self.position();
        let mut text = String::new();
        if self.chars.next_if(|(_, char)| *char == '-').is_some() {
            text.push('-');
        }
        loop {
            let exponent = text.ends_with(['e', 'E']) && !text.contains(['x', 'X']);
            match self.chars.next_if(|(_, char)| {
                char.is_ascii_alphanumeric()
                    || matches!(char, '.' | '_')
                    || exponent && matches!(char, '+' | '-')
            }) {
                Some((_, char)) => text.push(char),
                None => break,
            }
        }
        let end = self.position();
        read_number(&text).ok_or_else(|| (format!("`{text}` is not a number"), start..end))
    }

    /// Reads a string literal with Java's escapes.
    fn string(&mut self) -> Result<String, Wrong> {
        let start = self.position();
        let unclosed = || ("this string is not closed on its line".to_owned(), start..start + 1);
        self.chars.next();
        // UTF-16, because one escape may be half of a surrogate pair.
        let mut units: Vec<u16> = Vec::new();
        let mut buffer = [0; 2];
        loop {
            match self.chars.next().ok_or_else(unclosed)? {
                (end, '"') => {
                    return String::from_utf16(&units).map_err(|_| {
                        ("this string contains half of a surrogate pair".to_owned(), start..end + 1)
                    });
                }
                (_, '\n' | '\r') => return Err(unclosed()),
                (at, char @ ('\t' | '\u{8}' | '\u{c}')) => {
                    let escape = char.escape_default();
                    let message = format!("a string has this character as an escape, `{escape}`");
                    return Err((message, at..at + 1));
                }
                (at, '\\') => units.push(self.escape(at)?),
                (_, char) => units.extend_from_slice(char.encode_utf16(&mut buffer)),
            }
        }
    }

    fn escape(&mut self, start: usize) -> Result<u16, Wrong> {
        let char = self.chars.next().map_or('\0', |(_, char)| char);
        let simple = match char {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            '"' | '\'' | '\\' => Some(char),
            _ => None,
        };
        if let Some(simple) = simple {
            return Ok(u16::try_from(u32::from(simple)).unwrap_or_default());
        }
        let (radix, most) = match char {
            'u' => (16, 4),
            '0'..='3' => (8, 3),
            '4'..='7' => (8, 2),
            _ => (0, 0),
        };
        let mut digits = if radix == 8 { String::from(char) } else { String::new() };
        while digits.len() < most
            && let Some((_, digit)) = self.chars.next_if(|(_, char)| char.is_digit(radix))
        {
            digits.push(digit);
        }
        let end = self.position();
        u16::from_str_radix(&digits, radix.max(2))
            .ok()
            .filter(|_| radix == 8 || digits.len() == 4)
            .ok_or_else(|| ("unknown escape".to_owned(), start..end))
    }
}

fn is_word_start(char: char) -> bool {
    char.is_alphabetic() || char == '_'
}

fn is_word_part(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Reads a number in Java's notation: integers in three bases and with an `L`, floating-point numbers with an `f` or
/// `d`.
fn read_number(text: &str) -> Option<Token> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        _ => ("", text),
    };
    match digits {
        "NaN" => return Some(Token::NotFinite("NaN")),
        "Infinity" if sign.is_empty() => return Some(Token::NotFinite("Infinity")),
        "Infinity" => return Some(Token::NotFinite("-Infinity")),
        _ if !digits.starts_with(|char: char| char.is_ascii_digit() || char == '.') => return None,
        _ => {}
    }
    let whole = digits.strip_suffix(['l', 'L']).unwrap_or(digits);
    let whole = if let Some(hex) = whole.strip_prefix("0x").or_else(|| whole.strip_prefix("0X")) {
        i128::from_str_radix(hex, 16).ok()
    } else if whole.len() > 1 && whole.starts_with('0') {
        i128::from_str_radix(whole, 8).ok()
    } else {
        whole.parse().ok()
    };
    if let Some(whole) = whole {
        let whole = if sign.is_empty() { whole } else { -whole };
        return i64::try_from(whole).ok().map(|whole| Token::Number(whole.to_string()));
    }
    let float = digits.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(digits);
    let value: f64 = float.parse().ok()?;
    if value.is_infinite() {
        return Some(Token::NotFinite(if sign.is_empty() { "Infinity" } else { "-Infinity" }));
    }
    let as_written = format!("{sign}{float}");
    if serde_json::from_str::<serde_json::Number>(&as_written).is_ok() {
        return Some(Token::Number(as_written));
    }
    serde_json::Number::from_f64(if sign.is_empty() { value } else { -value })
        .map(|number| Token::Number(number.to_string()))
}

/// The text of a documentation comment. Removes the stars in front of each line or, if there are none, the indentation
/// that all lines after the first have in common.
fn without_indents(comment: &str) -> String {
    let lines: Vec<&str> = comment.split_inclusive('\n').collect();
    let starred = |stars: &str| {
        comment.starts_with(stars)
            && lines.iter().skip(1).all(|line| line.trim_start_matches([' ', '\t']).starts_with(stars))
    };
    if let Some(stars) = ["**", "*"].into_iter().find(|stars| starred(stars)) {
        let line = |line: &&str| {
            let text = line.trim_start_matches([' ', '\t']);
            let text = text.strip_prefix(stars).unwrap_or(text);
            text.strip_prefix([' ', '\t']).unwrap_or(text).to_owned()
        };
        return lines.iter().map(line).collect();
    }
    let blanks = |line: &str| line.find(|char| !matches!(char, ' ' | '\t')).unwrap_or(line.len());
    let mut indents = lines.iter().skip(1).map(|line| &line[..blanks(line)]);
    let Some(first) = indents.next() else { return comment.to_owned() };
    let common = indents.fold(first, |common, indent| {
        let length = common.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
        &common[..length]
    });
    lines.iter().map(|line| line.strip_prefix(common).unwrap_or(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_loses_its_indents() {
        assert_eq!(without_indents("* A\n   * B\n   *\n   *  C"), "A\nB\n\n C");
        assert_eq!(without_indents("** A\n ** B"), "A\nB");
        assert_eq!(without_indents("** A\n * B"), "* A\nB");
        assert_eq!(without_indents("A\n     B\n   C"), "A\n  B\nC");
        assert_eq!(without_indents("A"), "A");
    }

    #[test]
    fn numbers_have_the_notation_of_java() {
        let number = |text: &str| Some(Token::Number(text.to_owned()));
        assert_eq!(read_number("0x10"), number("16"));
        assert_eq!(read_number("-017L"), number("-15"));
        assert_eq!(read_number("-1.0e12"), number("-1.0e12"));
        assert_eq!(read_number("1.f"), number("1.0"));
        assert_eq!(read_number(".5d"), number("0.5"));
        assert_eq!(read_number("-Infinity"), Some(Token::NotFinite("-Infinity")));
        assert_eq!(read_number("1e999"), Some(Token::NotFinite("Infinity")));
        assert_eq!(read_number("9223372036854775808"), None);
        assert_eq!(read_number("--1"), None);
        assert_eq!(read_number("+1"), None);
        assert_eq!(read_number("1_000"), None);
        assert_eq!(read_number("nan"), None);
    }
}

//! What encoders of all languages need of JSON.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::problem::Problem;

/// Bytes of hexadecimal digits after `0x`, the form in which values are shown.
pub(super) fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x")?.as_bytes();
    if digits.len() % 2 != 0 {
        return None;
    }
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// What a JSON value is, for errors. Long texts are cut.
pub(super) fn described(value: &Json) -> String {
    const SHOWN: usize = 40;
    let text = value.to_string();
    let mut shown = String::new();
    // Writing to a string does not fail.
    let _ = match text.char_indices().nth(SHOWN) {
        Some((end, _)) => write!(shown, "{} …", &text[..end]),
        None => write!(shown, "{text}"),
    };
    shown
}

/// A value of another kind than is expected.
pub(super) fn expected(what: &str, found: &Json) -> Problem {
    Problem::new(format!("{what} is expected, and this is {}", described(found)))
}

/// The member of an object, by the name of its field or by the JSON name of Protobuf that belongs to it.
pub(super) fn member<'a>(value: &'a Json, field: &str) -> Option<&'a Json> {
    let words = field.split('_').enumerate();
    let camel = words.fold(String::new(), |mut out, (index, word)| {
        let mut letters = word.chars();
        if index > 0 {
            out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        }
        out.extend(letters);
        out
    });
    value.get(field).or_else(|| value.get(camel))
}

/// Reads JSON on one line.
pub(super) fn parse(text: &str) -> Result<Json, Problem> {
    serde_json::from_str(text).map_err(|error| {
        // The number of the line is that in the input of the caller.
        Problem::new(format!("not JSON: {}", error.to_string().replace(" at line 1 column", " at column")))
    })
}

//! What encoders of all languages need of JSON.

use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

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

/// Reads JSON on one line. An object has a member once: the reader of JSON would take the last one.
pub(super) fn parse(text: &str) -> Result<Json, Problem> {
    serde_json::from_str(text).map(|Unique(value)| value).map_err(|error| {
        // The number of the line is that in the input of the caller.
        let reason = error.to_string().replace(" at line 1 column", " at column");
        Problem::new(if error.is_data() { reason } else { format!("not JSON: {reason}") })
    })
}

/// A value whose objects have each member once.
struct Unique(Json);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Unique(value) = members.next_value()?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!("`{name}` is there twice")));
            }
            object.insert(name, value);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_is_there_twice_is_an_error_with_its_column() {
        let error = |text: &str| parse(text).expect_err("an error").to_string();
        assert_eq!(error(r#"{"a":1,"b":{"c":1,"c":2}}"#), "`c` is there twice at column 24");
        assert!(error(r#"{"a":"#).starts_with("not JSON: "));
        let text = r#"{"a":[1,-1,0.5,true,null,"x"],"b":{"a":18446744073709551615}}"#;
        assert_eq!(parse(text).expect("JSON").to_string(), text);
    }
}

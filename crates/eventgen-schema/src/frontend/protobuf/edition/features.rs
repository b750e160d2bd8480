//! The features of an edition: their values, what they can be set on, and how they are written.

use prost_reflect::prost_types::UninterpretedOption;

use super::super::lexer::{Token, tokens};
use super::super::options::Element;
use super::rewrite::Edition;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Explicit,
    Implicit,
    Required,
}

/// The features that hold for an element.
#[expect(clippy::struct_excessive_bools, reason = "each feature has two values")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Features {
    pub(super) presence: Presence,
    pub(super) is_open: bool,
    pub(super) is_packed: bool,
    pub(super) is_delimited: bool,
    pub(super) allows_json: bool,
}

impl Features {
    /// The defaults of an edition. Those of 2023 and 2024 are equal.
    pub(super) const DEFAULT: Self = Self {
        presence: Presence::Explicit,
        is_open: true,
        is_packed: true,
        is_delimited: false,
        allows_json: true,
    };
}

/// A feature: its values, what it can be set on, and the edition that it came with.
struct Feature {
    name: &'static str,
    values: &'static [&'static str],
    elements: &'static [Element],
    since: Edition,
}

const FEATURES: &[Feature] = &[
    Feature {
        name: "field_presence",
        values: &["EXPLICIT", "IMPLICIT", "LEGACY_REQUIRED"],
        elements: &[Element::File, Element::Field],
        since: Edition::E2023,
    },
    Feature {
        name: "enum_type",
        values: &["OPEN", "CLOSED"],
        elements: &[Element::File, Element::Enum],
        since: Edition::E2023,
    },
    Feature {
        name: "repeated_field_encoding",
        values: &["PACKED", "EXPANDED"],
        elements: &[Element::File, Element::Field],
        since: Edition::E2023,
    },
    Feature {
        name: "utf8_validation",
        values: &["VERIFY", "NONE"],
        elements: &[Element::File, Element::Field],
        since: Edition::E2023,
    },
    Feature {
        name: "message_encoding",
        values: &["LENGTH_PREFIXED", "DELIMITED"],
        elements: &[Element::File, Element::Field],
        since: Edition::E2023,
    },
    Feature {
        name: "json_format",
        values: &["ALLOW", "LEGACY_BEST_EFFORT"],
        elements: &[Element::File, Element::Message, Element::Enum],
        since: Edition::E2023,
    },
    Feature {
        name: "enforce_naming_style",
        values: &["STYLE2024", "STYLE_LEGACY"],
        elements: &[
            Element::File,
            Element::Message,
            Element::Field,
            Element::Oneof,
            Element::ExtensionRange,
            Element::Enum,
            Element::EnumValue,
            Element::Service,
            Element::Method,
        ],
        since: Edition::E2024,
    },
    Feature {
        name: "default_symbol_visibility",
        values: &["EXPORT_ALL", "EXPORT_TOP_LEVEL", "LOCAL_ALL", "STRICT"],
        elements: &[Element::File],
        since: Edition::E2024,
    },
];

/// The features that an option sets; `None` for an option that sets none.
///
/// # Errors
/// A feature or a value that does not exist, or that cannot be set here.
pub(super) fn set_by(
    option: &UninterpretedOption,
    element: Element,
    edition: Edition,
) -> Option<Result<Vec<(String, String)>, String>> {
    let [first, rest @ ..] = &option.name[..] else { return None };
    if first.is_extension || first.name_part != "features" {
        return None;
    }
    let set = match (rest, &option.identifier_value, &option.aggregate_value) {
        // The features of another language.
        ([language, ..], _, _) if language.is_extension => Vec::new(),
        ([name], Some(value), _) => vec![(name.name_part.clone(), value.clone())],
        ([], _, Some(message)) => match of_message(message) {
            Some(set) => set,
            None => return Some(Err("a feature is set by its name, and its value is a name".to_owned())),
        },
        _ => return Some(Err("a feature is set by its name, and its value is a name".to_owned())),
    };
    Some(set.into_iter().map(|(name, value)| check(name, value, element, edition)).collect())
}

fn check(
    name: String,
    value: String,
    element: Element,
    edition: Edition,
) -> Result<(String, String), String> {
    let Some(feature) = FEATURES.iter().find(|feature| feature.name == name && feature.since <= edition)
    else {
        return Err(format!("there is no feature `{name}` in this edition"));
    };
    if !feature.values.contains(&value.as_str()) {
        return Err(format!("feature `{name}` is one of {}, not `{value}`", feature.values.join(", ")));
    }
    if !feature.elements.contains(&element) {
        return Err(format!("feature `{name}` cannot be set here"));
    }
    Ok((name, value))
}

/// The features in a message of the text format.
fn of_message(message: &str) -> Option<Vec<(String, String)>> {
    let tokens: Vec<Token> = tokens(message, 0..message.len()).map(|(token, _)| token).collect();
    let (mut rest, mut set) = (&tokens[..], Vec::new());
    loop {
        rest = match rest {
            [] => return Some(set),
            [Token::Symbol(',' | ';'), rest @ ..] => rest,
            [Token::Ident(name), Token::Symbol(':'), Token::Ident(value), rest @ ..] => {
                set.push((name.clone(), value.clone()));
                rest
            }
            // The features of another language.
            [Token::Symbol('['), ..] => {
                let open = rest.iter().position(|token| matches!(token, Token::Symbol('{' | '<')))?;
                let mut depth = 0_usize;
                let close = rest[open..].iter().position(|token| {
                    match token {
                        Token::Symbol('{' | '<') => depth += 1,
                        Token::Symbol('}' | '>') => depth -= 1,
                        _ => {}
                    }
                    depth == 0
                })?;
                &rest[open + close + 1..]
            }
            _ => return None,
        };
    }
}

/// Applies features on top of those of the enclosing element.
pub(super) fn apply(mut features: Features, set: &[(String, String)]) -> Features {
    for (_, value) in set {
        match value.as_str() {
            "EXPLICIT" => features.presence = Presence::Explicit,
            "IMPLICIT" => features.presence = Presence::Implicit,
            "LEGACY_REQUIRED" => features.presence = Presence::Required,
            "OPEN" => features.is_open = true,
            "CLOSED" => features.is_open = false,
            "PACKED" => features.is_packed = true,
            "EXPANDED" => features.is_packed = false,
            "LENGTH_PREFIXED" => features.is_delimited = false,
            "DELIMITED" => features.is_delimited = true,
            "ALLOW" => features.allows_json = true,
            "LEGACY_BEST_EFFORT" => features.allows_json = false,
            _ => {}
        }
    }
    features
}

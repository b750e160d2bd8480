//! The name of a project: that of a Cargo package, from which the names of its crate, topic and group follow.

use std::fmt;

/// The longest name. With more, lines of the project become longer than rustfmt breaks them.
const LONGEST: usize = 40;

/// Keywords of Rust (edition 2024), strict and reserved.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield", "union",
];

/// Crates that a project uses, and names that Cargo keeps to itself.
const TAKEN: [&str; 14] = [
    "alloc",
    "build",
    "core",
    "deps",
    "eventgen",
    "eventgen-build",
    "eventgen-testkit",
    "examples",
    "incremental",
    "proc-macro",
    "std",
    "test",
    "tokio",
    "tracing-subscriber",
];

/// The name of a project: lower-case ASCII letters and digits, in words that are joined by `-` or `_`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// Why a text is not the name of a project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidName {
    /// There is no text.
    #[error("a project needs a name")]
    Empty,
    /// It is too long.
    #[error("the name has {length} characters; {LONGEST} are allowed")]
    TooLong {
        /// The number of characters.
        length: usize,
    },
    /// A character that is not allowed, or not there.
    #[error(
        "`{character}` cannot be {place}: use lower-case letters and digits, in words joined by `-` or `_`"
    )]
    Character {
        /// The character.
        character: char,
        /// Where it stands.
        place: Place,
    },
    /// A keyword of Rust.
    #[error("`{name}` is a keyword of Rust: the crate of the project cannot have this name")]
    Keyword {
        /// The name.
        name: String,
    },
    /// The name of a crate that the project uses, or one that Cargo keeps to itself.
    #[error("`{name}` is the name of a crate that the project uses, or one that Cargo keeps to itself")]
    Taken {
        /// The name.
        name: String,
    },
}

/// The place of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the start.
    First,
    /// At the end.
    Last,
    /// Behind a `-` or `_`.
    AfterJoint,
    /// Anywhere.
    Name,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "the first character of the name",
            Self::Last => "the last character of the name",
            Self::AfterJoint => "behind `-` or `_`",
            Self::Name => "in the name",
        })
    }
}

impl Name {
    /// Checks a name.
    ///
    /// # Errors
    /// A text from which no names of a package, a crate, a topic and a group follow.
    pub fn new(name: &str) -> Result<Self, InvalidName> {
        let is_joint = |char: char| matches!(char, '-' | '_');
        let Some(last) = name.chars().last() else { return Err(InvalidName::Empty) };
        let mut before = None;
        for character in name.chars() {
            let place = match before {
                _ if !(character.is_ascii_lowercase()
                    || character.is_ascii_digit()
                    || is_joint(character)) =>
                {
                    Place::Name
                }
                None if !character.is_ascii_lowercase() => Place::First,
                Some(before) if is_joint(before) && is_joint(character) => Place::AfterJoint,
                _ => {
                    before = Some(character);
                    continue;
                }
            };
            return Err(InvalidName::Character { character, place });
        }
        if is_joint(last) {
            return Err(InvalidName::Character { character: last, place: Place::Last });
        }
        // Every character is of ASCII.
        if name.len() > LONGEST {
            return Err(InvalidName::TooLong { length: name.len() });
        }
        let with_hyphens = name.replace('_', "-");
        if KEYWORDS.contains(&name) {
            Err(InvalidName::Keyword { name: name.to_owned() })
        } else if TAKEN.contains(&with_hyphens.as_str()) {
            Err(InvalidName::Taken { name: name.to_owned() })
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in Pascal case, as it begins the names of types.
    pub(super) fn pascal(&self) -> String {
        let word = |word: &str| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        };
        self.0.split(['-', '_']).map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_of_lower_case_letters_and_digits() {
        for (name, pascal) in [("shop", "Shop"), ("a", "A"), ("order-2b_x", "Order2bX")] {
            assert_eq!(Name::new(name).map(|name| name.pascal()), Ok(pascal.to_owned()));
        }
        let place = |name: &str| match Name::new(name) {
            Err(InvalidName::Character { place, .. }) => Some(place),
            _ => None,
        };
        for (name, expected) in [
            ("Shop", Place::Name),
            ("größe", Place::Name),
            ("a/b", Place::Name),
            ("../up", Place::Name),
            ("2shop", Place::First),
            ("-a", Place::First),
            ("a--b", Place::AfterJoint),
            ("a_", Place::Last),
        ] {
            assert_eq!(place(name), Some(expected), "{name}");
        }
        assert_eq!(Name::new(""), Err(InvalidName::Empty));
        assert_eq!(Name::new(&"a".repeat(41)), Err(InvalidName::TooLong { length: 41 }));
    }

    #[test]
    fn names_of_rust_and_of_crates_that_a_project_uses_are_refused() {
        for name in ["async", "self", "gen"] {
            assert_eq!(Name::new(name), Err(InvalidName::Keyword { name: name.to_owned() }));
        }
        for name in ["test", "tokio", "eventgen_testkit", "std"] {
            assert_eq!(Name::new(name), Err(InvalidName::Taken { name: name.to_owned() }));
        }
    }
}

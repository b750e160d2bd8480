//! How the names of properties are written in each language.

/// How properties are written: `replicationFactor` in an Avro schema, `replication_factor` in a Protobuf schema,
/// `replication-factor` in `eventgen.toml`; in a Rust attribute as in Protobuf, with another sign before the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Casing {
    /// `replicationFactor`.
    Camel,
    /// `replication_factor`, with a colon before the value.
    Snake,
    /// `replication-factor`.
    Kebab,
    /// `replication_factor`, with an equals sign before the value.
    Rust,
}

impl Casing {
    /// A camel-case property as it is written here.
    pub(crate) fn of(self, property: &str) -> String {
        let separator = match self {
            Self::Camel => return property.to_owned(),
            Self::Snake | Self::Rust => '_',
            Self::Kebab => '-',
        };
        property.chars().fold(String::new(), |mut out, char| {
            if char.is_ascii_uppercase() {
                out.push(separator);
            }
            out.push(char.to_ascii_lowercase());
            out
        })
    }

    /// A property with the name of a field or another word, such as `"ordering": "none"`. Rust has no quotes around it.
    pub(crate) fn word(self, property: &str, word: &str) -> String {
        if self == Self::Rust {
            self.example(property, word)
        } else {
            self.example(property, &format!("\"{word}\""))
        }
    }

    /// A property with a value, as it is written here.
    pub(crate) fn example(self, property: &str, value: &str) -> String {
        match self {
            Self::Camel => format!("\"{property}\": {value}"),
            Self::Snake => format!("{}: {value}", self.of(property)),
            Self::Kebab | Self::Rust => format!("{} = {value}", self.of(property)),
        }
    }

    /// A property whose value is an object with a property, as it is written here.
    pub(crate) fn object(self, property: &str, (inner, value): (&str, &str)) -> String {
        let inner = self.example(inner, value);
        match self {
            Self::Rust => format!("{}({inner})", self.of(property)),
            _ => self.example(property, &format!("{{ {inner} }}")),
        }
    }
}

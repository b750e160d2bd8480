//! The casings of serde's `rename_all`.

/// A casing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Casing {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Casing {
    /// All casings under their names in serde.
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    /// Converts the name of a field, which is in snake case.
    pub(crate) fn of_field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
            Self::Pascal => name.split('_').map(|word| first(word, char::to_ascii_uppercase)).collect(),
            Self::Camel => first(&Self::Pascal.of_field(name), char::to_ascii_lowercase),
        }
    }

    /// Converts the name of a variant, which is in Pascal case.
    pub(crate) fn of_variant(self, name: &str) -> String {
        match self {
            Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => first(name, char::to_ascii_lowercase),
            _ => {
                let mut snake = String::new();
                for (index, char) in name.char_indices() {
                    if index > 0 && char.is_uppercase() {
                        snake.push('_');
                    }
                    snake.push(char.to_ascii_lowercase());
                }
                self.of_field(&snake)
            }
        }
    }
}

/// Changes the first letter of a word.
fn first(word: &str, change: fn(&char) -> char) -> String {
    let mut chars = word.chars();
    chars.next().iter().map(change).chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::Casing;

    #[test]
    fn names_equal_those_of_serde() {
        assert_eq!(Casing::Camel.of_field("customer_id"), "customerId");
        assert_eq!(Casing::Pascal.of_field("customer_id"), "CustomerId");
        assert_eq!(Casing::ScreamingKebab.of_field("customer_id"), "CUSTOMER-ID");
        assert_eq!(Casing::ScreamingSnake.of_variant("VeryTasty"), "VERY_TASTY");
        assert_eq!(Casing::Snake.of_variant("VeryTasty"), "very_tasty");
        assert_eq!(Casing::Camel.of_variant("VeryTasty"), "veryTasty");
        assert_eq!(Casing::Lower.of_variant("VeryTasty"), "verytasty");
    }
}

//! Settings that are selected by path.

use eventgen_schema::Span;

/// A setting for a path.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) path: String,
    /// The value as Rust source.
    pub(super) source: String,
    pub(super) origin: Origin,
}

/// Where a setting is made.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// In `build.rs`.
    Call,
    /// In the `[rust]` table of `eventgen.toml`, with the locations of the path and the value.
    Table { path: Span, source: Span },
}

impl Rule {
    pub(super) fn new(path: &str, source: &str) -> Self {
        Self { path: path.to_owned(), source: source.to_owned(), origin: Origin::Call }
    }

    /// Whether the rule's path matches the path of a type or a field.
    pub(super) fn matches(&self, path: &str) -> bool {
        match self.path.strip_prefix('.') {
            Some("") => true,
            Some(start) => {
                path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
            None => path.strip_suffix(&self.path).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        }
    }
}

/// The sources of the rules that match a path, in the order of the rules.
pub(super) fn matching<'a>(rules: &'a [Rule], path: &str) -> impl DoubleEndedIterator<Item = &'a str> {
    rules.iter().filter(move |rule| rule.matches(path)).map(|rule| rule.source.as_str())
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn a_path_with_a_leading_dot_matches_as_a_prefix_and_one_without_as_a_suffix() {
        for (rule, path) in [
            (".", "com.example.Order.id"),
            (".com", "com.example.Order"),
            (".com.example.Order", "com.example.Order.id"),
            (".com.example.Order", "com.example.Order"),
            ("Order", "com.example.Order"),
            ("Order.id", "com.example.Order.id"),
            ("id", "com.example.Order.id"),
            ("com.example.Order", "com.example.Order"),
        ] {
            assert!(Rule::new(rule, "").matches(path), "{rule} {path}");
        }
        for (rule, path) in [
            (".com.example.Ord", "com.example.Order"),
            (".example", "com.example.Order"),
            ("rder", "com.example.Order"),
            ("Order", "com.example.Order.id"),
            ("", "com.example.Order"),
        ] {
            assert!(!Rule::new(rule, "").matches(path), "{rule} {path}");
        }
    }
}

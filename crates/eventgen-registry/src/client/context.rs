//! Contexts of a registry (Confluent Schema Registry, "schema contexts"): each has subjects and ids of its own. The subject
//! `orders` of the context `.staging` is written `:.staging:orders`; the default context is `.`.
//!
//! A registry answers a look-up in the default context with a subject of another one, if only that has it. Its id means
//! another schema here, so such an answer is none.

use std::borrow::Cow;

/// The default context.
const DEFAULT: &str = ".";

/// The context of a client.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    /// Set by the user: the client qualifies subjects with it.
    qualifier: Option<String>,
    /// Part of the address: the registry qualifies subjects with it.
    of_address: Option<String>,
}

impl Context {
    /// A context by its name, with or without the leading dot, and the address of the registry. The name may be empty,
    /// which is the default context.
    pub(super) fn new(name: Option<&str>, url: &str) -> Self {
        let qualifier = name.map(|name| name.trim_matches(':')).filter(|name| !matches!(*name, "" | DEFAULT));
        let qualifier = qualifier.map(|name| format!(".{}", name.trim_start_matches('.')));
        let of_address = url.rsplit_once("/contexts/").map(|(_, name)| name);
        let of_address = of_address.filter(|name| !name.contains('/')).map(|name| {
            let name = name.trim_matches(':');
            if name.is_empty() { DEFAULT.to_owned() } else { name.to_owned() }
        });
        Self { qualifier, of_address }
    }

    /// A subject as it is requested.
    pub(super) fn subject<'a>(&self, subject: &'a str) -> Cow<'a, str> {
        match &self.qualifier {
            Some(context) if !subject.starts_with(":.") => Cow::Owned(format!(":{context}:{subject}")),
            _ => Cow::Borrowed(subject),
        }
    }

    /// What a request for an id has as its subject, so that the id is one of this context.
    pub(super) fn of_ids(&self) -> Option<String> {
        self.qualifier.as_ref().map(|context| format!(":{context}:"))
    }

    /// Whether an answer is about the context of the subject that was asked for.
    pub(super) fn has(&self, asked: &str, answered: &str) -> bool {
        let default = self.qualifier.as_deref().or(self.of_address.as_deref()).unwrap_or(DEFAULT);
        let expected = context_of(asked).unwrap_or(default);
        context_of(answered).unwrap_or(DEFAULT) == expected
            // Some registries answer with the name as it was asked for.
            || asked == answered
    }
}

/// The context that a subject is qualified with.
fn context_of(subject: &str) -> Option<&str> {
    let context = subject.strip_prefix(':').filter(|rest| rest.starts_with('.'))?;
    Some(context.split_once(':').map_or(context, |(context, _)| context))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_qualified_once() {
        for name in ["staging", ".staging", ":.staging:"] {
            let context = Context::new(Some(name), "http://host");
            assert_eq!(context.subject("orders"), ":.staging:orders");
            assert_eq!(context.subject(":.other:orders"), ":.other:orders");
            assert_eq!(context.of_ids().as_deref(), Some(":.staging:"));
        }
        for name in [None, Some(""), Some("."), Some(":.:")] {
            let context = Context::new(name, "http://host");
            assert_eq!(context.subject("orders"), "orders");
            assert_eq!(context.of_ids(), None);
        }
    }

    #[test]
    fn an_answer_of_another_context_is_recognised() {
        let default = Context::new(None, "http://host");
        for (asked, answered, expected) in [
            ("orders", "orders", true),
            ("orders", ":.:orders", true),
            ("orders", "alias-of-orders", true),
            ("orders", ":.staging:orders", false),
            (":.staging:orders", ":.staging:orders", true),
            (":.staging:orders", "orders", false),
        ] {
            assert_eq!(default.has(asked, answered), expected, "{asked} {answered}");
        }
        let staging = Context::new(Some("staging"), "http://host");
        assert!(staging.has("orders", ":.staging:orders") && !staging.has("orders", ":.prod:orders"));
        assert!(!staging.has(":.staging:orders", "orders"));
        let of_address = Context::new(None, "http://host/contexts/.staging");
        assert!(of_address.has("orders", ":.staging:orders") && !of_address.has("orders", ":.prod:orders"));
    }
}

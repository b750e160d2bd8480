//! Subjects with their contexts: `orders` of the context `.staging` is written `:.staging:orders`; the default context is `.`.

/// The default context.
pub(super) const DEFAULT: &str = ".";

/// A subject as a request names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Qualified {
    pub(super) context: String,
    /// Empty where a request names a context alone.
    pub(super) subject: String,
}

impl Qualified {
    pub(super) fn new(text: &str) -> Self {
        match text.strip_prefix(':').filter(|rest| rest.starts_with(DEFAULT)) {
            Some(rest) => {
                let (context, subject) = rest.split_once(':').unwrap_or((rest, ""));
                Self { context: context.to_owned(), subject: subject.to_owned() }
            }
            None => Self { context: DEFAULT.to_owned(), subject: text.to_owned() },
        }
    }

    /// The context alone.
    pub(super) fn of_context(&self) -> Self {
        Self { context: self.context.clone(), subject: String::new() }
    }

    /// How responses name the subject.
    pub(super) fn name(&self) -> String {
        if self.context == DEFAULT {
            self.subject.clone()
        } else {
            format!(":{}:{}", self.context, self.subject)
        }
    }
}

//! How attempts of handlers fail, for metrics and traces.

/// How an attempt of a handler has failed: a value of `error.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttemptError {
    Retry,
    Reject,
    Skip,
    Fatal,
    Panic,
    Timeout,
}

impl AttemptError {
    pub(super) const COUNT: usize = 6;

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Reject => "reject",
            Self::Skip => "skip",
            Self::Fatal => "fatal",
            Self::Panic => "panic",
            Self::Timeout => "timeout",
        }
    }
}

//! Errors that the application rejects by their kind, whichever handler returns them.

use crate::consumer::batch::erased::BatchReturned;
use crate::consumer::handle::attempt::Returned;
use crate::consumer::{BatchError, HandlerError, HandlerErrorKind};

/// Whether a retry cannot resolve an error.
type IsPermanent = Box<dyn Fn(&HandlerError) -> bool + Send + Sync>;

/// Tells which errors are rejected instead of retried.
#[derive(Default)]
pub(crate) struct Rejections(Vec<IsPermanent>);

impl Rejections {
    pub(crate) fn push(&mut self, is_permanent: impl Fn(&HandlerError) -> bool + Send + Sync + 'static) {
        self.0.push(Box::new(is_permanent));
    }

    /// What the handler returned, with its error rejected if it is one of these.
    pub(crate) fn apply(&self, returned: Returned) -> Returned {
        if self.0.is_empty() {
            return returned;
        }
        returned.map(|result| result.map_err(|error| self.reject(error)))
    }

    /// The same for a batch.
    pub(crate) fn apply_to_batch(&self, returned: BatchReturned) -> BatchReturned {
        if self.0.is_empty() {
            return returned;
        }
        returned.map(|result| {
            result.map_err(|error| {
                let (index, error) = error.into_parts();
                BatchError::from_parts(index, self.reject(error))
            })
        })
    }

    fn reject(&self, error: HandlerError) -> HandlerError {
        let is_permanent = |error: &HandlerError| self.0.iter().any(|is_permanent| is_permanent(error));
        if error.kind() == HandlerErrorKind::Retry && is_permanent(&error) {
            error.into_rejected()
        } else {
            error
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::ParseIntError;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the order")]
    struct OrderError(#[source] ParseIntError);

    fn kind_of(error: HandlerError) -> HandlerErrorKind {
        let mut rejections = Rejections::default();
        rejections.push(|error| error.cause::<ParseIntError>().is_some());
        rejections.apply(Ok(Err(error))).expect("no panic").expect_err("a failure").kind()
    }

    #[test]
    fn errors_that_would_be_retried_are_rejected_by_their_cause() {
        let parsed = || "many".parse::<u32>().unwrap_err();
        assert_eq!(kind_of(parsed().into()), HandlerErrorKind::Reject);
        assert_eq!(kind_of(OrderError(parsed()).into()), HandlerErrorKind::Reject);
        let with_context = anyhow::Error::from(parsed()).context("order 7");
        assert_eq!(kind_of(with_context.into()), HandlerErrorKind::Reject);
        assert_eq!(kind_of("closed".into()), HandlerErrorKind::Retry);
        assert_eq!(kind_of(HandlerError::skip(parsed())), HandlerErrorKind::Skip);
        assert_eq!(kind_of(HandlerError::fatal(parsed())), HandlerErrorKind::Fatal);
    }
}

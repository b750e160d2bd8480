//! Converts panics to errors: a panic on a thread of the consumer must end the consumer with an error, never silently.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt as _;
use thiserror::Error;

/// The error of a handler that panicked.
#[derive(Debug, Error)]
#[error("the handler panicked: {0}")]
pub(super) struct HandlerPanic(pub(super) String);

/// Runs a future. If it panics, the error is the message of the panic.
pub(super) fn catch_panic<F: Future>(future: F) -> impl Future<Output = Result<F::Output, String>> {
    // Not an `async fn`, which would hold the future twice: as its argument and pinned.
    AssertUnwindSafe(future).catch_unwind().map(|result| result.map_err(|panic| message(&*panic)))
}

/// Runs a closure. If it panics, the error is the message of the panic.
pub(super) fn catch_panic_in<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| message(&*panic))
}

/// The message of a panic.
pub(super) fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_with_its_message() {
        assert_eq!(catch_panic(async { 1 }).await, Ok(1));
        let late = async {
            tokio::task::yield_now().await;
            panic!("after {}", 1)
        };
        assert_eq!(catch_panic(late).await, Err::<(), _>("after 1".to_owned()));
        assert_eq!(catch_panic_in(|| panic!("at once")), Err::<(), _>("at once".to_owned()));
        assert_eq!(catch_panic_in(|| std::panic::panic_any(7)), Err::<(), _>("no message".to_owned()));
    }
}

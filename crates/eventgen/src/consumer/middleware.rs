//! Middleware: code of an application that runs around each call of a handler.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::handle::attempt::Attempt;
use super::panics::{HandlerPanic, catch_panic};
use super::{Delivery, HandlerError};

/// Runs around each call of a consumer's handlers: for timing, tracing, or deduplication of your own.
/// [`Consumer::wrap`](crate::Consumer::wrap) adds it.
///
/// It sees what the handler is called with and what the handler returns, and decides what the consumer sees:
///
/// - [`Next::run`] calls the next middleware, or the handler. Return what it returns.
/// - `Ok` without a call of `run` ends the record: it counts as handled and is committed.
/// - An error is treated as an error of the handler, with its retries and dead letters.
///
/// It runs once for each attempt at an event, at a deletion and at a batch. Of a batch, it ends all events or none. An error
/// keeps the index that the handler named with [`BatchError::at`](crate::BatchError::at); without one it is that of the whole
/// batch.
///
///  A handler that panics is an error that `run` returns; if that error is returned,
/// [`Consumer::on_panic`](crate::Consumer::on_panic) applies to it. The limit of
/// [`Consumer::handler_timeout`](crate::Consumer::handler_timeout) is for the middleware and the handler together; then, and
/// after the drain deadline, both are cancelled, so that what must happen nevertheless belongs in a `Drop`. Records that do
/// not reach a handler, because they do not decode, do not reach the middleware.
///
/// ```
/// use std::time::Instant;
///
/// use eventgen::{Call, HandlerError, Middleware, Next};
///
/// struct Timing;
///
/// impl Middleware for Timing {
///     async fn around(&self, call: Call<'_>, next: Next<'_>) -> Result<(), HandlerError> {
///         let started = Instant::now();
///         let outcome = next.run().await;
///         let delivery = call.delivery();
///         println!("{}: {:?}, {}", delivery.topic, started.elapsed(), outcome.is_ok());
///         outcome
///     }
/// }
/// ```
pub trait Middleware: Send + Sync + 'static {
    /// Runs around one call of a handler.
    fn around(&self, call: Call<'_>, next: Next<'_>)
    -> impl Future<Output = Result<(), HandlerError>> + Send;
}

/// A middleware that several consumers share.
impl<M: Middleware> Middleware for Arc<M> {
    fn around(
        &self,
        call: Call<'_>,
        next: Next<'_>,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send {
        (**self).around(call, next)
    }
}

/// What a handler is called with.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a>(Content<'a>);

#[derive(Debug, Clone, Copy)]
enum Content<'a> {
    /// An event, with the name of its type.
    Event(&'a Delivery, &'static str),
    Deletion(&'a Delivery),
    /// A batch, which is never empty.
    Batch(&'a [&'a Delivery]),
}

impl<'a> Call<'a> {
    /// A call with an event, of a type with this full name.
    pub(super) fn of_event(delivery: &'a Delivery, event: &'static str) -> Self {
        Self(Content::Event(delivery, event))
    }

    /// A call with the deletion of a key.
    pub(super) fn of_deletion(delivery: &'a Delivery) -> Self {
        Self(Content::Deletion(delivery))
    }

    /// A call with a batch.
    pub(super) fn of_batch(deliveries: &'a [&'a Delivery]) -> Self {
        Self(Content::Batch(deliveries))
    }

    /// The record's position, key, headers and attempt; of a batch those of its first event.
    pub fn delivery(&self) -> &'a Delivery {
        match self.0 {
            Content::Event(delivery, _) | Content::Deletion(delivery) => delivery,
            Content::Batch(deliveries) => deliveries[0],
        }
    }

    /// The full name of the event's type, such as `com.example.orders.OrderEvent`. `None` for a deletion and for a batch, which
    /// [`is_deletion`](Self::is_deletion) and [`batch`](Self::batch) distinguish: a batch may have events of several types.
    pub fn event(&self) -> Option<&'static str> {
        match self.0 {
            Content::Event(_, name) => Some(name),
            Content::Deletion(_) | Content::Batch(_) => None,
        }
    }

    /// Whether it is the deletion of a key: a record without a value on a compacted topic.
    pub fn is_deletion(&self) -> bool {
        matches!(self.0, Content::Deletion(_))
    }

    /// The deliveries of the events of a batch, in order; `None` if the call is with a single record.
    pub fn batch(&self) -> Option<&'a [&'a Delivery]> {
        match self.0 {
            Content::Batch(deliveries) => Some(deliveries),
            Content::Event(..) | Content::Deletion(_) => None,
        }
    }
}

/// The rest of a call: the next middleware, or the handler.
pub struct Next<'a> {
    rest: &'a [Box<dyn ErasedMiddleware>],
    call: Call<'a>,
    /// Calls the handler when it is polled.
    handler: Attempt<'a>,
}

impl std::fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Next").field("call", &self.call).finish_non_exhaustive()
    }
}

impl Next<'_> {
    /// Calls the rest and returns its outcome. Without this call the handler does not run.
    ///
    /// # Errors
    /// The error of the handler, of a middleware after this one, or the panic of the handler.
    pub async fn run(self) -> Result<(), HandlerError> {
        let Self { rest, call, handler } = self;
        match rest.split_first() {
            Some((next, rest)) => next.around(call, Next { rest, call, handler }).await,
            None => handler.await.unwrap_or_else(|panic| Err(HandlerError::retry(HandlerPanic(panic)))),
        }
    }
}

/// A middleware as a trait object. [`Middleware`] itself cannot be one, because it returns a future of an unnamed type.
pub(crate) trait ErasedMiddleware: Send + Sync {
    fn around<'a>(
        &'a self,
        call: Call<'a>,
        next: Next<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<(), HandlerError>> + Send + 'a>>;
}

impl<M: Middleware> ErasedMiddleware for M {
    fn around<'a>(
        &'a self,
        call: Call<'a>,
        next: Next<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<(), HandlerError>> + Send + 'a>> {
        Box::pin(Middleware::around(self, call, next))
    }
}

/// The middleware of a consumer, the outermost first.
#[derive(Default)]
pub(crate) struct MiddlewareStack(Vec<Box<dyn ErasedMiddleware>>);

impl MiddlewareStack {
    /// Adds a middleware inside of the others.
    pub(crate) fn push(&mut self, middleware: impl Middleware) {
        self.0.push(Box::new(middleware));
    }

    /// The stack, unless it is empty. Then a handler is called without the cost of a call through it.
    pub(crate) fn if_any(&self) -> Option<&Self> {
        (!self.0.is_empty()).then_some(self)
    }

    /// Calls a handler through the stack. `handler` calls it when it is polled, and not before.
    pub(crate) fn around<'a>(&'a self, call: Call<'a>, handler: Attempt<'a>) -> Attempt<'a> {
        let returned = catch_panic(Next { rest: &self.0, call, handler }.run());
        // The policy for panics applies to one of the handler too.
        Box::pin(returned.map(|returned| match returned {
            Ok(Err(error)) => error.into_panic().map_or_else(|error| Ok(Err(error)), Err),
            returned => returned,
        }))
    }
}

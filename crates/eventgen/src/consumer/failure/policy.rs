//! What an application chooses for failures that the contract does not decide.

/// What happens to an event whose kind this build does not know: the writer's schema names a type that is not among the
/// topic's events. That is the case when a producer is deployed before its consumers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UnknownEvents {
    /// The record becomes a dead letter with [`Disposition::Unknown`](crate::Disposition::Unknown), counted as
    /// [`unknown`](crate::Report::unknown). It can be sent again when a build that knows the event is deployed.
    #[default]
    DeadLetter,
    /// The record is logged, counted as [`skipped`](crate::Report::skipped), and committed. For a service that reads some of
    /// the events of a topic.
    Skip,
    /// The record waits until its partition is revoked, and its next owner gets it: a newer build takes over without a loss
    /// and without dead letters. Later records of its key and the committed offset of the partition wait with it. Other keys
    /// go on, until 20,000 events or 16 MiB of the partition are held; then its fetching pauses. The event is reported once,
    /// as [`Held`](crate::observe::ConsumerEvent::Held).
    Hold,
}

/// What happens when a handler panics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnPanic {
    /// As an error that is retried: the contract's retries, then a dead letter. A panic that repeats costs one record, and
    /// the consumer goes on.
    #[default]
    Retry,
    /// The record becomes a dead letter at once, with [`Disposition::Exhausted`](crate::Disposition::Exhausted). For handlers
    /// that a second call may harm.
    DeadLetter,
    /// The consumer stops with [`Error::HandlerStopped`](crate::Error::HandlerStopped), as after
    /// [`HandlerError::fatal`](crate::HandlerError::fatal). For processes whose state cannot be trusted after a panic. A
    /// record that always panics stops every restart.
    Stop,
}

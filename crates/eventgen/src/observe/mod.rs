//! Observers of consumers, logs and metrics.
//!
//! A consumer notifies its observers of every [`ConsumerEvent`]. The log (crate `tracing`) and the counts of the
//! [`Report`](crate::Report) are such observers; [`Consumer::observe`](crate::Consumer::observe) adds others.
//!
//! The [`names`] of all metrics are a table, which needs no feature of this crate.

#[cfg(feature = "kafka")]
mod log;
pub mod names;
#[cfg(feature = "kafka")]
mod observer;

#[cfg(feature = "kafka")]
pub(crate) use log::Log;
#[cfg(feature = "kafka")]
pub use observer::{ConsumerEvent, Observer};

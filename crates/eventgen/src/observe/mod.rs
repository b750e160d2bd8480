//! Observers of consumers, logs and metrics.
//!
//! A consumer notifies its observers of every [`ConsumerEvent`]. The log (crate `tracing`) and the counts of the
//! [`Report`](crate::Report) are such observers; [`Consumer::observe`](crate::Consumer::observe) adds others.
//!
//! The [`names`] of all metrics are a table, which needs no feature of this crate.

#[cfg(feature = "kafka")]
mod attempt_error;
#[cfg(feature = "kafka")]
mod began;
#[cfg(feature = "kafka")]
mod calls;
#[cfg(feature = "kafka")]
mod gauges;
#[cfg(feature = "kafka")]
mod instruments;
#[cfg(feature = "kafka")]
mod log;
#[cfg(feature = "kafka")]
mod meters;
pub mod names;
#[cfg(feature = "kafka")]
mod observer;

#[cfg(feature = "kafka")]
mod sends;
#[cfg(feature = "kafka")]
pub(crate) mod trace;

#[cfg(feature = "kafka")]
pub(crate) use attempt_error::AttemptError;
#[cfg(feature = "kafka")]
pub(crate) use began::Began;
#[cfg(feature = "kafka")]
pub(crate) use calls::ShortCall;
#[cfg(feature = "kafka")]
pub(crate) use gauges::PartitionValues;
#[cfg(feature = "kafka")]
pub(crate) use instruments::ENABLED;
#[cfg(feature = "kafka")]
pub(crate) use log::{Log, Partitions};
#[cfg(feature = "kafka")]
pub(crate) use meters::{ConsumerMeters, RebalanceKind};
#[cfg(feature = "kafka")]
pub use observer::{ConsumerEvent, Observer};
#[cfg(feature = "kafka")]
pub(crate) use sends::SendMeters;

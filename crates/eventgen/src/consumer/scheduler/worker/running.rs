//! What runs on a worker.

use std::pin::Pin;

use crate::consumer::handle::{BatchEnded, Ended};

/// The life of a record.
pub(super) type Running = Pin<Box<dyn Future<Output = Ended> + Send>>;

/// A turn of a partition whose records are handled in batches.
pub(super) type RunningBatch = Pin<Box<dyn Future<Output = BatchEnded> + Send>>;

//! The seeks that handles ask for, until the polling thread takes them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::Error;
use crate::consumer::start_from::Target;

/// Asks for a partition to be read from another position.
#[derive(Debug)]
pub(crate) struct SeekRequest {
    /// The topic, by its name in the cluster.
    pub(crate) topic: String,
    pub(crate) partition: i32,
    pub(crate) target: Target,
    /// Receives the offset.
    pub(crate) answer: oneshot::Sender<Result<i64, Error>>,
}

/// The requests that are not taken yet.
#[derive(Debug, Default)]
pub(crate) struct SeekRequests {
    /// So that the polling thread takes no lock while there are none.
    any: AtomicBool,
    /// `None` once nobody takes them any more.
    waiting: Mutex<Option<Vec<SeekRequest>>>,
}

impl SeekRequests {
    /// The polling thread takes requests from now on.
    pub(crate) fn open(&self) {
        self.set(Some(Vec::new()));
    }

    /// Nobody takes requests any more. Those that wait are dropped.
    pub(crate) fn close(&self) {
        self.set(None);
    }

    /// Adds a request. Returns whether somebody will take it.
    pub(super) fn add(&self, request: SeekRequest) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(waiting) = waiting.as_mut() else { return false };
        waiting.push(request);
        self.any.store(true, Ordering::Release);
        true
    }

    pub(crate) fn take(&self) -> Vec<SeekRequest> {
        if !self.any.load(Ordering::Acquire) {
            return Vec::new();
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        self.any.store(false, Ordering::Release);
        waiting.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn set(&self, waiting: Option<Vec<SeekRequest>>) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = waiting;
    }
}

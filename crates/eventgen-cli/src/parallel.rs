//! Requests to a registry, several at a time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use eventgen_registry::RegistryError;

/// How many items are read at the same time.
const PARALLEL: usize = 16;

/// Reads something for each item, several at a time. The results are in the order of the items.
pub(crate) fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    read: impl Fn(&T) -> Result<R, RegistryError> + Sync,
) -> Result<Vec<R>, RegistryError> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let failed = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..PARALLEL.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    match read(item) {
                        Ok(result) => {
                            results.lock().unwrap_or_else(PoisonError::into_inner).insert(index, result);
                        }
                        Err(error) => {
                            // Nothing more is asked of a registry that fails.
                            next.store(items.len(), Ordering::Relaxed);
                            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        }
                    }
                }
            });
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    Ok(results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect())
}

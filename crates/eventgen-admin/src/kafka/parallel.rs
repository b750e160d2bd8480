//! Runs calls that block beside each other.

use std::sync::{Mutex, PoisonError};

/// How many run at a time.
const WORKERS: usize = 8;

/// The results in the order of the items.
pub(super) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let workers = items.len().min(WORKERS);
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((index, item)) = next() {
                    let result = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_are_in_the_order_of_the_items() {
        let slow_first = |item: u64| {
            std::thread::sleep(std::time::Duration::from_millis(20 - item));
            item * 2
        };
        let expected: Vec<u64> = (0..20).map(|item| item * 2).collect();
        assert_eq!(super::map((0..20).collect(), slow_first), expected);
        assert_eq!(super::map(Vec::new(), slow_first), [0; 0]);
    }
}

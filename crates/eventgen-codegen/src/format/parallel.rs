//! Maps items on all cores: formatting takes most of the time of generation.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The number of items that a thread takes at a time. Fewer items are not worth another thread.
const SHARE: usize = 32;

/// The stack of a thread in bytes. The syntax tree of a type is as deep as the type, and parsing and printing it without
/// optimisation takes up to 64 KiB for each of the 127 levels that a schema may have.
const STACK: usize = 64 * 1024 * 1024;

/// Returns the results in the order of the items. Items differ in cost, so each thread takes a few at a time until none are
/// left.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let shares: Vec<&[T]> = items.chunks(SHARE).collect();
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(shares.len());
    let (next, shares, work) = (&AtomicUsize::new(0), &shares, &work);
    let worker = move || {
        let taken = std::iter::from_fn(|| {
            let index = next.fetch_add(1, Ordering::Relaxed);
            Some((index, *shares.get(index)?))
        });
        taken
            .map(|(index, share)| (index, share.iter().map(work).collect()))
            .collect::<Vec<(usize, Vec<R>)>>()
    };
    let mut done: Vec<(usize, Vec<R>)> = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker);
        let workers: Vec<_> = (0..threads).map(spawn).collect();
        let done = workers.into_iter().map(|spawned| match spawned.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(results)) => results,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // The system gives no further thread; this one does the work.
            Err(_) => worker(),
        });
        done.flatten().collect()
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_keep_the_order_of_the_items() {
        for count in [0, 1, 31, 32, 33, 1_000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(
                super::map(&items, |item| item * 2),
                items.iter().map(|item| item * 2).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn threads_have_room_for_deep_types() {
        fn descend(levels: usize) -> usize {
            let frame = std::hint::black_box([1_u8; 16 * 1024]);
            if levels == 0 { 0 } else { descend(levels - 1) + usize::from(frame[levels % 8]) }
        }
        assert_eq!(super::map(&[1_000], |levels| descend(*levels)), [1_000]);
    }
}

//! Which producers have a transaction in whose work the current task is. A further one of the same producer would wait for the
//! end of the first, which waits for its work.

use std::sync::atomic::{AtomicU64, Ordering};

tokio::task_local! {
    /// From the outermost to the innermost.
    static OPEN: Vec<Identity>;
}

/// What distinguishes a producer from the others of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(u64);

impl Identity {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether the current task is in the work of a transaction of this producer.
    pub(super) fn is_inside(self) -> bool {
        OPEN.try_with(|open| open.contains(&self)).unwrap_or(false)
    }
}

/// Runs the work of a transaction of this producer.
pub(super) async fn inside<F: Future>(producer: Identity, work: F) -> F::Output {
    let mut open = OPEN.try_with(Clone::clone).unwrap_or_default();
    open.push(producer);
    OPEN.scope(open, work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_knows_the_transactions_that_it_is_in() {
        let [first, second] = [Identity::new(), Identity::new()];
        let open = async || [first, second].map(Identity::is_inside);
        assert_eq!(open().await, [false, false]);
        let work = async {
            assert_eq!(open().await, [true, false]);
            assert_eq!(inside(second, open()).await, [true, true]);
            assert_eq!(open().await, [true, false], "the inner one is over");
        };
        inside(first, work).await;
        assert_eq!(open().await, [false, false]);
        inside(first, async {
            assert_eq!(tokio::spawn(async move { first.is_inside() }).await.ok(), Some(false));
        })
        .await;
    }
}

//! The thread of a session. librdkafka's calls block, and a task must not.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::session::{Calls, NotBegun, NotCommitted, Session};
use crate::Error;
use crate::kafka::RecordWriter;

enum Request<C> {
    Prepare {
        limit: Duration,
        answer: oneshot::Sender<Result<(), NotBegun>>,
    },
    /// The open transaction has a sender of its own, to end itself.
    Begin {
        sender: Sender<Self>,
        answer: oneshot::Sender<Result<Open<C>, NotBegun>>,
    },
    Commit(oneshot::Sender<Result<(), NotCommitted>>),
    /// `None` if nobody waits for it.
    Abort(Option<oneshot::Sender<Option<NotCommitted>>>),
}

/// The thread of one session. It ends when this and the open transaction are dropped.
pub(super) struct SessionThread<C = RecordWriter> {
    requests: Sender<Request<C>>,
    ended: oneshot::Receiver<()>,
    /// Producers are made ready while this exists.
    wanted: Arc<()>,
}

impl<C: Calls> SessionThread<C> {
    pub(super) fn start(mut session: Session<C>, id: &str) -> std::io::Result<Self> {
        let wanted = Arc::new(());
        let is_wanted = Arc::downgrade(&wanted);
        session.only_while(move || is_wanted.strong_count() > 0);
        let (requests, received) = mpsc::channel();
        let (running, ended) = oneshot::channel::<()>();
        std::thread::Builder::new().name(format!("eventgen transactions {id}")).spawn(move || {
            serve(session, &received);
            drop(running);
        })?;
        Ok(Self { requests, ended, wanted })
    }

    /// Makes the producer ready within a limit.
    pub(super) async fn prepare(&self, limit: Duration) -> Result<(), NotBegun> {
        let (answer, ready) = oneshot::channel();
        self.send(Request::Prepare { limit, answer });
        ready.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Begins a transaction.
    pub(super) async fn begin(&self) -> Result<Open<C>, NotBegun> {
        let (answer, open) = oneshot::channel();
        self.send(Request::Begin { sender: self.requests.clone(), answer });
        open.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Ends the thread and closes its producer.
    pub(super) async fn close(self) {
        drop((self.requests, self.wanted));
        // The sender is dropped.
        let _ = self.ended.await;
    }

    fn send(&self, request: Request<C>) {
        // Sending fails if the thread has panicked, and so does waiting for the answer.
        let _ = self.requests.send(request);
    }
}

fn gone() -> NotBegun {
    NotBegun::Failed(Error::kafka("a transaction", "its thread has ended"))
}

fn serve<C: Calls>(mut session: Session<C>, requests: &Receiver<Request<C>>) {
    let mut next = requests.recv().ok();
    while let Some(request) = next {
        let mut has_ended = true;
        match request {
            Request::Prepare { limit, answer } => {
                has_ended = false;
                // The caller may have stopped waiting, also below.
                let _ = answer.send(session.prepare(limit));
            }
            Request::Begin { sender, answer } => {
                let open = session.begin().map(|writer| Open { writer, requests: sender, is_ended: false });
                // If nobody waits, the next request may be to begin another transaction, which the request to abort of one
                // that is dropped would end instead.
                match answer.send(open) {
                    Err(Ok(mut unwanted)) => {
                        unwanted.is_ended = true;
                        session.abort();
                    }
                    _ => has_ended = false,
                }
            }
            Request::Commit(answer) => {
                let _ = answer.send(session.commit());
            }
            Request::Abort(answer) => {
                let why = session.abandon();
                if let Some(answer) = answer {
                    let _ = answer.send(why);
                }
            }
        }
        next = match requests.try_recv() {
            Ok(request) => Some(request),
            // Nobody asks any more.
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                if has_ended {
                    session.prepare_ahead();
                }
                requests.recv().ok()
            }
        };
    }
}

/// An open transaction. It is aborted when it is dropped.
pub(super) struct Open<C = RecordWriter> {
    writer: Arc<C>,
    requests: Sender<Request<C>>,
    is_ended: bool,
}

impl<C> Open<C> {
    /// The producer that takes its records.
    pub(super) fn writer(&self) -> &Arc<C> {
        &self.writer
    }

    /// Commits it. If the future is dropped, the commit goes on.
    pub(super) async fn commit(mut self) -> Result<(), NotCommitted> {
        let (answer, committed) = oneshot::channel();
        self.is_ended = true;
        let _ = self.requests.send(Request::Commit(answer));
        let gone = || Err(NotCommitted::Unresolved("the thread of the transaction has ended".to_owned()));
        committed.await.unwrap_or_else(|_| gone())
    }

    /// Aborts it and waits for that. If the future is dropped, the abort goes on. Returns why the transaction could not have
    /// been committed, if it had failed already.
    pub(super) async fn abort(mut self) -> Option<NotCommitted> {
        let (answer, aborted) = oneshot::channel();
        self.is_ended = true;
        let _ = self.requests.send(Request::Abort(Some(answer)));
        // Without an answer, the thread has ended, and the transaction ends by its timeout.
        aborted.await.ok().flatten()
    }
}

impl<C> Drop for Open<C> {
    fn drop(&mut self) {
        if !self.is_ended {
            let _ = self.requests.send(Request::Abort(None));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::sync::Mutex;
    use std::task::Poll;

    use super::*;
    use crate::kafka::{FailedRecords, FailureClass, TransactionFailure};

    /// What a producer was asked for, and when it may begin or abort a transaction.
    struct Shared {
        calls: Mutex<Vec<&'static str>>,
        may_go_on: Mutex<Receiver<()>>,
        is_known_to_coordinator: bool,
        /// Whether the coordinator does not answer at the start.
        is_slow: bool,
    }

    struct Producer(Arc<Shared>);

    impl Producer {
        fn note(&self, call: &'static str) {
            self.0.calls.lock().expect("no panic").push(call);
        }

        fn wait(&self) {
            self.0.may_go_on.lock().expect("no panic").recv().expect("the test goes on");
        }
    }

    impl Calls for Producer {
        fn init(&self, _: &dyn Fn() -> bool) -> Result<(), TransactionFailure> {
            self.note("init");
            if !self.0.is_slow {
                return Ok(());
            }
            self.wait();
            let (class, reason) = (FailureClass::Retriable, "no answer yet".to_owned());
            Err(TransactionFailure { class, is_removal: false, reason })
        }

        fn begin(&self) -> Result<(), TransactionFailure> {
            self.wait();
            self.note("begin");
            Ok(())
        }

        fn commit(&self) -> Result<(), TransactionFailure> {
            self.note("commit");
            Ok(())
        }

        fn is_known_to_coordinator(&self) -> bool {
            self.0.is_known_to_coordinator
        }

        fn abort(&self) -> Result<(), TransactionFailure> {
            self.wait();
            self.note("abort");
            Ok(())
        }

        fn failure(&self) -> Option<TransactionFailure> {
            None
        }

        fn failed_records(&self) -> FailedRecords {
            FailedRecords::default()
        }

        fn has_failed_record(&self) -> bool {
            false
        }
    }

    fn started(is_known_to_coordinator: bool) -> (Sender<()>, Arc<Shared>, SessionThread<Producer>) {
        let (go_on, shared, session) = session(is_known_to_coordinator, false);
        (go_on, shared, SessionThread::start(session, "orders-0").expect("a thread"))
    }

    fn session(is_known_to_coordinator: bool, is_slow: bool) -> (Sender<()>, Arc<Shared>, Session<Producer>) {
        let (go_on, may_go_on) = mpsc::channel();
        let may_go_on = Mutex::new(may_go_on);
        let shared = Shared { calls: Mutex::default(), may_go_on, is_known_to_coordinator, is_slow };
        let shared = Arc::new(shared);
        let producer = Arc::clone(&shared);
        let make = move || Ok(Producer(Arc::clone(&producer)));
        (go_on, shared, Session::new("orders-0".to_owned(), Duration::from_secs(60), Box::new(make)))
    }

    /// Polls a future that does not end yet.
    async fn poll_once(future: &mut (impl Future + Unpin)) {
        let is_pending = poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context).is_pending()));
        assert!(is_pending.await, "it has not ended");
    }

    /// Waits for the first call.
    async fn until_called(shared: &Shared) {
        while shared.calls.lock().expect("no panic").is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn a_producer_that_is_given_up_while_it_connects_is_not_connected_later() {
        let (go_on, shared, session) = session(true, true);
        let thread = SessionThread::start(session, "orders-0").expect("a thread");
        {
            let mut connecting = Box::pin(thread.prepare(Duration::from_secs(60)));
            poll_once(&mut connecting).await;
            until_called(&shared).await;
        }
        let SessionThread { requests, ended, wanted } = thread;
        drop((requests, wanted));
        go_on.send(()).expect("the thread runs");
        ended.await.expect_err("the thread has ended");
        assert_eq!(shared.calls.lock().expect("no panic")[..], ["init"]);
    }

    #[tokio::test]
    async fn a_member_that_is_dropped_while_it_starts_is_not_connected_later() {
        let (go_on, shared, session) = session(true, true);
        let mut starting = Box::pin(session.prepared(Duration::from_secs(60)));
        poll_once(&mut starting).await;
        until_called(&shared).await;
        drop(starting);
        go_on.send(()).expect("the session is there");
        while Arc::strong_count(&shared) > 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(shared.calls.lock().expect("no panic")[..], ["init"]);
    }

    #[tokio::test]
    async fn a_session_that_is_given_up_makes_no_producer_that_fences_the_next_member() {
        let (go_on, shared, thread) = started(false);
        go_on.send(()).expect("the thread runs");
        drop(thread.begin().await.expect("begun"));
        let SessionThread { requests, ended, wanted } = thread;
        drop((requests, wanted));
        go_on.send(()).expect("the thread runs");
        ended.await.expect_err("the thread has ended");
        assert_eq!(shared.calls.lock().expect("no panic")[..], ["init", "begin", "abort"]);
    }

    #[tokio::test]
    async fn a_transaction_that_is_given_up_before_it_has_begun_does_not_end_the_next_one() {
        let (go_on, shared, thread) = started(true);
        let mut given_up = Box::pin(thread.begin());
        poll_once(&mut given_up).await;
        drop(given_up);
        let mut next = Box::pin(thread.begin());
        poll_once(&mut next).await;
        for _ in 0..3 {
            go_on.send(()).expect("the thread runs");
        }

        next.await.expect("begun").commit().await.expect("committed");
        thread.close().await;
        let calls = shared.calls.lock().expect("no panic");
        assert_eq!(calls[..], ["init", "begin", "abort", "begin", "commit"]);
    }
}

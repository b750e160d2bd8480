//! The thread of a session. librdkafka's calls block, and a task must not.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use tokio::sync::oneshot;

use super::session::{NotBegun, NotCommitted, Session};
use crate::Error;
use crate::kafka::RecordWriter;

enum Request {
    Prepare {
        limit: Duration,
        answer: oneshot::Sender<Result<(), NotBegun>>,
    },
    /// The open transaction has a sender of its own, to end itself.
    Begin {
        sender: Sender<Request>,
        answer: oneshot::Sender<Result<Open, NotBegun>>,
    },
    Commit(oneshot::Sender<Result<(), NotCommitted>>),
    /// `None` if nobody waits for it.
    Abort(Option<oneshot::Sender<()>>),
}

/// The thread of one session. It ends when this and the open transaction are dropped.
pub(super) struct SessionThread {
    requests: Sender<Request>,
    ended: oneshot::Receiver<()>,
}

impl SessionThread {
    pub(super) fn start(session: Session<RecordWriter>, id: &str) -> std::io::Result<Self> {
        let (requests, received) = mpsc::channel();
        let (running, ended) = oneshot::channel::<()>();
        std::thread::Builder::new().name(format!("eventgen transactions {id}")).spawn(move || {
            serve(session, &received);
            drop(running);
        })?;
        Ok(Self { requests, ended })
    }

    /// Makes the producer ready within a limit.
    pub(super) async fn prepare(&self, limit: Duration) -> Result<(), NotBegun> {
        let (answer, ready) = oneshot::channel();
        self.send(Request::Prepare { limit, answer });
        ready.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Begins a transaction.
    pub(super) async fn begin(&self) -> Result<Open, NotBegun> {
        let (answer, open) = oneshot::channel();
        self.send(Request::Begin { sender: self.requests.clone(), answer });
        open.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Ends the thread and closes its producer.
    pub(super) async fn close(self) {
        drop(self.requests);
        // The sender is dropped.
        let _ = self.ended.await;
    }

    fn send(&self, request: Request) {
        // Sending fails if the thread has panicked, and so does waiting for the answer.
        let _ = self.requests.send(request);
    }
}

fn gone() -> NotBegun {
    NotBegun::Failed(Error::kafka("a transaction", "its thread has ended"))
}

fn serve(mut session: Session<RecordWriter>, requests: &Receiver<Request>) {
    while let Ok(request) = requests.recv() {
        match request {
            Request::Prepare { limit, answer } => {
                // The caller may have stopped waiting, also below.
                let _ = answer.send(session.prepare(limit));
            }
            Request::Begin { sender, answer } => {
                let open = session.begin().map(|writer| Open { writer, requests: sender, is_ended: false });
                // If nobody waits, the transaction is dropped, which aborts it by the next request.
                let _ = answer.send(open);
            }
            Request::Commit(answer) => {
                let _ = answer.send(session.commit());
                session.prepare_ahead();
            }
            Request::Abort(answer) => {
                session.abort();
                if let Some(answer) = answer {
                    let _ = answer.send(());
                }
                session.prepare_ahead();
            }
        }
    }
}

/// An open transaction. It is aborted when it is dropped.
pub(super) struct Open {
    writer: Arc<RecordWriter>,
    requests: Sender<Request>,
    is_ended: bool,
}

impl Open {
    /// The producer that takes its records.
    pub(super) fn writer(&self) -> &Arc<RecordWriter> {
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

    /// Aborts it and waits for that. If the future is dropped, the abort goes on.
    pub(super) async fn abort(mut self) {
        let (answer, aborted) = oneshot::channel();
        self.is_ended = true;
        let _ = self.requests.send(Request::Abort(Some(answer)));
        // Without an answer, the thread has ended, and the transaction ends by its timeout.
        let _ = aborted.await;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.is_ended {
            let _ = self.requests.send(Request::Abort(None));
        }
    }
}

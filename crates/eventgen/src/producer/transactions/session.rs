//! One transactional id: begins and ends its transactions, and replaces its producer. All calls block.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Error;
use crate::client::blocking;
use crate::kafka::{FailedRecords, FailureClass, TransactionFailure};
#[cfg(eventgen_planted)]
use crate::planted;

mod calls;

pub(crate) use calls::Calls;

/// The pauses between the attempts of a call.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How often a pause looks whether the call is still wanted.
const STEP: Duration = Duration::from_millis(50);
/// How long a producer that was replaced may take until it is ready, before the next transaction is asked for.
const AHEAD: Duration = Duration::from_secs(5);

/// Why a transaction has not begun.
#[derive(Debug)]
pub(crate) enum NotBegun {
    /// Another producer has the transactional id.
    Fenced(String),
    Failed(Error),
}

/// Why a transaction is not known to be committed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotCommitted {
    /// It was aborted.
    Aborted(String),
    /// Another producer has the transactional id. It was not committed.
    Fenced(String),
    /// It was committed or aborted.
    Unresolved(String),
}

/// Whether somebody waits for a transaction.
type IsWanted = Box<dyn Fn() -> bool + Send + Sync>;

/// Makes a producer.
type Make<C> = Box<dyn Fn() -> Result<C, Error> + Send + Sync>;

/// The transactions of one transactional id.
pub(crate) struct Session<C> {
    id: String,
    make: Make<C>,
    /// The producer, once it is ready.
    producer: Option<Arc<C>>,
    /// The timeout of transactions, for which a call is repeated.
    limit: Duration,
    /// When the last transaction began.
    began: Option<Instant>,
    /// Why no transaction can begin any more.
    fenced: Option<String>,
    is_wanted: IsWanted,
}

impl<C: Calls> Session<C> {
    pub(super) fn new(id: String, limit: Duration, make: Make<C>) -> Self {
        Self { id, make, producer: None, limit, began: None, fenced: None, is_wanted: Box::new(|| true) }
    }

    /// Makes producers ready only while they are wanted. One that is made ready for a member that was given up would fence
    /// the next member with its id.
    pub(crate) fn only_while(&mut self, is_wanted: impl Fn() -> bool + Send + Sync + 'static) {
        self.is_wanted = Box::new(is_wanted);
    }

    /// Makes the producer ready, so that transactions of earlier producers with its id are over.
    pub(crate) fn prepare(&mut self, limit: Duration) -> Result<(), NotBegun> {
        if let Some(reason) = &self.fenced {
            return Err(NotBegun::Fenced(reason.clone()));
        }
        self.ready(Instant::now() + limit).map(drop)
    }

    /// Makes the producer ready on a thread for blocking work, and gives up when this future is dropped.
    pub(crate) async fn prepared(mut self, limit: Duration) -> (Self, Result<(), NotBegun>) {
        let wanted = Arc::new(());
        let is_wanted = Arc::downgrade(&wanted);
        self.only_while(move || is_wanted.strong_count() > 0);
        let answer = blocking(move || {
            let prepared = self.prepare(limit);
            (self, prepared)
        });
        let answer = answer.await;
        drop(wanted);
        answer
    }

    /// Makes a producer ready that was replaced. Readers wait for the end of its last transaction. A failure is that of the
    /// next transaction.
    pub(super) fn prepare_ahead(&mut self) {
        if self.producer.is_none()
            && self.fenced.is_none()
            && let Err(error) = self.prepare(AHEAD)
        {
            tracing::debug!(transactional_id = self.id, ?error, "the producer is not ready yet");
        }
    }

    fn ready(&mut self, until: Instant) -> Result<Arc<C>, NotBegun> {
        if let Some(producer) = &self.producer {
            return Ok(Arc::clone(producer));
        }
        let unwanted = || {
            NotBegun::Failed(Error::kafka(format!("a transaction of `{}`", self.id), "nobody waits for it"))
        };
        if !(self.is_wanted)() {
            return Err(unwanted());
        }
        let producer = Arc::new((self.make)().map_err(NotBegun::Failed)?);
        let answer = repeat_while(until, &self.is_wanted, || producer.init(&self.is_wanted)).0;
        match answer {
            Ok(()) => Ok(Arc::clone(self.producer.insert(producer))),
            Err(failure) => Err(self.not_begun("initialising the transactions of", failure)),
        }
    }

    /// Begins a transaction. Returns the producer that takes its records.
    pub(crate) fn begin(&mut self) -> Result<Arc<C>, NotBegun> {
        if let Some(reason) = &self.fenced {
            return Err(NotBegun::Fenced(reason.clone()));
        }
        let until = Instant::now() + self.limit;
        let producer = self.ready(until)?;
        self.began = Some(Instant::now());
        let failure = match repeat(until, || producer.begin()).0 {
            Ok(()) => return Ok(producer),
            Err(failure) => failure,
        };
        if failure.class == FailureClass::Fenced {
            return Err(self.not_begun("beginning a transaction of", failure));
        }
        // The producer has failed since the last transaction.
        self.replace(&failure.reason);
        let producer = self.ready(until)?;
        self.began = Some(Instant::now());
        match repeat(until, || producer.begin()).0 {
            Ok(()) => Ok(producer),
            Err(failure) => {
                self.producer = None;
                Err(self.not_begun("beginning a transaction of", failure))
            }
        }
    }

    /// Adds to the transaction by a call that is repeated while it may be. After an error the transaction is over: no commit
    /// was sent, so that it was not committed.
    pub(crate) fn add(
        &mut self,
        call: impl Fn(&C) -> Result<(), TransactionFailure>,
    ) -> Result<(), NotCommitted> {
        let Some(producer) = self.producer.clone() else {
            return Err(NotCommitted::Aborted("it had no producer".to_owned()));
        };
        let answer = repeat(Instant::now() + self.limit, || call(&producer)).0;
        // A call that comes after an error says only that the state is a wrong one.
        answer.map_err(|failure| self.give_up(&*producer, producer.failure().unwrap_or(failure)))
    }

    /// Aborts a transaction that shall not be committed. Returns why it could not be, if it had failed already.
    pub(crate) fn abandon(&mut self) -> Option<NotCommitted> {
        let producer = self.producer.clone()?;
        match producer.failure() {
            Some(failure) => Some(self.give_up(&*producer, failure)),
            None => {
                self.abort();
                None
            }
        }
    }

    /// Ends a transaction that has failed, and for which no commit was sent.
    fn give_up(&mut self, producer: &C, failure: TransactionFailure) -> NotCommitted {
        let TransactionFailure { class, reason, .. } = failure;
        // Those that are discarded by the abort have not caused it.
        let cause = producer.failed_records().cause;
        match class {
            FailureClass::Fenced if self.is_timed_out() => {
                self.replace(&reason);
                return NotCommitted::Aborted(timed_out(&reason));
            }
            FailureClass::Fenced => {
                self.fence(&reason);
                return NotCommitted::Fenced(reason);
            }
            FailureClass::Fatal => self.replace(&reason),
            FailureClass::Retriable | FailureClass::Abortable => {
                self.abort();
            }
        }
        NotCommitted::Aborted(cause.unwrap_or(reason))
    }

    /// Commits the transaction.
    pub(crate) fn commit(&mut self) -> Result<(), NotCommitted> {
        let Some(producer) = self.producer.clone() else {
            return Err(NotCommitted::Unresolved("it had no producer".to_owned()));
        };
        let (outcome, is_repeated) = repeat(Instant::now() + self.limit, || producer.commit());
        let Err(TransactionFailure { class, reason, .. }) = outcome else {
            #[cfg(eventgen_planted)]
            if is_repeated && planted::is_planted(planted::Bug::ProducerKept) {
                let reason = "the first request to commit may still be on its way";
                tracing::warn!(
                    transactional_id = self.id,
                    reason,
                    "planted: the transactional producer is kept"
                );
                return Ok(());
            }
            if is_repeated {
                self.replace("the first request to commit may still be on its way");
            }
            return Ok(());
        };
        match class {
            FailureClass::Abortable if !is_repeated => {
                // With failed records, librdkafka does not send the commit.
                let FailedRecords { count, cause } = producer.failed_records();
                let (is_sent, reason) = (count == 0, cause.unwrap_or(reason));
                if self.abort() || !is_sent {
                    Err(NotCommitted::Aborted(reason))
                } else {
                    Err(NotCommitted::Unresolved(reason))
                }
            }
            FailureClass::Fenced if !is_repeated && self.is_timed_out() => {
                self.replace(&reason);
                Err(NotCommitted::Aborted(timed_out(&reason)))
            }
            FailureClass::Fenced => {
                self.fence(&reason);
                // An earlier request may have arrived before the other producer came.
                Err(if is_repeated { NotCommitted::Unresolved(reason) } else { NotCommitted::Fenced(reason) })
            }
            _ => {
                self.replace(&reason);
                Err(NotCommitted::Unresolved(reason))
            }
        }
    }

    /// Aborts the transaction. Returns whether the coordinator has confirmed it at once. Otherwise the producer is of no use
    /// any more, and its transaction ends when another one is ready, or by its timeout.
    pub(crate) fn abort(&mut self) -> bool {
        let Some(producer) = self.producer.clone() else { return true };
        let is_known = producer.is_known_to_coordinator();
        let (outcome, is_repeated) = repeat(Instant::now() + self.limit, || producer.abort());
        match outcome {
            Ok(()) if !is_repeated && is_known => {
                // The broker would refuse the next record of its partition.
                if producer.has_failed_record() {
                    self.replace("a record of its last transaction was not written");
                }
                return true;
            }
            Ok(()) if !is_repeated => {
                self.replace("the coordinator may have its last transaction still open");
            }
            Ok(()) => self.replace("the first request to abort may still be on its way"),
            Err(failure) if failure.class == FailureClass::Fenced && !self.is_timed_out() => {
                self.fence(&failure.reason);
            }
            Err(failure) => self.replace(&failure.reason),
        }
        false
    }

    /// Whether the coordinator may have ended the transaction because of its timeout, for which it fences the producer too.
    fn is_timed_out(&self) -> bool {
        self.began.is_some_and(|began| began.elapsed() >= self.limit)
    }

    /// Discards the producer. Another one with the same id is made before the next transaction, which ends what this one has
    /// left open.
    fn replace(&mut self, reason: &str) {
        tracing::warn!(transactional_id = self.id, reason, "the transactional producer is replaced");
        self.producer = None;
    }

    fn fence(&mut self, reason: &str) {
        tracing::error!(transactional_id = self.id, reason, "the transactional producer was fenced");
        self.producer = None;
        self.fenced = Some(reason.to_owned());
    }

    fn not_begun(&mut self, what: &str, failure: TransactionFailure) -> NotBegun {
        if failure.class == FailureClass::Fenced {
            self.fence(&failure.reason);
            return NotBegun::Fenced(failure.reason);
        }
        NotBegun::Failed(Error::kafka(format!("{what} `{}`", self.id), failure))
    }
}

fn timed_out(reason: &str) -> String {
    format!("its timeout is over, and the coordinator has ended it: {reason}")
}

/// Makes a call until it is answered with something else than a retriable error, or until the time is over. Returns the last
/// answer, and whether there was more than one.
fn repeat(
    until: Instant,
    call: impl Fn() -> Result<(), TransactionFailure>,
) -> (Result<(), TransactionFailure>, bool) {
    repeat_while(until, &|| true, call)
}

/// The same, while the call is wanted.
fn repeat_while(
    until: Instant,
    is_wanted: &dyn Fn() -> bool,
    call: impl Fn() -> Result<(), TransactionFailure>,
) -> (Result<(), TransactionFailure>, bool) {
    let (mut pause, mut is_repeated) = (FIRST_PAUSE, false);
    loop {
        let answer = call();
        let is_over = Instant::now() + pause >= until || !is_wanted();
        match &answer {
            Err(failure) if failure.class == FailureClass::Retriable && !is_over => {
                tracing::debug!(%failure, "a call of a transaction is repeated");
            }
            _ => return (answer, is_repeated),
        }
        let next = Instant::now() + pause;
        while let Some(left) = next.checked_duration_since(Instant::now()) {
            if !is_wanted() {
                return (answer, is_repeated);
            }
            std::thread::sleep(left.min(STEP));
        }
        is_repeated = true;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests;

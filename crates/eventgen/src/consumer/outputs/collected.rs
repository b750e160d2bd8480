//! What one attempt of a handler has sent.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::Output;
use crate::producer::Outlets;
use crate::{EncodedRecord, Error, KafkaEvent, KeyBuffer, Topic, TopicEvents};

/// The outputs of an attempt, which all clones of its [`Delivery`](crate::Delivery) share. Empty outside of transactions.
#[derive(Clone, Default)]
pub(crate) struct Outputs {
    attempt: Option<Arc<Attempt>>,
    /// The topic of an event that was sent outside of a transaction.
    without_transaction: OnceLock<&'static str>,
}

struct Attempt {
    outlets: Arc<Outlets>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    outputs: Vec<Output>,
    is_over: bool,
    /// An event of a topic that the consumer does not name. Every attempt at the record would fail.
    undeclared: Option<Error>,
    /// The error of the last event that its topic would refuse for its size.
    too_large: Option<String>,
    /// The first event or deletion that is not written.
    failed: Option<Error>,
}

const NO_TRANSACTION: &str = "the consumer has no transactions: call `Consumer::transactional`";
const UNDECLARED: &str =
    "the consumer does not name its topic: call `TransactionOptions::writes` with the topic's type";
const OVER: &str = "its attempt is over: a handler sends its events before it returns";

impl Outputs {
    /// The outputs of an attempt that begins.
    pub(crate) fn open(outlets: &Arc<Outlets>) -> Self {
        let attempt = Attempt { outlets: Arc::clone(outlets), state: Mutex::default() };
        Self { attempt: Some(Arc::new(attempt)), without_transaction: OnceLock::new() }
    }

    /// Adds an event.
    pub(crate) fn send<E: KafkaEvent>(&self, event: &E) -> Result<(), Error> {
        self.add(E::Topic::TOPIC, |outlets| outlets.encode(event))
    }

    /// Adds the deletion of a key.
    pub(crate) fn delete<T: TopicEvents>(&self, key: &KeyBuffer) -> Result<(), Error> {
        self.add(T::TOPIC, |outlets| outlets.deletion::<T>(key))
    }

    fn add(
        &self,
        topic: &'static Topic,
        encode: impl FnOnce(&Outlets) -> Option<Result<EncodedRecord, Error>>,
    ) -> Result<(), Error> {
        let refused = |reason| Error::NotAnOutput { topic: topic.name, reason };
        let Some(attempt) = &self.attempt else {
            self.without_transaction.get_or_init(|| topic.name);
            return Err(refused(NO_TRANSACTION));
        };
        let Some(record) = encode(&attempt.outlets) else {
            let error = refused(UNDECLARED);
            attempt.state().undeclared.get_or_insert_with(|| error.clone());
            return Err(error);
        };
        let mut state = attempt.state();
        if state.is_over {
            // Nobody asks for this attempt any more: if the task drops the error, this line is all that is left.
            tracing::warn!(topic = topic.name, "an event is not written, because {OVER}");
            return Err(refused(OVER));
        }
        let record = record.inspect_err(|error| {
            if matches!(error, Error::OutputTooLarge { .. }) {
                state.too_large = Some(error.to_string());
            }
            state.failed.get_or_insert_with(|| error.clone());
        })?;
        state.outputs.push(Output::event(record));
        Ok(())
    }

    /// Why no attempt at the record can succeed: an event was sent that cannot be an output, also if the handler has passed
    /// over the error. `cause` is what the handler has returned, which tells it of a delivery that was cloned.
    pub(crate) fn misuse(&self, cause: Option<&str>) -> Option<String> {
        match &self.attempt {
            Some(attempt) => attempt.state().undeclared.as_ref().map(ToString::to_string),
            None => {
                let refused = |topic| Error::NotAnOutput { topic, reason: NO_TRANSACTION }.to_string();
                let returned = || cause.filter(|cause| cause.contains(NO_TRANSACTION)).map(str::to_owned);
                self.without_transaction.get().copied().map(refused).or_else(returned)
            }
        }
    }

    /// Whether an error of the handler says that an output is too large, so that every attempt would fail. The text tells
    /// it, because `anyhow` and `eyre` hide the type of an error.
    pub(crate) fn is_too_large(&self, cause: &str) -> bool {
        let is_cause = |attempt: &Arc<Attempt>| {
            attempt.state().too_large.as_ref().is_some_and(|error| cause.contains(error))
        };
        self.attempt.as_ref().is_some_and(is_cause)
    }

    /// Why an event of the attempt is not written, if there is one.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.attempt.as_ref().and_then(|attempt| attempt.state().failed.clone())
    }

    /// Ends the attempt. Returns what it has sent.
    pub(crate) fn end(&mut self) -> Vec<Output> {
        let Some(attempt) = self.attempt.take() else { return Vec::new() };
        let mut state = attempt.state();
        state.is_over = true;
        std::mem::take(&mut state.outputs)
    }
}

impl Attempt {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Outputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.attempt.as_ref().map_or(0, |attempt| attempt.state().outputs.len());
        f.debug_struct("Outputs").field("count", &count).finish_non_exhaustive()
    }
}

/// Two deliveries are equal whatever their handlers have sent.
impl PartialEq for Outputs {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

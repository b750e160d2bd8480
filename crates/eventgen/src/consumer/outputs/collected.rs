//! What one attempt of a handler has sent.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Output;
use crate::producer::Outlets;
use crate::{EncodedRecord, Error, KafkaEvent, KeyBuffer, Topic, TopicEvents};

/// The outputs of an attempt, which all clones of its [`Delivery`](crate::Delivery) share. Empty outside of transactions.
#[derive(Clone, Default)]
pub(crate) struct Outputs(Option<Arc<Attempt>>);

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
}

const NO_TRANSACTION: &str = "the consumer has no transactions: call `Consumer::transactional`";
const UNDECLARED: &str =
    "the consumer does not name its topic: call `TransactionOptions::writes` with the topic's type";
const OVER: &str = "its attempt is over: a handler sends its events before it returns";

impl Outputs {
    /// The outputs of an attempt that begins.
    pub(crate) fn open(outlets: &Arc<Outlets>) -> Self {
        Self(Some(Arc::new(Attempt { outlets: Arc::clone(outlets), state: Mutex::default() })))
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
        let attempt = self.0.as_ref().ok_or_else(|| refused(NO_TRANSACTION))?;
        let Some(record) = encode(&attempt.outlets) else {
            let error = refused(UNDECLARED);
            attempt.state().undeclared.get_or_insert_with(|| error.clone());
            return Err(error);
        };
        let record = record?;
        let mut state = attempt.state();
        if state.is_over {
            return Err(refused(OVER));
        }
        state.outputs.push(Output::event(record));
        Ok(())
    }

    /// Ends the attempt. Returns what it has sent.
    ///
    /// # Errors
    /// An event was sent that the consumer does not name, also if the handler has passed over it.
    pub(crate) fn end(&mut self) -> Result<Vec<Output>, Error> {
        let Some(attempt) = self.0.take() else { return Ok(Vec::new()) };
        let mut state = attempt.state();
        state.is_over = true;
        let State { outputs, undeclared, .. } = &mut *state;
        undeclared.take().map_or_else(|| Ok(std::mem::take(outputs)), Err)
    }
}

impl Attempt {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Outputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.as_ref().map_or(0, |attempt| attempt.state().outputs.len());
        f.debug_struct("Outputs").field("count", &count).finish()
    }
}

/// Two deliveries are equal whatever their handlers have sent.
impl PartialEq for Outputs {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

//! What attempts without a broker send, for the test kit.

use std::sync::Arc;

use super::attempt::AttemptOutcome;
use super::outputs::end_outputs;
use crate::consumer::outputs::{Output, Outputs};
use crate::producer::Outlets;
use crate::{Delivery, EncodedRecord, TransactionOptions};

/// The consumer whose attempts are made without a broker, as far as they send events.
#[derive(Default)]
pub struct Rehearsal {
    /// The topics that handlers write to, if the consumer is transactional.
    outlets: Option<Arc<Outlets>>,
}

impl Rehearsal {
    /// A consumer with these transactions. The schemas of its events are not registered: the id in the frame of a value is the
    /// index of its event in [`TopicEvents::EVENTS`](crate::TopicEvents::EVENTS). Topics have the names of their contracts.
    pub fn of(options: &TransactionOptions) -> Self {
        let outlets = Outlets::unregistered(&options.topics, options.limits());
        Self { outlets: Some(Arc::new(outlets)) }
    }

    /// An attempt begins.
    pub fn begin(&self, delivery: &mut Delivery) {
        delivery.outputs = self.outlets.as_ref().map(Outputs::open).unwrap_or_default();
    }

    /// An attempt has ended. Returns what it has sent if it has succeeded.
    ///
    /// # Errors
    /// Why the consumer stops.
    pub fn end(
        &self,
        delivery: &mut Delivery,
        outcome: &mut AttemptOutcome,
    ) -> Result<Vec<EncodedRecord>, String> {
        let outputs = end_outputs(delivery, outcome)?;
        Ok(outputs.into_iter().map(Output::into_record).collect())
    }
}

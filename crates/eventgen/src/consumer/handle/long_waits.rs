//! Handlers that ask for a longer wait than the contract has.

use super::Handling;
use super::attempt::Returned;
use crate::consumer::failure::history::History;
use crate::consumer::record::Record;

impl Handling {
    /// Logs the first wait of a topic that is longer than its longest delay. The record waits for that delay: a handler that counts
    /// on more would be called too early, and the record would be a dead letter too early.
    pub(super) fn note_wait(&self, record: &Record, history: &History, returned: &Returned) {
        let Ok(Err(error)) = returned else { return };
        let route = self.route(record.at.topic);
        let (Some(asked), Some(topics)) = (error.after(), &route.retry_topics) else { return };
        let delays = route.handler.topic().retry.delays;
        let longest = delays.iter().max().copied().unwrap_or_default();
        if history.delays < delays.len() && asked > longest && topics.is_first_warning() {
            let delivery = &record.delivery;
            tracing::warn!(
                topic = delivery.topic,
                group = self.observers.group(),
                partition = delivery.partition,
                offset = delivery.offset,
                asked = ?asked,
                longest = ?longest,
                "the handler asks for a longer wait than the longest delay of the contract: the record waits for that delay, which \
                 is used up; further ones are not logged"
            );
        }
    }
}

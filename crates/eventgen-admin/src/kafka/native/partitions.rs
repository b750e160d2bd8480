//! Adds partitions to topics.

use rdkafka::bindings as sys;

use super::owned::{Reason, array, c_text, owned};
use super::request::no_memory;
use super::topics::answers;
use super::{Answers, Mode, Refusal, Requests};

owned!(
    /// Partitions to be added.
    NativePartitions(sys::rd_kafka_NewPartitions_t), sys::rd_kafka_NewPartitions_destroy
);

impl Requests<'_> {
    /// Adds partitions, until each topic has the given number.
    pub(in crate::kafka) fn create_partitions(
        &self,
        topics: &[(&str, u32)],
        mode: Mode,
    ) -> Result<Answers<()>, Refusal> {
        let native = topics
            .iter()
            .map(|(topic, count)| new_partitions(topic, *count))
            .collect::<Result<Vec<NativePartitions>, Refusal>>()?;
        let mut pointers: Vec<_> = native.iter().map(NativePartitions::as_ptr).collect();
        let operation = sys::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_CREATEPARTITIONS;
        let event = self.request(operation, mode, |call| {
            // SAFETY: all pointers are alive, and the request copies the numbers.
            unsafe {
                sys::rd_kafka_CreatePartitions(
                    call.client,
                    pointers.as_mut_ptr(),
                    pointers.len(),
                    call.options,
                    call.queue,
                );
            }
        })?;
        let mut length = 0;
        // SAFETY: the event is the answer to this request, and the results live as long as it does.
        let results = unsafe {
            let result = sys::rd_kafka_event_CreatePartitions_result(event.as_ptr());
            array(sys::rd_kafka_CreatePartitions_result_topics(result, &raw mut length), length)
        };
        Ok(answers(&event, results))
    }
}

fn new_partitions(topic: &str, count: u32) -> Result<NativePartitions, Refusal> {
    let name = c_text(topic)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut reason = Reason::new();
    let capacity = reason.capacity();
    // SAFETY: the name is alive, librdkafka writes at most `capacity` bytes, and nothing else frees the object.
    let native = unsafe {
        NativePartitions::new(sys::rd_kafka_NewPartitions_new(
            name.as_ptr(),
            count,
            reason.as_mut_ptr(),
            capacity,
        ))
    };
    native.ok_or_else(|| if count == 0 { no_memory() } else { reason.refusal() })
}

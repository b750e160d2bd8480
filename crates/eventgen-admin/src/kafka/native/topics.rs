//! Creates topics.

use std::ffi::c_int;

use rdkafka::bindings as sys;

use super::owned::{Event, NativeTopic, Reason, array, c_text, text};
use super::{Answers, Mode, NewTopic, Refusal, Requests};

impl Requests<'_> {
    /// Creates topics.
    pub(in crate::kafka) fn create_topics(
        &self,
        topics: &[NewTopic<'_>],
        mode: Mode,
    ) -> Result<Answers<()>, Refusal> {
        let native = topics.iter().map(new_topic).collect::<Result<Vec<NativeTopic>, Refusal>>()?;
        let mut pointers: Vec<_> = native.iter().map(NativeTopic::as_ptr).collect();
        let operation = sys::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_CREATETOPICS;
        let event = self.request(operation, mode, |call| {
            // SAFETY: all pointers are alive, and the request copies the topics.
            unsafe {
                sys::rd_kafka_CreateTopics(
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
            let result = sys::rd_kafka_event_CreateTopics_result(event.as_ptr());
            array(sys::rd_kafka_CreateTopics_result_topics(result, &raw mut length), length)
        };
        Ok(answers(&event, results))
    }
}

fn new_topic(topic: &NewTopic<'_>) -> Result<NativeTopic, Refusal> {
    // -1 leaves the choice to the broker (KIP-464).
    let partitions = topic.partitions.map_or(-1, |count| c_int::try_from(count).unwrap_or(c_int::MAX));
    let replicas = topic.replication_factor.map_or(-1, c_int::from);
    let name = c_text(topic.name)?;
    let mut reason = Reason::new();
    let capacity = reason.capacity();
    // SAFETY: the name is alive, librdkafka writes at most `capacity` bytes, and nothing else frees the topic.
    let native = unsafe {
        NativeTopic::new(sys::rd_kafka_NewTopic_new(
            name.as_ptr(),
            partitions,
            replicas,
            reason.as_mut_ptr(),
            capacity,
        ))
    }
    .ok_or_else(|| reason.refusal())?;
    for (name, value) in &topic.config {
        let (name, value) = (c_text(name)?, c_text(value)?);
        // SAFETY: the topic and both texts are alive, and the texts are copied.
        let error =
            unsafe { sys::rd_kafka_NewTopic_set_config(native.as_ptr(), name.as_ptr(), value.as_ptr()) };
        if error != sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            let reason = format!("{} cannot be set", name.to_string_lossy());
            return Err(Refusal { code: error.into(), reason });
        }
    }
    Ok(native)
}

/// What became of each topic. The event owns the results.
pub(super) fn answers(_event: &Event, results: &[*const sys::rd_kafka_topic_result_t]) -> Answers<()> {
    let answer = |&result: &*const sys::rd_kafka_topic_result_t| {
        // SAFETY: the result belongs to the event, which is alive; the texts are copied.
        let (name, error, reason) = unsafe {
            (
                text(sys::rd_kafka_topic_result_name(result)),
                sys::rd_kafka_topic_result_error(result),
                text(sys::rd_kafka_topic_result_error_string(result)),
            )
        };
        let is_done = error == sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR;
        (name, if is_done { Ok(()) } else { Err(Refusal { code: error.into(), reason }) })
    };
    results.iter().map(answer).collect()
}

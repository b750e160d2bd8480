//! Sends a request and waits for its answer.

use std::ffi::c_int;
use std::time::{Duration, Instant};

use rdkafka::bindings as sys;
use rdkafka::error::RDKafkaErrorCode;

use super::owned::{Event, Options, Queue, Reason, text};
use super::{Mode, Refusal, Requests};

/// How long the cluster may take for a request, in milliseconds.
const TIMEOUT_MS: c_int = 15_000;
/// How long after that librdkafka may take to say so.
const GRACE: Duration = Duration::from_secs(1);

/// What librdkafka needs for a request.
pub(super) struct Call {
    pub(super) client: *mut sys::rd_kafka_t,
    pub(super) options: *const sys::rd_kafka_AdminOptions_t,
    pub(super) queue: *mut sys::rd_kafka_queue_t,
}

impl Requests<'_> {
    /// Sends a request by `send`, and waits for its answer.
    pub(super) fn request(
        &self,
        operation: sys::rd_kafka_admin_op_t,
        mode: Mode,
        send: impl FnOnce(&Call),
    ) -> Result<Event, Refusal> {
        let client = self.client.native_ptr();
        let options = self.options(operation, mode)?;
        // SAFETY: the client lives as long as `self`, and nothing else frees the queue.
        let queue = unsafe { Queue::new(sys::rd_kafka_queue_new(client)) }.ok_or_else(no_memory)?;
        send(&Call { client, options: options.as_ptr(), queue: queue.as_ptr() });
        let timeout = Duration::from_millis(u64::from(TIMEOUT_MS.unsigned_abs()));
        let deadline = Instant::now() + timeout + GRACE;
        let event = loop {
            // SAFETY: the queue is alive, and its events belong to the one that polls.
            let event = unsafe { Event::new(sys::rd_kafka_queue_poll(queue.as_ptr(), 100)) };
            match event {
                Some(event) => break event,
                None if Instant::now() < deadline => {}
                None => {
                    return Err(Refusal {
                        code: RDKafkaErrorCode::RequestTimedOut,
                        reason: format!("no answer within {} s", timeout.as_secs()),
                    });
                }
            }
        };
        // SAFETY: the event is alive.
        let error = unsafe { sys::rd_kafka_event_error(event.as_ptr()) };
        if error == sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            return Ok(event);
        }
        // SAFETY: the event is alive, and so is its text.
        let reason = unsafe { text(sys::rd_kafka_event_error_string(event.as_ptr())) };
        Err(Refusal { code: error.into(), reason })
    }

    fn options(&self, operation: sys::rd_kafka_admin_op_t, mode: Mode) -> Result<Options, Refusal> {
        let mut reason = Reason::new();
        let capacity = reason.capacity();
        // SAFETY: the client is alive, and nothing else frees the options.
        let options =
            unsafe { Options::new(sys::rd_kafka_AdminOptions_new(self.client.native_ptr(), operation)) }
                .ok_or_else(no_memory)?;
        let changes = matches!(
            operation,
            sys::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_CREATETOPICS
                | sys::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_CREATEPARTITIONS
        );
        // SAFETY: the options are alive, and librdkafka writes at most `capacity` bytes of a reason.
        let mut errors = vec![unsafe {
            sys::rd_kafka_AdminOptions_set_request_timeout(
                options.as_ptr(),
                TIMEOUT_MS,
                reason.as_mut_ptr(),
                capacity,
            )
        }];
        if changes {
            // SAFETY: as above.
            errors.push(unsafe {
                sys::rd_kafka_AdminOptions_set_operation_timeout(
                    options.as_ptr(),
                    TIMEOUT_MS,
                    reason.as_mut_ptr(),
                    capacity,
                )
            });
        }
        if mode == Mode::Validate {
            // SAFETY: as above.
            errors.push(unsafe {
                sys::rd_kafka_AdminOptions_set_validate_only(
                    options.as_ptr(),
                    1,
                    reason.as_mut_ptr(),
                    capacity,
                )
            });
        }
        let is_set =
            |error: &sys::rd_kafka_resp_err_t| *error == sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR;
        if errors.iter().all(is_set) { Ok(options) } else { Err(reason.refusal()) }
    }
}

pub(super) fn no_memory() -> Refusal {
    Refusal { code: RDKafkaErrorCode::Fail, reason: "librdkafka has no memory left".to_owned() }
}

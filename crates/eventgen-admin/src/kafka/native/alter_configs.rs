//! Changes the configuration of topics.

use rdkafka::bindings as sys;
use rdkafka::error::RDKafkaErrorCode;

use super::configs::{answers, resource};
use super::owned::{NativeResource, array, c_text, owned, text};
use super::{Answers, Mode, Refusal, Requests};

owned!(
    /// An error object.
    NativeError(sys::rd_kafka_error_t), sys::rd_kafka_error_destroy
);

impl Requests<'_> {
    /// Sets configurations of topics, and leaves all others as they are (KIP-339).
    pub(in crate::kafka) fn alter_configs(
        &self,
        topics: &[(&str, Vec<(&str, &str)>)],
        mode: Mode,
    ) -> Result<Answers<()>, Refusal> {
        let changed = |(topic, changes): &(&str, Vec<(&str, &str)>)| {
            let resource = resource(topic)?;
            for (name, value) in changes {
                set(&resource, name, value)?;
            }
            Ok(resource)
        };
        let native = topics.iter().map(changed).collect::<Result<Vec<NativeResource>, Refusal>>()?;
        let mut pointers: Vec<_> = native.iter().map(NativeResource::as_ptr).collect();
        let operation = sys::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_INCREMENTALALTERCONFIGS;
        let event = self.request(operation, mode, |call| {
            // SAFETY: all pointers are alive, and the request copies the resources.
            unsafe {
                sys::rd_kafka_IncrementalAlterConfigs(
                    call.client,
                    pointers.as_mut_ptr(),
                    pointers.len(),
                    call.options,
                    call.queue,
                );
            }
        })?;
        let mut length = 0;
        // SAFETY: the event is the answer to this request, and the resources live as long as it does.
        let resources = unsafe {
            let result = sys::rd_kafka_event_IncrementalAlterConfigs_result(event.as_ptr());
            array(sys::rd_kafka_IncrementalAlterConfigs_result_resources(result, &raw mut length), length)
        };
        Ok(answers(&event, resources, |_, _| ()))
    }
}

fn set(resource: &NativeResource, name: &str, value: &str) -> Result<(), Refusal> {
    let (name, value) = (c_text(name)?, c_text(value)?);
    let kind = sys::rd_kafka_AlterConfigOpType_t::RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET;
    // SAFETY: the resource and both texts are alive, the texts are copied, and the caller frees the error.
    let error = unsafe {
        NativeError::new(sys::rd_kafka_ConfigResource_add_incremental_config(
            resource.as_ptr(),
            name.as_ptr(),
            kind,
            value.as_ptr(),
        ))
    };
    match error {
        None => Ok(()),
        Some(error) => {
            // SAFETY: the error is alive, and its text is copied.
            let reason = unsafe { text(sys::rd_kafka_error_string(error.as_ptr())) };
            Err(Refusal { code: RDKafkaErrorCode::InvalidArgument, reason })
        }
    }
}

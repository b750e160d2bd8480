//! Describes the configuration of topics.

use rdkafka::bindings as sys;

use super::owned::{Event, NativeResource, array, c_text, text};
use super::request::no_memory;
use super::{Answers, ConfigEntry, Mode, Refusal, Requests};

impl Requests<'_> {
    /// The values of some configurations of topics. One that a broker does not know is not in the answer.
    pub(in crate::kafka) fn describe_configs(
        &self,
        topics: &[(&str, Vec<&str>)],
    ) -> Result<Answers<Vec<ConfigEntry>>, Refusal> {
        let asked = |(topic, names): &(&str, Vec<&str>)| {
            let resource = resource(topic)?;
            for name in names {
                let name = c_text(name)?;
                // SAFETY: the resource and both texts are alive, and the texts are copied. The value is not sent.
                let error = unsafe {
                    sys::rd_kafka_ConfigResource_set_config(resource.as_ptr(), name.as_ptr(), c"".as_ptr())
                };
                if error != sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
                    let reason = format!("{name:?} cannot be asked for");
                    return Err(Refusal { code: error.into(), reason });
                }
            }
            Ok(resource)
        };
        let native = topics.iter().map(asked).collect::<Result<Vec<NativeResource>, Refusal>>()?;
        let mut pointers: Vec<_> = native.iter().map(NativeResource::as_ptr).collect();
        let operation = sys::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS;
        let event = self.request(operation, Mode::Change, |call| {
            // SAFETY: all pointers are alive, and the request copies the resources.
            unsafe {
                sys::rd_kafka_DescribeConfigs(
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
            let result = sys::rd_kafka_event_DescribeConfigs_result(event.as_ptr());
            array(sys::rd_kafka_DescribeConfigs_result_resources(result, &raw mut length), length)
        };
        Ok(answers(&event, resources, entries))
    }
}

pub(super) fn resource(topic: &str) -> Result<NativeResource, Refusal> {
    let name = c_text(topic)?;
    let kind = sys::rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_TOPIC;
    // SAFETY: the name is alive and copied, and nothing else frees the resource.
    unsafe { NativeResource::new(sys::rd_kafka_ConfigResource_new(kind, name.as_ptr())) }
        .ok_or_else(no_memory)
}

/// What is answered about each resource. The event owns the resources.
pub(super) fn answers<T>(
    event: &Event,
    resources: &[*const sys::rd_kafka_ConfigResource_t],
    read: impl Fn(&Event, *const sys::rd_kafka_ConfigResource_t) -> T,
) -> Answers<T> {
    let answer = |&resource: &*const sys::rd_kafka_ConfigResource_t| {
        // SAFETY: the resource belongs to the event, which is alive; the texts are copied.
        let (name, error, reason) = unsafe {
            (
                text(sys::rd_kafka_ConfigResource_name(resource)),
                sys::rd_kafka_ConfigResource_error(resource),
                text(sys::rd_kafka_ConfigResource_error_string(resource)),
            )
        };
        let is_done = error == sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR;
        (name, if is_done { Ok(read(event, resource)) } else { Err(Refusal { code: error.into(), reason }) })
    };
    resources.iter().map(answer).collect()
}

/// The entries of a resource of an event.
fn entries(_event: &Event, resource: *const sys::rd_kafka_ConfigResource_t) -> Vec<ConfigEntry> {
    let mut length = 0;
    // SAFETY: the resource belongs to the event, which is alive, and so do its entries.
    let entries = unsafe { array(sys::rd_kafka_ConfigResource_configs(resource, &raw mut length), length) };
    let entry = |&entry: &*const sys::rd_kafka_ConfigEntry_t| {
        // SAFETY: as above; the texts are copied.
        unsafe {
            let value = sys::rd_kafka_ConfigEntry_value(entry);
            ConfigEntry {
                name: text(sys::rd_kafka_ConfigEntry_name(entry)),
                value: (!value.is_null()).then(|| text(value)),
            }
        }
    };
    entries.iter().map(entry).collect()
}

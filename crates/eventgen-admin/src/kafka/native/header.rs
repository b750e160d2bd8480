//! One header of a record by its name.
//!
//! `rdkafka` represents names as `str`, and panics on any name of the record that is not UTF-8.

use std::ffi::{CStr, c_void};
use std::ptr;

use rdkafka::bindings::{rd_kafka_header_get_last, rd_kafka_headers_t};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::types::RDKafkaRespErr;

/// The value of the last header with a name.
pub(in crate::kafka) fn header<'a>(message: &'a BorrowedMessage<'_>, name: &CStr) -> Option<&'a [u8]> {
    let headers: *const rd_kafka_headers_t = ptr::from_ref(message.headers()?).cast();
    let (mut value, mut size) = (ptr::null::<c_void>(), 0);
    // SAFETY: the message keeps its headers alive, the name is a C string, and the last two arguments are valid for one write
    // each.
    let error = unsafe { rd_kafka_header_get_last(headers, name.as_ptr(), &raw mut value, &raw mut size) };
    if error != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || value.is_null() {
        return None;
    }
    // SAFETY: without an error the value has `size` bytes. They belong to the message, which is borrowed.
    Some(unsafe { std::slice::from_raw_parts(value.cast::<u8>(), size) })
}

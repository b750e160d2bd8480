//! Headers of a record. `rdkafka` represents names as `str` and panics on a name that is not UTF-8, which any other client may
//! have written.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use rdkafka::bindings as sys;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::types::RDKafkaRespErr;

use crate::records::Header;

/// Copies the headers of a record.
pub(in crate::kafka) fn record_headers(message: &BorrowedMessage<'_>) -> Vec<Header> {
    let Some(headers) = message.headers() else { return Vec::new() };
    // `rdkafka` represents the C structure by a reference to a type without fields.
    let native: *const sys::rd_kafka_headers_t = ptr::from_ref(headers).cast();
    let header = |index| {
        let (mut name, mut value, mut size) = (ptr::null::<c_char>(), ptr::null::<c_void>(), 0);
        // SAFETY: the reference keeps the C structure alive, and the last three arguments are valid for one write each.
        let error = unsafe {
            sys::rd_kafka_header_get_all(native, index, &raw mut name, &raw mut value, &raw mut size)
        };
        if error != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR {
            return None;
        }
        // SAFETY: without an error the name is a C string and the value, unless it is null, has `size` bytes. Both belong to
        // the C structure, which does not change while it is borrowed.
        let (name, value) = unsafe {
            let value = (!value.is_null()).then(|| std::slice::from_raw_parts(value.cast::<u8>(), size));
            (CStr::from_ptr(name).to_bytes(), value)
        };
        Some(Header::new(name, value.map(<[u8]>::to_vec)))
    };
    (0..headers.count()).filter_map(header).collect()
}

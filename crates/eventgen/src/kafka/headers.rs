//! Headers in librdkafka's representation.
//!
//! `rdkafka` represents names as `str` and panics on a name that is not UTF-8. Here names are bytes, both read and written.
//! A name that contains a zero byte is written whole but read only up to that byte, because the C interface returns names
//! without their length.

// librdkafka's headers are accessible through pointers only.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use bytes::BytesMut;
use rdkafka::bindings::{rd_kafka_header_add, rd_kafka_header_get_all, rd_kafka_headers_t};
use rdkafka::message::{BorrowedHeaders, BorrowedMessage, Headers as _, Message as _, OwnedHeaders};
use rdkafka::types::RDKafkaRespErr;

use super::block::reserve;
use crate::Headers;
use crate::headers::{encode, encoded_length};

/// Copies the headers of a message to the end of a buffer.
pub(super) fn from_native(message: &BorrowedMessage<'_>, buffer: &mut BytesMut) -> Headers {
    let Some(borrowed) = message.headers() else { return Headers::new() };
    let mut count = 0;
    for (name, value) in (0..borrowed.count()).filter_map(|index| get(borrowed, index)) {
        count += 1;
        reserve(buffer, encoded_length(name, value));
        encode(buffer, name, value);
    }
    Headers::from_encoded(buffer.split().freeze(), count)
}

/// Copies headers for an outgoing message.
pub(super) fn to_native(headers: &Headers) -> OwnedHeaders {
    let native = OwnedHeaders::new_with_capacity(headers.len());
    for (name, value) in headers.iter() {
        add(&native, name, value);
    }
    native
}

/// The pointer to the C structure, which `rdkafka` represents by a reference to a type without fields.
fn pointer(headers: &BorrowedHeaders) -> *const rd_kafka_headers_t {
    ptr::from_ref(headers).cast()
}

fn get(headers: &BorrowedHeaders, index: usize) -> Option<(&[u8], Option<&[u8]>)> {
    let (mut name, mut value, mut size) = (ptr::null::<c_char>(), ptr::null::<c_void>(), 0);
    // SAFETY: the reference keeps the C structure alive, and the last three arguments are valid for one write each.
    let error = unsafe {
        rd_kafka_header_get_all(pointer(headers), index, &raw mut name, &raw mut value, &raw mut size)
    };
    if error != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR {
        return None;
    }
    // SAFETY: without an error the name is a C string and the value, unless it is null, has `size` bytes. Both belong to
    // the C structure, which does not change while it is borrowed.
    unsafe {
        let value = (!value.is_null()).then(|| std::slice::from_raw_parts(value.cast::<u8>(), size));
        Some((CStr::from_ptr(name).to_bytes(), value))
    }
}

fn add(headers: &OwnedHeaders, name: &[u8], value: Option<&[u8]>) {
    let length = |bytes: &[u8]| isize::try_from(bytes.len()).expect("no slice is longer than isize::MAX");
    let (value_pointer, value_length) =
        value.map_or((ptr::null(), 0), |value| (value.as_ptr(), length(value)));
    // SAFETY: `OwnedHeaders` owns the C structure and only this thread borrows it. The C function copies the bytes, whose
    // lengths are passed with them.
    let error = unsafe {
        rd_kafka_header_add(
            pointer(headers.as_borrowed()).cast_mut(),
            name.as_ptr().cast(),
            length(name),
            value_pointer.cast(),
            value_length,
        )
    };
    // The only possible error is that a list is read-only, which only those of received messages are.
    assert!(error == RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR, "the list was made here and is writable");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_bytes_in_both_directions() {
        let mut headers = Headers::new();
        headers.append("plain", Some(b"text".to_vec()));
        headers.append(b"caf\xe9", Some(vec![0, 0xff]));
        headers.append(b"caf\xe9", None);
        headers.append("", Some(Vec::new()));
        let native = to_native(&headers);
        let read: Vec<_> = (0..native.count()).map(|index| get(native.as_borrowed(), index)).collect();
        let expected: Vec<_> = headers.iter().map(Some).collect();
        assert_eq!(read, expected);
        assert_eq!(headers.bytes(b"caf\xe9"), None, "the last of that name has no value");
    }
}

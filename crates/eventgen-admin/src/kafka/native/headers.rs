//! The headers of records, and the metadata of committed offsets, as bytes: `rdkafka` panics on those that are not UTF-8,
//! which other clients may have written.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;

use rdkafka::TopicPartitionList;
use rdkafka::bindings as sys;
use rdkafka::message::{BorrowedHeaders, BorrowedMessage, Headers as _, Message as _, OwnedHeaders};
use rdkafka::types::RDKafkaRespErr;

use crate::dead_letters::Header;

/// Copies the headers of a record.
pub(in crate::kafka) fn headers(message: &BorrowedMessage<'_>) -> Vec<Header> {
    let Some(borrowed) = message.headers() else { return Vec::new() };
    (0..borrowed.count()).filter_map(|index| header(borrowed, index)).collect()
}

fn header(headers: &BorrowedHeaders, index: usize) -> Option<Header> {
    let (mut name, mut value, mut size) = (ptr::null::<c_char>(), ptr::null::<c_void>(), 0);
    // SAFETY: the reference is to the C structure, which it keeps alive. The last three arguments are valid for one write each.
    let error = unsafe {
        let native = ptr::from_ref(headers).cast::<sys::rd_kafka_headers_t>();
        sys::rd_kafka_header_get_all(native, index, &raw mut name, &raw mut value, &raw mut size)
    };
    if error != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR {
        return None;
    }
    // SAFETY: without an error the name is a C string and the value, unless it is null, has `size` bytes. Both are copied
    // while the message is borrowed.
    unsafe {
        let value = (!value.is_null()).then(|| std::slice::from_raw_parts(value.cast::<u8>(), size).to_vec());
        Some(Header { name: CStr::from_ptr(name).to_bytes().to_vec(), value })
    }
}

/// The headers of a record that is to be written.
pub(in crate::kafka) fn to_native(headers: &[Header]) -> OwnedHeaders {
    let native = OwnedHeaders::new_with_capacity(headers.len());
    for Header { name, value } in headers {
        let length = |bytes: &[u8]| isize::try_from(bytes.len()).unwrap_or(isize::MAX);
        let (bytes, size) =
            value.as_deref().map_or((ptr::null(), 0), |value| (value.as_ptr(), length(value)));
        // SAFETY: `OwnedHeaders` owns the C structure, and nothing else refers to it. The bytes are copied.
        unsafe {
            let list = ptr::from_ref(native.as_borrowed()).cast::<sys::rd_kafka_headers_t>().cast_mut();
            // The only error is that a list is read-only, which those of received records are.
            sys::rd_kafka_header_add(list, name.as_ptr().cast(), length(name), bytes.cast(), size);
        }
    }
    native
}

/// Copies the metadata of an offset. Empty if there is none.
pub(in crate::kafka) fn metadata(list: &TopicPartitionList, topic: &str, partition: i32) -> Vec<u8> {
    let Ok(name) = CString::new(topic) else { return Vec::new() };
    // SAFETY: the list is valid and the name is a C string. The element belongs to the list; its metadata, unless null, has
    // `metadata_size` bytes, which are copied.
    unsafe {
        let element = sys::rd_kafka_topic_partition_list_find(list.ptr(), name.as_ptr(), partition);
        match element.as_ref() {
            Some(element) if !element.metadata.is_null() => {
                std::slice::from_raw_parts(element.metadata.cast::<u8>(), element.metadata_size).to_vec()
            }
            _ => Vec::new(),
        }
    }
}

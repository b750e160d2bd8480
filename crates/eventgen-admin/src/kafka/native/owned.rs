//! Pointers that librdkafka allocates, each freed once.

use std::ffi::{CStr, CString, c_char};

use rdkafka::bindings as sys;
use rdkafka::error::RDKafkaErrorCode;

use super::Refusal;

macro_rules! owned {
    ($(#[$doc:meta])* $name:ident($target:ty), $destroy:path) => {
        $(#[$doc])*
        pub(super) struct $name(std::ptr::NonNull<$target>);

        impl $name {
            /// Takes ownership of what librdkafka has allocated. `None` where it could not.
            ///
            /// # Safety
            /// The pointer is null, or it points to an object that nothing else frees.
            pub(super) unsafe fn new(pointer: *mut $target) -> Option<Self> {
                std::ptr::NonNull::new(pointer).map(Self)
            }

            pub(super) fn as_ptr(&self) -> *mut $target {
                self.0.as_ptr()
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: `new` was given the ownership, and a value is dropped once.
                unsafe { $destroy(self.0.as_ptr()) }
            }
        }
    };
}

#[cfg(feature = "contract")]
pub(super) use owned;

owned!(
    /// The queue that the answer to one request arrives in.
    Queue(sys::rd_kafka_queue_t), sys::rd_kafka_queue_destroy
);
owned!(
    /// An answer.
    Event(sys::rd_kafka_event_t), sys::rd_kafka_event_destroy
);
owned!(
    /// The options of a request.
    Options(sys::rd_kafka_AdminOptions_t), sys::rd_kafka_AdminOptions_destroy
);
owned!(
    /// A topic to be created.
    NativeTopic(sys::rd_kafka_NewTopic_t), sys::rd_kafka_NewTopic_destroy
);
owned!(
    /// A topic whose configuration is asked for or changed.
    NativeResource(sys::rd_kafka_ConfigResource_t), sys::rd_kafka_ConfigResource_destroy
);

/// A buffer for the reason of an error.
pub(super) struct Reason([c_char; 512]);

impl Reason {
    pub(super) fn new() -> Self {
        Self([0; 512])
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut c_char {
        self.0.as_mut_ptr()
    }

    pub(super) const fn capacity(&self) -> usize {
        self.0.len()
    }

    /// The refusal that librdkafka wrote into the buffer.
    pub(super) fn refusal(&self) -> Refusal {
        // SAFETY: librdkafka writes at most `capacity` bytes, the zero at the end included; without a reason it is empty.
        let reason = unsafe { text(self.0.as_ptr()) };
        Refusal { code: RDKafkaErrorCode::InvalidArgument, reason }
    }
}

/// A text of librdkafka, which need not be UTF-8. A null pointer is an empty text.
///
/// # Safety
/// The pointer is null, or it points to bytes that end with zero and live during this call.
pub(super) unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

/// A text for librdkafka. One with a zero byte in it is refused.
pub(super) fn c_text(text: &str) -> Result<CString, Refusal> {
    CString::new(text).map_err(|_| Refusal {
        code: RDKafkaErrorCode::InvalidArgument,
        reason: format!("{text:?} has a zero byte"),
    })
}

/// The pointers of an array in an answer.
///
/// # Safety
/// `first` is null, or it points to `length` pointers that live as long as `'e`.
pub(super) unsafe fn array<'e, T>(first: *mut *const T, length: usize) -> &'e [*const T] {
    if first.is_null() || length == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(first, length) }
}

//! Which errors say that a record is refused for what it is.

use rdkafka::error::RDKafkaErrorCode;

/// Whether this says that a record is too large.
pub(super) fn is_size(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::MessageSizeTooLarge
            | RDKafkaErrorCode::MessageBatchTooLarge
            // The buffer has no room although it contains no other record: see `RecordWriter`.
            | RDKafkaErrorCode::QueueFull
    )
}

/// Whether a record is refused for what it is.
pub(super) fn is_refusal(code: RDKafkaErrorCode) -> bool {
    let others = [
        RDKafkaErrorCode::InvalidTimestamp,
        RDKafkaErrorCode::InvalidRecord,
        RDKafkaErrorCode::PolicyViolation,
    ];
    is_size(code) || others.contains(&code)
}

//! Errors of librdkafka as text. Error codes that decide how to continue are examined where they occur.

use std::fmt;

use rdkafka::error::KafkaError;

/// A failed call of librdkafka.
#[derive(Debug)]
pub(crate) struct KafkaFailure(String);

impl fmt::Display for KafkaFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<KafkaError> for KafkaFailure {
    fn from(error: KafkaError) -> Self {
        Self(error.to_string())
    }
}

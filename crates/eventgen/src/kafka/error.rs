//! What librdkafka reports, as text. The codes that decide anything are read where they arrive.

use std::fmt;

use rdkafka::error::KafkaError;

/// A call that librdkafka reports as failed.
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

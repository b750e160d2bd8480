//! Requests that brokers do not answer, apart from those that they refuse: a later one may succeed.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::AdminError;

/// A request that failed. Brokers that do not answer are an error of their own.
pub(super) fn failed(what: impl Into<String>, error: &KafkaError) -> AdminError {
    match error.rdkafka_error_code().filter(|code| is_silence(*code)) {
        Some(code) => AdminError::Unanswered { what: what.into(), reason: code.to_string() },
        None => AdminError::request(what, error),
    }
}

/// Whether a request failed because a broker did not answer it.
pub(super) fn is_silence(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::AllBrokersDown
            | RDKafkaErrorCode::BrokerDestroy
            | RDKafkaErrorCode::BrokerTransportFailure
            | RDKafkaErrorCode::DestroyBroker
            | RDKafkaErrorCode::MessageTimedOut
            | RDKafkaErrorCode::NetworkException
            | RDKafkaErrorCode::OperationTimedOut
            | RDKafkaErrorCode::RequestTimedOut
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a client says of the brokers `code`, when it describes topics.
    fn described(code: RDKafkaErrorCode) -> AdminError {
        failed("describing topics", &KafkaError::MetadataFetch(code))
    }

    #[test]
    fn a_frozen_broker_is_no_refusal() {
        for code in [
            RDKafkaErrorCode::DestroyBroker,
            RDKafkaErrorCode::OperationTimedOut,
            RDKafkaErrorCode::RequestTimedOut,
            RDKafkaErrorCode::BrokerTransportFailure,
        ] {
            let error = described(code);
            assert!(matches!(error, AdminError::Unanswered { .. }) && error.is_silence(), "{error:?}");
        }
        for code in [RDKafkaErrorCode::TopicAuthorizationFailed, RDKafkaErrorCode::UnknownTopicOrPartition] {
            assert!(!described(code).is_silence(), "{code:?}");
        }
    }
}

//! librdkafka's log and error callbacks. Logs go to `tracing`. Errors are kept, because a failed call reports only that it
//! failed; the reason (a wrong password, a refused connection) arrives here.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::producer::{DeliveryResult, ProducerContext};

use crate::secrets::without_values;

/// The most errors that are kept: enough for one of each broker.
pub(super) const KEPT_ERRORS: usize = 16;

/// The context of every librdkafka client of this crate.
#[derive(Default)]
pub(super) struct Context {
    /// The settings of the client, whose values are neither logged nor reported.
    settings: Vec<(String, String)>,
    errors: Mutex<Vec<(Option<RDKafkaErrorCode>, String)>>,
    /// The first record that was not written, and why.
    undelivered: Mutex<Option<(Option<RDKafkaErrorCode>, String)>>,
}

impl Context {
    pub(super) fn new(settings: &[(String, String)]) -> Self {
        Self { settings: settings.to_vec(), ..Self::default() }
    }

    /// What librdkafka says, without the values of settings.
    fn shown(&self, text: &str) -> String {
        without_values(text, self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The reported refusal of the credentials, if there is one.
    pub(super) fn authentication_error(&self) -> Option<String> {
        self.find(|code| {
            matches!(code, RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SaslAuthenticationFailed)
        })
    }

    /// The reported reason why brokers are not reached, if there is one.
    pub(super) fn transport_error(&self) -> Option<String> {
        // librdkafka adds how long its connection was in which state, which helps nobody else.
        self.find(|_| true).map(|reason| reason.split(" (after ").next().unwrap_or_default().to_owned())
    }

    /// The first record that was not written, and why, if there is one.
    #[cfg(feature = "dead-letters")]
    pub(super) fn undelivered(&self) -> Option<(Option<RDKafkaErrorCode>, String)> {
        self.undelivered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A record is not written.
    #[cfg(feature = "dead-letters")]
    pub(super) fn refuse(&self, code: RDKafkaErrorCode, size: usize, topic: &str) {
        self.note(Some(code), &code.to_string(), size, topic);
    }

    /// Forgets the record that was not written: nothing of its transaction is left.
    #[cfg(feature = "dead-letters")]
    pub(super) fn forget_undelivered(&self) {
        *self.undelivered.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn note(&self, code: Option<RDKafkaErrorCode>, reason: &str, size: usize, topic: &str) {
        let mut undelivered = self.undelivered.lock().unwrap_or_else(PoisonError::into_inner);
        undelivered.get_or_insert_with(|| {
            (code, format!("a record of {size} bytes was not written to `{topic}`: {reason}"))
        });
    }

    /// Forgets what was reported: a client that is kept reports what happens now.
    fn forget(&self) {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn find(&self, wanted: impl Fn(RDKafkaErrorCode) -> bool) -> Option<String> {
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        errors.iter().rev().find(|(code, _)| code.is_some_and(&wanted)).map(|(_, reason)| reason.clone())
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        let message = self.shown(message);
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
                tracing::error!(target: "librdkafka", facility, "{message}");
            }
            RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning => {
                tracing::warn!(target: "librdkafka", facility, "{message}");
            }
            RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
                tracing::info!(target: "librdkafka", facility, "{message}");
            }
            RDKafkaLogLevel::Debug => tracing::debug!(target: "librdkafka", facility, "{message}"),
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let (code, reason) = (error.rdkafka_error_code(), self.shown(reason));
        if code == Some(RDKafkaErrorCode::AllBrokersDown) {
            // It follows on every other error, many times a second, and adds nothing.
            tracing::debug!(target: "librdkafka", %error, "{reason}");
            return;
        }
        tracing::warn!(target: "librdkafka", %error, "{reason}");
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        if errors.len() == KEPT_ERRORS {
            errors.remove(0);
        }
        errors.push((code, reason));
    }
}

impl ConsumerContext for Context {}

/// Takes what has been reported since the last call out of the queue of a client that is kept, and forgets it.
pub(super) fn drain(consumer: &BaseConsumer<Context>) {
    for _ in 0..KEPT_ERRORS {
        if consumer.poll(Duration::ZERO).is_none() {
            break;
        }
    }
    consumer.client().context().forget();
}

impl ProducerContext for Context {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let Err((error, message)) = result else { return };
        let code = error.rdkafka_error_code();
        // Records that are thrown away with their transaction are not the cause.
        if matches!(code, Some(RDKafkaErrorCode::PurgeQueue | RDKafkaErrorCode::PurgeInflight)) {
            return;
        }
        let size = message.payload().map_or(0, <[u8]>::len);
        let reason = code.map_or_else(|| error.to_string(), |code| code.to_string());
        self.note(code, &reason, size, message.topic());
    }
}

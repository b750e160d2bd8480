//! The schema languages. This is the only place that chooses between them.

use eventgen_schema::{Contract, Event};

use crate::emit::avro::event::Avro;
use crate::emit::language::Language;
use crate::emit::protobuf::existing::ExistingMessage;
#[cfg(feature = "protobuf")]
use crate::emit::protobuf::messages::Messages;
use crate::error::Error;
use crate::model::existing::Existing;
use crate::model::given::GivenNames;

/// All languages, for one contract.
pub(crate) struct Languages {
    avro: Avro,
    messages: Box<dyn Language>,
    existing_message: ExistingMessage,
}

impl Languages {
    /// # Errors
    /// Descriptors that cannot be decoded: a bug of a front end.
    pub(crate) fn of(contract: &Contract) -> Result<Self, Error> {
        Ok(Self { avro: Avro, messages: messages(contract)?, existing_message: ExistingMessage })
    }

    /// The language of an event. An existing message has its codec from prost's derive and no descriptors.
    pub(crate) fn of_event(&self, event: &Event, existing: Option<&Existing>) -> &dyn Language {
        if existing.is_some_and(Existing::is_message) {
            return &self.existing_message;
        }
        let mut languages = self.all();
        languages.find(|language| language.schema_type() == event.schema_type).unwrap_or(&self.avro)
    }

    /// The names that the code generators of the languages choose.
    pub(crate) fn given_names(&self, contract: &Contract) -> GivenNames {
        let mut given = GivenNames::default();
        for language in self.all() {
            given.extend(language.given_names(contract));
        }
        given
    }

    /// All languages.
    pub(crate) fn all(&self) -> impl Iterator<Item = &dyn Language> {
        [&self.avro as &dyn Language, &*self.messages, &self.existing_message].into_iter()
    }
}

/// The language of generated messages.
#[cfg(feature = "protobuf")]
fn messages(contract: &Contract) -> Result<Box<dyn Language>, Error> {
    Ok(Box::new(Messages::of(contract)?))
}

/// Without the feature no front end reads messages, so the only messages are existing ones.
#[cfg(not(feature = "protobuf"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature, descriptors are decoded")]
fn messages(_: &Contract) -> Result<Box<dyn Language>, Error> {
    Ok(Box::new(ExistingMessage))
}

//! Resolves the schema of a writer to the schemas of this consumer.

use super::errors::Unusable;
use super::language::{LanguageReaders, Writer};
use super::list;
use crate::EventKind;
use crate::registry::{RegisteredSchema, SchemaKey};

/// How the values of a writer's schema are read, or why none can be. Both are cached, so that a topic full of values that
/// cannot be read does not parse their schema for each of them.
pub(crate) type WriterSchema = Result<Box<dyn Writer>, Unusable>;

/// The schemas of one topic's events in all languages.
#[derive(Debug)]
pub(crate) struct Readers(Vec<Box<dyn LanguageReaders>>);

impl Readers {
    /// The schemas of these kinds of event.
    ///
    /// # Errors
    /// The name of an event whose embedded schema cannot be used, and why.
    pub(crate) fn new(kinds: &'static [EventKind]) -> Result<Self, String> {
        let readers = list::readers(kinds)?;
        for kind in kinds {
            let language = kind.schema().schema_type();
            if readers.iter().all(|readers| readers.language() != language) {
                return Err(format!(
                    "`{}` is in `{language}`; this build reads {}",
                    kind.name,
                    list::READABLE
                ));
            }
        }
        Ok(Self(readers))
    }

    /// How the values of a registered schema are read. `referenced` are the texts of the schemas that it refers to.
    pub(crate) fn writer(
        &self,
        id: SchemaKey,
        schema: &RegisteredSchema,
        referenced: &[String],
    ) -> WriterSchema {
        let language = &schema.schema_type;
        match self.0.iter().find(|readers| readers.language() == *language) {
            Some(readers) => readers.writer(id, &schema.text, referenced),
            None => Err(Unusable::ForeignLanguage {
                id,
                language: language.to_string(),
                readable: list::READABLE,
            }),
        }
    }
}

//! Responses that never change: in a context an id names one schema for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{RegisteredSchema, SchemaId};

/// Responses that are kept for the life of a client.
#[derive(Debug, Default)]
pub(super) struct Cache {
    /// The schemas by their ids.
    schemas: Mutex<HashMap<SchemaId, Vec<Known>>>,
}

/// A schema, and the subject that it was requested with.
type Known = (String, Arc<RegisteredSchema>);

impl Cache {
    pub(super) fn schema(&self, id: SchemaId, subject: &str) -> Option<Arc<RegisteredSchema>> {
        let schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        let known = schemas.get(&id)?.iter().find(|(known, _)| known == subject)?;
        Some(Arc::clone(&known.1))
    }

    pub(super) fn keep_schema(&self, id: SchemaId, subject: String, schema: &Arc<RegisteredSchema>) {
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        schemas.entry(id).or_default().push((subject, Arc::clone(schema)));
    }
}

//! Responses that never change: an id names one schema for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{RegisteredSchema, SchemaId};

/// Responses that are kept for the life of a client.
#[derive(Debug, Default)]
pub(super) struct Cache {
    schemas: Mutex<HashMap<SchemaId, Arc<RegisteredSchema>>>,
}

impl Cache {
    pub(super) fn schema(&self, id: SchemaId) -> Option<Arc<RegisteredSchema>> {
        self.schemas.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    pub(super) fn keep_schema(&self, id: SchemaId, schema: &Arc<RegisteredSchema>) {
        self.schemas.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(schema));
    }
}

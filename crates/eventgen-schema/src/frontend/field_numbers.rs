//! Fields that are identified by numbers.

use super::list::front_ends;
use crate::contract::{Contract, Event, FieldPath};

impl Contract {
    /// The numbers of the fields of a path of an event; none if its language identifies fields by names.
    pub(crate) fn field_numbers(&self, event: &Event, path: &FieldPath) -> Vec<u32> {
        let front_end =
            front_ends().into_iter().find(|front_end| front_end.schema_type() == event.schema_type);
        front_end.map(|front_end| front_end.field_numbers(self, event, path)).unwrap_or_default()
    }
}

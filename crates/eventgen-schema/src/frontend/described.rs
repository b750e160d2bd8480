//! Describes events by the front end of their language.

use super::description;
use super::list::front_ends;
use crate::contract::{Contract, Description, Event};

/// Describes the schema of an event for people: its types with their documentation, and an example.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/orders");
/// let contract = eventgen_schema::Loader::new().path(path).load()?.contract;
/// let description = eventgen_schema::describe(&contract, &contract.events[0]);
/// assert_eq!(description.types[0].name, "com.example.orders.OrderEvent");
/// # Ok(())
/// # }
/// ```
pub fn describe(contract: &Contract, event: &Event) -> Description {
    let front_end = front_ends().into_iter().find(|front_end| front_end.schema_type() == event.schema_type);
    match front_end {
        Some(front_end) => front_end.describe(contract, event),
        None => description::of_graph(contract.types_of(event), event.type_id),
    }
}

//! The service: its events, and what it does with them.

use eventgen::{Delivery, HandlerError};

use events::OrderPlaced;
<%- if p.is_derived %>
pub mod events;

<% else %>
mod generated {
    eventgen::include_events!();
}
/// The events of `schemas`.
pub use generated::com::example::« p.package » as events;

<% endif -%>
/// The topic `« p.topic »` with its producer and its consumer.
pub use events::« p.pascal »OrdersV1 as Orders;

/// The group of this service, as the contract names it.
« p.group_constant »
/// The name of the topic.
« p.topic_constant »

/// Handles orders.
pub struct Service;

impl events::« p.pascal »OrdersV1Handler for Service {
    async fn order_placed(&self, event: OrderPlaced, _: &Delivery) -> Result<(), HandlerError> {
        // Goes to the dead letters at once. Any other error is tried again first, as the contract says.
        if event.quantity < 1 {
            return Err(HandlerError::reject("an order without pieces"));
        }
        println!("{} pieces for {}", event.quantity, event.customer_id);
        // The offset is committed after this.
        Ok(())
    }
}

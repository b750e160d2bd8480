//! The handler: what this service does with an order event.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use eventgen::{Delivery, HandlerError};

use crate::events::com::example::orders::{OrderEvent, OrdersEventsV1Handler};

/// An order with this note fails at its first attempt: a warehouse that answers a moment later.
pub const WAREHOUSE_BUSY: &str = "warehouse busy";
/// An order with this note fails at every attempt.
pub const WAREHOUSE_CLOSED: &str = "warehouse closed";

/// Ships orders, and keeps a book of what it shipped. Clones share the book.
#[derive(Debug, Clone, Default)]
pub struct Fulfilment {
    book: Arc<Mutex<Book>>,
}

/// What was shipped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// The ids of each customer's orders, in the order of handling.
    pub by_customer: HashMap<String, Vec<String>>,
    /// How many orders needed another attempt and then went through.
    pub recovered: usize,
}

impl Book {
    /// Whether each customer's orders were handled with rising ids.
    pub fn is_in_order(&self) -> bool {
        self.by_customer.values().all(|orders| orders.is_sorted())
    }
}

/// A warehouse that does not ship.
#[derive(Debug)]
struct WarehouseError(&'static str);

impl fmt::Display for WarehouseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the warehouse is {}", self.0)
    }
}

impl std::error::Error for WarehouseError {}

impl Fulfilment {
    /// The book as it is now.
    pub fn book(&self) -> Book {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl OrdersEventsV1Handler for Fulfilment {
    async fn order_event(&self, event: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        if event.payload.lines.is_empty() {
            return Err(HandlerError::reject("an order without lines"));
        }
        match event.payload.note.as_deref() {
            // Any error is retried as the contract says.
            Some(WAREHOUSE_BUSY) if delivery.attempt == 1 => Err(WarehouseError("busy"))?,
            Some(WAREHOUSE_CLOSED) => Err(WarehouseError("closed"))?,
            _ => {}
        }
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.recovered += usize::from(delivery.attempt > 1);
        book.by_customer.entry(event.customer_id).or_default().push(event.order_id);
        Ok(())
    }
}

//! A service that dispatches parcels: the handler of shipment events.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use eventgen::{Delivery, HandlerError};

use crate::events::{ParcelId, ShipmentEvent, ShipmentsEventsV1Handler};

/// A parcel with this note fails at its first attempt.
pub const GATE_BUSY: &str = "gate busy";
/// A parcel with this note fails at every attempt.
pub const GATE_CLOSED: &str = "gate closed";

/// Dispatches parcels and records them in a book. Clones share the book.
#[derive(Debug, Clone, Default)]
pub struct Dispatch {
    book: Arc<Mutex<Book>>,
}

/// The dispatched parcels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// The ids of each customer's parcels, in the order of handling.
    pub by_customer: HashMap<Arc<str>, Vec<ParcelId>>,
    /// How many parcels succeeded after a retry.
    pub recovered: usize,
}

impl Book {
    /// Whether the parcels of each customer were handled in ascending order.
    pub fn is_in_order(&self) -> bool {
        self.by_customer.values().all(|parcels| parcels.is_sorted())
    }
}

/// A gate that is not open.
#[derive(Debug)]
struct GateError(&'static str);

impl fmt::Display for GateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the gate is {}", self.0)
    }
}

impl std::error::Error for GateError {}

impl Dispatch {
    /// A copy of the current book.
    pub fn book(&self) -> Book {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ShipmentsEventsV1Handler for Dispatch {
    async fn shipment_event(&self, event: ShipmentEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        if event.items.is_empty() {
            return Err(HandlerError::reject("the parcel is empty"));
        }
        match event.note.as_deref() {
            // Any error is retried, as the contract specifies.
            Some(GATE_BUSY) if delivery.attempt == 1 => Err(GateError("busy"))?,
            Some(GATE_CLOSED) => Err(GateError("closed"))?,
            _ => {}
        }
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.recovered += usize::from(delivery.attempt > 1);
        book.by_customer.entry(event.customer.id).or_default().push(event.parcel);
        Ok(())
    }
}

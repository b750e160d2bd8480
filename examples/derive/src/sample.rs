//! Sample shipment events.

use std::time::SystemTime;

use eventgen::types::rust_decimal::Decimal;
use eventgen::types::uuid::Uuid;

use crate::dispatch::{GATE_BUSY, GATE_CLOSED};
use crate::events::{Carrier, Customer, Item, ParcelId, ShipmentEvent, Status, Vehicle};

/// `count` events that alternate between `customers` customers. Ids ascend, also from one run to the next. Every 50th event
/// fails once, every 120th always, and every 150th is empty.
pub fn shipments(run: u64, count: usize, customers: usize) -> impl Iterator<Item = ShipmentEvent> {
    (1..=count).map(move |number| {
        let mut shipment = shipment(number, &format!("customer-{:02}", number % customers));
        shipment.parcel = ParcelId(Uuid::from_u64_pair(run, number as u64));
        if number % 150 == 0 {
            shipment.items.clear();
        } else if number % 120 == 0 {
            shipment.note = Some(GATE_CLOSED.to_owned());
        } else if number % 50 == 0 {
            shipment.note = Some(GATE_BUSY.to_owned());
        }
        shipment
    })
}

/// An event that is handled without errors.
pub fn shipment(number: usize, customer: &str) -> ShipmentEvent {
    let carrier = match number % 3 {
        0 => Carrier::Pickup,
        1 => Carrier::Post { tracking: format!("RR{number:09}DE") },
        _ => Carrier::Own(Vehicle { plate: "B-EG 1".to_owned(), load: 17 }),
    };
    ShipmentEvent {
        parcel: ParcelId(Uuid::from_u64_pair(0, number as u64)),
        customer: Customer { id: customer.into(), express: number.is_multiple_of(2) },
        status: Status::Sent,
        carrier,
        items: vec![Item {
            sku: format!("sku-{:03}", number % 7),
            quantity: 1,
            insured_value: Decimal::new(1_995, 2),
        }],
        due: None,
        note: None,
        at: SystemTime::now().into(),
    }
}

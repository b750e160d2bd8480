//! A service that counts the parcels in each depot.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use eventgen::{Delivery, HandlerError};

use crate::scans::{Depot, Direction, ParcelScanned, ParcelsScansV1Handler, Position, Scanner};

/// The number of parcels in each depot. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Board {
    parcels: Arc<Mutex<BTreeMap<String, i64>>>,
}

impl Board {
    /// The current number of parcels in each depot.
    pub fn parcels(&self) -> BTreeMap<String, i64> {
        self.parcels.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ParcelsScansV1Handler for Board {
    async fn parcel_scanned(&self, event: ParcelScanned, _: &Delivery) -> Result<(), HandlerError> {
        let change = match event.direction() {
            Direction::Arriving => 1,
            Direction::Leaving => -1,
            Direction::Unspecified => return Err(HandlerError::reject("a scan without a direction")),
        };
        let depot = event.depot.ok_or_else(|| HandlerError::reject("a scan without a depot"))?;
        let mut parcels = self.parcels.lock().unwrap_or_else(PoisonError::into_inner);
        *parcels.entry(depot.id).or_default() += change;
        Ok(())
    }
}

/// `count` scans that alternate between three depots. One in four parcels leaves. The last scan has no direction.
pub fn scans(count: usize) -> impl Iterator<Item = ParcelScanned> {
    (1..=count).map(move |number| {
        let direction = match number {
            last if last == count => Direction::Unspecified,
            number if number % 4 == 0 => Direction::Leaving,
            _ => Direction::Arriving,
        };
        scan(number, &format!("depot-{}", number % 3), direction)
    })
}

/// A scan of a parcel.
pub fn scan(number: usize, depot: &str, direction: Direction) -> ParcelScanned {
    ParcelScanned {
        parcel: format!("parcel-{number:03}"),
        depot: Some(Depot {
            id: depot.to_owned(),
            position: Some(Position { latitude: 52.52, longitude: 13.405 }),
        }),
        direction: direction.into(),
        at: Some(SystemTime::now().into()),
        scanner: Some(match u32::try_from(number % 5) {
            Ok(gate) if gate > 0 => Scanner::Gate(gate),
            _ => Scanner::Person("Ada".to_owned()),
        }),
    }
}

//! Events in Protobuf: the annotation is an option of the message, and messages are those of prost.

use std::time::{Duration, SystemTime};

use eventgen::{Delivery, Error, HandlerError};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::parcels::{
    Depot, ParcelScanned, ShopParcelsV1, ShopParcelsV1Handler, shop_parcels_v1,
};

const GROUP: &str = shop_parcels_v1::groups::TRACKING;

struct Tracking;

impl ShopParcelsV1Handler for Tracking {
    async fn parcel_scanned(&self, event: ParcelScanned, delivery: &Delivery) -> Result<(), HandlerError> {
        // Fields that are messages may be absent in Protobuf, and other producers may leave them out.
        let depot = event.depot.ok_or_else(|| HandlerError::reject("a scan without a depot"))?;
        let key = delivery.key.as_deref().unwrap_or_default();
        println!("{} is in {}, key {}", event.parcel, depot.id, String::from_utf8_lossy(key));
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopParcelsV1>().await?;
    let client = cluster.client()?;
    let parcels = ShopParcelsV1::producer(&client).await?;
    let scan = ParcelScanned {
        parcel: "parcel-1".to_owned(),
        depot: Some(Depot { id: "north".to_owned() }),
        at: Some(SystemTime::now().into()),
    };
    parcels.send(&scan).await?;
    // The key is a field of the depot: without it the record would have no order.
    match parcels.send(&ParcelScanned { depot: None, ..scan }).await {
        Err(Error::Encode { source, .. }) => println!("not sent: {source}"),
        other => return Err(format!("{other:?}").into()),
    }

    let shutdown = async {
        let _ = caught_up(&client, GROUP, shop_parcels_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    ShopParcelsV1::consumer(&client, GROUP, Tracking).run_until(shutdown).await?;
    Ok(())
}

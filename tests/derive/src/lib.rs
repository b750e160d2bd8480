//! Types that are derived and types that are generated, of the same schemas.

pub mod everything;
pub mod messages;
pub mod orders;
pub mod written_by_prost;

/// What a build script makes of the exported schemas.
pub mod generated {
    eventgen::include_events!();
}

/// What a build script makes of the orders sample.
pub mod generated_orders {
    include!(concat!(env!("OUT_DIR"), "/orders/eventgen.rs"));
}

//! Derived types, and generated types for the same schemas.

pub mod everything;
pub mod messages;
pub mod orders;
pub mod written_by_prost;

/// Generated from the exported schemas.
pub mod generated {
    eventgen::include_events!();
}

/// Generated from the orders sample.
pub mod generated_orders {
    include!(concat!(env!("OUT_DIR"), "/orders/eventgen.rs"));
}

/// The examples in the documentation of the derive macros.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../../crates/eventgen-derive/src/docs/kafka_event.md")]
    mod kafka_event {}
    #[doc = include_str!("../../../crates/eventgen-derive/src/docs/avro_type.md")]
    mod avro_type {}
    #[doc = include_str!("../../../crates/eventgen-derive/src/docs/protobuf_type.md")]
    mod protobuf_type {}
}

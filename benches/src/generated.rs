//! What eventgen generates for the three events, with and without their logical types.

use std::fmt::Debug;

use eventgen::avro::{Decode, Encode};

/// What is measured of a generated type.
pub(crate) trait Codec: Encode + for<'a> Decode<'a> + Clone + PartialEq + Debug + 'static {}

impl<T: Encode + for<'a> Decode<'a> + Clone + PartialEq + Debug + 'static> Codec for T {}

macro_rules! modules {
    ($($module:ident: $folder:literal;)*) => {$(
        #[doc = concat!("Generated from `", $folder, ".avsc`.")]
        #[allow(dead_code, reason = "a benchmark reads no fields")]
        pub(crate) mod $module {
            include!(concat!(env!("OUT_DIR"), "/", $folder, "/eventgen.rs"));
        }
    )*};
}

modules! {
    order_small: "order_small";
    order_small_plain: "order_small.plain";
    order_lines: "order_lines";
    order_lines_plain: "order_lines.plain";
    telemetry: "telemetry";
    telemetry_plain: "telemetry.plain";
    order_small_compact: "order_small.compact";
    order_lines_compact: "order_lines.compact";
    telemetry_compact: "telemetry.compact";
}

//! Schemas of dates, UUIDs and numbers of other crates.

use super::std_types::plain_type;
use super::{AvroType, Definition, Fragment};
use crate::Duration;

/// Types with a logical type: the methods that write and read them, and their schema.
macro_rules! logical_types {
    ($($ty:ty: $method:ident, $size:literal, $text:literal, $canonical:literal;)*) => {$(
        plain_type!($ty, $size, $text, $canonical, |sink, value| sink.$method(value), |reader| reader.$method());
    )*};
}

logical_types! {
    uuid::Uuid: uuid, 1, r#"{"type":"string","logicalType":"uuid"}"#, r#""string""#;
    bigdecimal::BigDecimal: big_decimal, 1, r#"{"type":"bytes","logicalType":"big-decimal"}"#, r#""bytes""#;
    chrono::NaiveDate: date, 1, r#"{"type":"int","logicalType":"date"}"#, r#""int""#;
    chrono::NaiveTime: time_micros, 1, r#"{"type":"long","logicalType":"time-micros"}"#, r#""long""#;
    chrono::DateTime<chrono::Utc>: timestamp_micros, 1,
        r#"{"type":"long","logicalType":"timestamp-micros"}"#, r#""long""#;
    chrono::NaiveDateTime: local_timestamp_micros, 1,
        r#"{"type":"long","logicalType":"local-timestamp-micros"}"#, r#""long""#;
}

#[cfg(feature = "jiff")]
logical_types! {
    jiff::civil::Date: date, 1, r#"{"type":"int","logicalType":"date"}"#, r#""int""#;
    jiff::civil::Time: time_micros, 1, r#"{"type":"long","logicalType":"time-micros"}"#, r#""long""#;
    jiff::Timestamp: timestamp_micros, 1, r#"{"type":"long","logicalType":"timestamp-micros"}"#, r#""long""#;
    jiff::civil::DateTime: local_timestamp_micros, 1,
        r#"{"type":"long","logicalType":"local-timestamp-micros"}"#, r#""long""#;
}

impl AvroType for Duration {
    fn definition() -> &'static Definition {
        static DEFINITION: Definition = Definition {
            name: Some("Duration"),
            namespace: Some("eventgen"),
            is_union: false,
            text: &[Fragment::Text(
                r#"{"type":"fixed","name":"Duration","namespace":"eventgen","size":12,"logicalType":"duration"}"#,
            )],
            canonical: &[Fragment::Text(r#"{"name":"eventgen.Duration","type":"fixed","size":12}"#)],
            fields: &[],
        };
        &DEFINITION
    }
}

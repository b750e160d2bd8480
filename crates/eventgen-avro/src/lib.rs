//! Apache Avro for eventgen: the model and the parser of schemas, the binary codec that generated code calls, and schema
//! resolution ([specification 1.12](https://avro.apache.org/docs/1.12.0/specification/)).
//!
//! ```
//! use eventgen_avro::{Limits, Plan, Schema, read, write};
//!
//! let mut payload = Vec::new();
//! write(&7_i32, &mut payload)?;
//! assert_eq!(payload, [14]);
//! assert_eq!(read::<i32>(&payload)?, 7);
//!
//! // A payload of another version of the schema: the writer's `int` becomes the reader's `long`.
//! let plan = Plan::between(&Schema::parse(r#""int""#)?, &Schema::parse(r#""long""#)?)?;
//! let mut scratch = Vec::new();
//! assert_eq!(plan.read::<i64>(&payload, Limits::default(), &mut scratch)?, 7);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | contents |
//! |---|---|
//! | [`model`] | schemas as a graph of types; canonical form, fingerprint, layout hash |
//! | [`parse`](mod@parse) | JSON with locations to the model; problems with causes and locations |
//! | `codec` | [`Encode`] and [`Decode`], payloads, limits, errors |
//! | `describe` | [`AvroType`]: Rust types that describe their own schema |
//! | `resolve` | [`Schema`] and [`Plan`]: payloads of other versions of a schema |
//!
//! Without the feature `codec`, schemas are parsed and compared, and no payload is read or written.
#![cfg_attr(
    feature = "codec",
    expect(
        clippy::inline_always,
        reason = "by measurement: what a record is made of must become one piece of code"
    )
)]

#[cfg(feature = "codec")]
mod codec;
#[cfg(feature = "codec")]
mod describe;
pub mod model;
pub mod parse;
#[cfg_attr(not(feature = "codec"), allow(dead_code, reason = "schemas are compared; no payload is read"))]
mod resolve;

#[cfg(all(feature = "codec", feature = "serde"))]
pub use codec::fixed_bytes;
#[cfg(feature = "codec")]
#[doc(hidden)]
pub use codec::{
    AdaptedSink, Branch, BranchValue, Buffer, LogicalSink, Part, ValueSink, default_value, part, read_with,
    write_with,
};
#[cfg(feature = "codec")]
pub use codec::{
    DateValue, DecimalValue, Decode, DecodeError, DecodeErrorKind, Duration, Encode, EncodeError,
    IntegerValue, Limits, LocalTimestampValue, MAX_DEPTH, Number, NumberIter, NumberSlice, TimeValue,
    TimestampValue, Unit, read, read_into, split_branch, write,
};
#[cfg(feature = "codec")]
pub use codec::{Reader, Sink};
#[cfg(feature = "codec")]
pub use describe::AvroType;
#[cfg(feature = "codec")]
#[doc(hidden)]
pub use describe::{Definition, Field, Fragment, compose};
#[doc(hidden)]
pub use model::{Composite, layout_of};
pub use model::{canonical_form, fingerprint};
#[cfg(feature = "codec")]
pub use resolve::read_event;
pub use resolve::{Plan, PlanError, Schema, SchemaError, Unresolvable, check_resolution};

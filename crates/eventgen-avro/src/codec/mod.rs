//! The binary codec (specification 1.12, "Binary Encoding"): generated types write themselves into a [`Sink`] and read
//! themselves from a [`Reader`]; nothing generic stands in between.
//!
//! Reading trusts no byte: lengths and counts are checked against what is left before anything is allocated.

mod branch;
mod containers;
mod error;
mod integer;
mod limits;
pub(crate) mod logical;
mod nesting;
mod number_slice;
mod numbers;
pub mod part;
mod payload;
mod reader;
mod strings;
mod traits;
pub(crate) mod unchecked;
mod values;
mod zigzag;

pub use branch::Branch;
pub use error::{DecodeError, DecodeErrorKind, EncodeError};
pub use integer::IntegerValue;
pub use limits::{Limits, MAX_DEPTH};
#[cfg(feature = "serde")]
pub use logical::fixed_bytes;
pub use logical::{
    DateValue, DecimalValue, Duration, LocalTimestampValue, LogicalSink, TimeValue, TimestampValue, Unit,
};
pub use number_slice::{Number, NumberIter, NumberSlice};
pub(crate) use numbers::small;
pub(crate) use payload::finish;
pub use payload::{Buffer, read, read_into, read_with, split_branch, write, write_with};
pub use reader::Reader;
pub use traits::{AdaptedSink, BranchValue, Decode, Encode, Sink, ValueSink};
pub use unchecked::Part;
pub use values::default_value;

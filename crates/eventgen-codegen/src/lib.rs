//! Generates the Rust of a contract: types with their Avro codec, events, topics, producers and consumers.
//!
//! Generation is a pure function of the contract and the settings. It reads no files, environment or clock, and writes the
//! same bytes on every run. `model` analyses the contract, `emit` writes tokens, `format` lays them out.
#![forbid(unsafe_code)]

mod emit;
mod error;
mod format;
mod generate;
mod implement;
mod model;
mod settings;

pub use emit::protobuf::existing::field_number;
pub use error::Error;
pub use generate::{generate, generate_with, type_paths};
pub use implement::{Implementation, field_name, implement, variant_names};
pub use model::existing::{Branch, Data, Existing, Kind, Representation};
pub use settings::{BadSetting, Dates, Decimals, Settings};

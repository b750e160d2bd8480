//! `eventgen.toml`: the locations of the schemas, defaults, settings of single topics, environments.

mod address;
mod client_properties;
mod discover;
mod environment;
mod file;
mod naming;
mod read;
mod rust;

pub use address::without_credentials;
pub use environment::Environment;
pub(crate) use environment::Production;
pub use file::{FILE_NAME, Manifest};
pub use rust::{Dates, Decimals, RustSetting, RustSettings};

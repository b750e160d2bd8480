//! Generates what a contract implies besides Rust: alert rules for Prometheus.
//!
//! Generation is a pure function of the contract and the settings. It reads no files, environment or clock, and writes the
//! same bytes on every run. Each kind of file has one template under `templates` and one module here, which prepares what
//! the template shows.
//!
//! ```text
//! Contract, Settings ─▶ monitored (what is watched) ─▶ prometheus ─▶ Files
//!                                   ▲
//!                        exporter (names of metrics)
//! ```
#![forbid(unsafe_code)]

mod duration;
mod error;
mod exporter;
mod file;
mod monitored;
pub mod prometheus;
mod quote;
mod settings;

pub use error::Error;
pub use exporter::Exporter;
pub use file::File;
pub use settings::Settings;

//! Generates what a contract implies besides Rust: alert rules for Prometheus and dashboards for Grafana.
//!
//! Generation is a pure function of the contract and the settings. It reads no files, environment or clock, and writes the
//! same bytes on every run. Each kind of file has one module here. Text has a template under `templates`, for which the module
//! prepares what it shows; JSON has types.
//!
//! ```text
//! Contract, Settings ─▶ monitored (what is watched) ─▶ prometheus, grafana ─▶ Files
//!                                   ▲
//!                        exporter (names of metrics)
//! ```
#![forbid(unsafe_code)]

mod duration;
mod error;
mod exporter;
mod file;
pub mod grafana;
mod monitored;
pub mod prometheus;
mod quote;
mod runtime;
mod settings;

pub use error::Error;
pub use exporter::Exporter;
pub use file::File;
pub use settings::Settings;

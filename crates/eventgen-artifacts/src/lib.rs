//! Generates what a contract implies besides Rust: alert rules for Prometheus, dashboards for Grafana, topics and rights for
//! the tools that create them, the contract itself as JSON and as an `AsyncAPI` document, a catalogue of static pages, the
//! table of an outbox, the files of a new project, and schemas for editors.
//!
//! Generation is a pure function of the contract and the settings. It reads no files, environment or clock, and writes the
//! same bytes on every run. Each kind of file has one module here. Text has a template under `templates`, for which the module
//! prepares what it shows; JSON has types.
//!
//! ```text
//! Contract, Settings ─▶ monitored (what is watched) ─▶ prometheus, grafana ─▶ Files
//!                                   ▲
//!                        exporter (names of metrics)
//! Contract, settings ─▶ cluster (topics, rights) ─▶ asyncapi, strimzi, terraform, shell; json ─▶ Files
//! ```
#![forbid(unsafe_code)]

pub mod asyncapi;
pub mod catalogue;
pub mod ci;
mod cluster;
mod duration;
pub mod editor;
mod error;
mod exporter;
mod file;
pub mod grafana;
mod hash;
pub mod json;
mod monitored;
pub mod outbox;
pub mod project;
pub mod prometheus;
mod quote;
mod runtime;
mod settings;
pub mod shell;
pub mod strimzi;
pub mod terraform;

pub use error::Error;
pub use exporter::Exporter;
pub use file::File;
pub use settings::Settings;

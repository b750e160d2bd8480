//! The `eventgen` command as its users run it: what it prints where, and the exit codes that scripts rely on.

mod artefacts;
mod check;
mod compat;
mod connection;
mod diff;
mod diff_registry;
mod dlq;
mod docs;
mod explain;
mod generate;
mod grafana;
mod import;
mod lag;
mod manual;
mod new;
mod operating;
mod prometheus;
mod register;
mod register_many;
mod register_pairs;
mod register_plan;
mod reports;
mod rust_settings;
mod send;
mod support;
mod tail;

//! What is generated from the sample contracts and from random ones.

mod asyncapi;
mod catalogue;
mod contracts;
mod dashboards;
mod editor;
mod exports;
mod goldens;
mod json;
mod judges;
mod names;
mod promql;
mod promtool;
mod random;
mod rules;
mod sdk;
mod series;
mod shell;
mod strimzi;
mod terraform;
mod typed_keys;
mod workflow;

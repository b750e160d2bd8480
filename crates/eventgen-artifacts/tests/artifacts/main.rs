//! What is generated from the sample contracts and from random ones.

mod contracts;
mod dashboards;
mod goldens;
mod names;
mod promql;
mod promtool;
mod random;
mod rules;
mod sdk;
mod series;

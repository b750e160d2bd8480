//! What is generated from the sample contracts and from random ones.

mod contracts;
mod dashboards;
mod goldens;
mod names;
mod promtool;
mod random;
mod sdk;

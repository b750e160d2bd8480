//! What producers and consumers emit.

mod catalog;
mod emitted;
mod exporters;
mod series;
mod support;
mod traces;

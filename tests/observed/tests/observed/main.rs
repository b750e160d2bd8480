//! What producers and consumers emit.

mod catalog;
mod emitted;
mod exporters;
mod logs;
mod series;
mod support;
mod traces;

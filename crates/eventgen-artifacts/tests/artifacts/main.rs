//! What is generated from the sample contracts and from random ones.

mod contracts;
mod goldens;
mod names;
mod promtool;
mod random;

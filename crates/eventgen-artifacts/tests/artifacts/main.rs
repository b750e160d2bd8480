//! What is generated of the sample contracts and of random ones.

mod contracts;
mod goldens;

//! What the end-to-end tests share. The tests are in `tests/real`.

pub mod compliance;

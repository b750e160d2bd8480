//! The tests are in `tests/real`.

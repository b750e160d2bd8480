//! The failing examples under `tests/diagnostics`: what is printed for them, the pages that explain them, and what becomes
//! of them when they are changed at random. And the comparison of two contracts, and
//! what is suggested for unknown types.

mod changes;
mod diagnostics;
mod explain;
mod mutations;
mod suggestions;
mod support;

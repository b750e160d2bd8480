//! The failing examples under `tests/diagnostics`, what is printed for them, and the pages that explain them.

mod diagnostics;
mod explain;
mod support;

//! What the tests in `tests/real` share with the program `member`, which they run many times at once.

pub mod backlog;

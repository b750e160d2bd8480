//! Code that the tests in `tests/real` share with the program `member`, of which they run several processes.

pub mod backlog;

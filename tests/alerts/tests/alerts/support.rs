//! What all parts of the test use.

use std::env;
use std::time::Duration;

/// How long an alert or a server may take. No test takes this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
pub(crate) const SHORT: Duration = Duration::from_millis(200);

/// The value of a variable that `cargo xtask test` sets.
pub(crate) fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test --only alerts`"))
}

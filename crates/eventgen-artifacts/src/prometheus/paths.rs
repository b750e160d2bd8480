//! The paths of the files.

/// The path of the rules.
pub const RULES: &str = "kafka.rules.yml";

/// The path of the tests. They are in a folder of their own, which a pattern for rule files does not match.
pub const TESTS: &str = "tests/kafka.rules.test.yml";

//! What the derive says of every mistake: `TRYBUILD=overwrite` takes the messages as they are.

#[test]
fn every_mistake_is_pointed_at() {
    trybuild::TestCases::new().compile_fail("tests/mistakes/*.rs");
}

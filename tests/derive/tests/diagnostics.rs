//! The errors of the derive macros. `TRYBUILD=overwrite` replaces the snapshots.

#[test]
fn every_error_is_reported_where_it_is() {
    trybuild::TestCases::new().compile_fail("tests/diagnostics/*.rs");
}

//! Whether generated code and this crate fit together.

/// What generated code relies on; a change that code of an earlier generator does not compile or work with counts it up.
/// `eventgen-codegen` writes the number that it was made for.
const GENERATED_FOR: u32 = 1;

/// Called in a constant of each generated file, so that a mismatch is one compile error that says what to do.
#[doc(hidden)]
pub const fn generated_for(version: u32) {
    assert!(
        version == GENERATED_FOR,
        "this code was generated for another version of the crate `eventgen`: use `eventgen-build` or `eventgen-cli` of \
         the same version as `eventgen`, and generate it again"
    );
}

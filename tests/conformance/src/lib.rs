//! The generated code that the tests of this package are about. That it compiles here is the first of them: no warning
//! of the compiler, of clippy or of rustdoc is let through, whatever the schemas are called and say.
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]

/// The orders sample.
pub mod orders {
    include!(concat!(env!("OUT_DIR"), "/orders/eventgen.rs"));
}

/// The schemas of this package: every supported type, awkward names and docs.
pub mod conformance {
    include!(concat!(env!("OUT_DIR"), "/conformance/eventgen.rs"));
}

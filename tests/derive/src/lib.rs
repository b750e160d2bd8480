//! Types that are derived and types that are generated, of the same schemas.

pub mod everything;

/// What a build script makes of the exported schemas.
pub mod generated {
    eventgen::include_events!();
}

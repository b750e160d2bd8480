//! Turns on the planted bugs, and the schema of `tests/chaos` into Rust.

fn main() -> Result<(), eventgen_build::Error> {
    println!("cargo::rustc-cfg=eventgen_planted");
    eventgen_build::configure().compile("../chaos/schemas")
}

//! Turns the schema into Rust.

fn main() -> Result<(), eventgen_build::Error> {
    eventgen_build::configure().compile("schemas")
}

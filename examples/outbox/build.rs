//! Generates the events of `schemas/`.

fn main() -> Result<(), eventgen_build::Error> {
    eventgen_build::configure().compile("schemas")
}

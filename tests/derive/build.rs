//! Generates the exported schemas: the types that derived ones are held against.

fn main() -> Result<(), eventgen_build::Error> {
    eventgen_build::configure().compile("schemas")
}

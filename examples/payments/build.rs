//! Turns the annotated schemas into Rust.

fn main() -> Result<(), eventgen_build::Error> {
    eventgen_build::configure().compile("../../schemas/payments")
}

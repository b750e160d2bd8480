//! Generates the event.

fn main() -> Result<(), eventgen_build::Error> {
    eventgen_build::configure().compile("order.avsc")
}

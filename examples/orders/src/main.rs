//! x
mod events {
    eventgen::include_events!();
}
fn main() {}

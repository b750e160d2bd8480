//! A member of a consumer group.

use chaos_tests::stream;

#[path = "../member/mod.rs"]
mod member;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    member::main()
}

//! The member of `tests/chaos` on the runtime with planted bugs. `EVENTGEN_PLANTED` names the one that this process has.

// Generated code names the runtime by this name.
extern crate eventgen_planted as eventgen;

#[path = "../../chaos/src/member/mod.rs"]
mod member;
#[path = "../../chaos/src/stream.rs"]
mod stream;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    member::main()
}

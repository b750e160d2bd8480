//! `eventgen outbox`: the relay of an outbox, and what somebody on call does with it.

mod address;
mod change;
mod database;
mod exposition;
mod list;
mod relay;
mod rows;
#[cfg(feature = "tls")]
mod tls;
#[cfg(not(feature = "tls"))]
#[path = "no_tls.rs"]
mod tls;

use crate::arguments::Outbox;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(crate) fn outbox(command: &Outbox, terminal: Terminal) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        match command {
            Outbox::Relay(arguments) => relay::relay(arguments, terminal).await,
            Outbox::List(arguments) => list::list(arguments).await,
            Outbox::Retry(arguments) => change::retry(&arguments.change).await,
            Outbox::Discard(arguments) => change::discard(&arguments.change).await,
        }
    });
    // A connection that does not answer is not waited for.
    runtime.shutdown_background();
    outcome
}

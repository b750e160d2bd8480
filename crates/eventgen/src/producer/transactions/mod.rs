//! Transactions: events of several topics that become visible together, or not at all.
//!
//! ```text
//! transaction(work) ─ begin ─▶ thread ─▶ session ─▶ librdkafka: init, begin
//!       work ─ send ─────────────────────────────▶ librdkafka: produce
//!                  ─ commit or abort ─▶ thread ─▶ session ─▶ librdkafka: commit, abort
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `producer`, `transaction` | what an application calls |
//! | `asked` | the records that the work asks for, which are written or abort the transaction |
//! | `nested` | recognizes a transaction within the work of another one of its producer |
//! | `open` | checks the settings of a session |
//! | `session` | one transactional id: which call follows which outcome; unit-tested without a broker |
//! | `thread` | the thread of a session, and the guard of an open transaction |
//! | `error` | how a transaction ends without a commit |
//!
//! # The thread
//! The calls of librdkafka that initialise, begin, commit and abort block, the last two for as long as the timeout of the
//! transaction. So each producer has a thread for them. Records are handed over on the caller's thread, because that does not
//! block. An open transaction is a guard: where it is dropped (a cancelled future, a panic), the thread aborts the transaction
//! before it begins another one.
//!
//! # Errors
//! | class | what the session does |
//! |---|---|
//! | retriable | The same call again, with pauses, until the timeout of the transaction is over. |
//! | abortable | It aborts the transaction: nothing of it becomes visible. |
//! | fenced | Another producer has the id. The session is over: taking the id back would fence the other producer, which would take it back in turn. If the timeout of the transaction is over, it is the coordinator that has ended it and fenced its producer, so that the producer is replaced. |
//! | fatal, and everything that librdkafka does not classify | It replaces the producer. |
//!
//! # Ends that are not known
//! A commit whose answer does not come may still be on its way, and the coordinator accepts it for as long as the producer has
//! its epoch, so that it would commit the next transaction halfway. librdkafka does not have KIP-890, which gives each
//! transaction an epoch of its own. So the session discards the producer and makes another one with the same transactional id:
//! that ends the old transaction and raises the epoch, and the coordinator refuses whatever comes late. It does so after every
//! end that was not answered at its first call, also if a later call has succeeded, and after every abort that has failed.
//!
//! librdkafka does not send an abort while it waits for the answer to the request that adds the first partition, and the
//! coordinator keeps the transaction open. So an abort waits a moment for the first record of its transaction, and replaces the
//! producer if that does not come.
//!
//! What remains: librdkafka repeats the request of an end by itself where its connection breaks, without telling. If the first
//! request waits inside of a broker until the second one is answered and the next transaction has begun, it ends that one.
//! Only the brokers and KIP-890 can rule this out.

mod asked;
mod error;
mod nested;
mod open;
mod producer;
mod session;
mod thread;
mod transaction;

pub use error::TransactionError;
pub(crate) use open::Opening;
pub(crate) use producer::PREPARE;
pub use producer::{TransactionalProducer, TransactionalProducerBuilder};
pub(crate) use session::{NotBegun, NotCommitted, Session};
pub use transaction::Transaction;

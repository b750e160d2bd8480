//! Clients that are kept for the next question about the same group.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::consumer::BaseConsumer;

use super::context::Context;
use super::next_records::Ages;

/// The most groups whose clients are kept: each client is a connection to each broker.
const MOST: usize = 8;
/// How long a client is kept that is not used. It is dropped when another one is returned.
const IDLE: Duration = Duration::from_secs(300);

/// The clients of groups that were asked about lately.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Client>>);

struct Client {
    group: String,
    asking: Asking,
    used: Instant,
}

/// What asks about a group: a client for its offsets, and one that reads the records that it handles next.
pub(super) struct Asking {
    pub(super) offsets: BaseConsumer<Context>,
    pub(super) ages: Ages,
}

impl Kept {
    /// Takes the client of a group. Another question that is asked meanwhile gets a client of its own.
    pub(super) fn take(&self, group: &str) -> Option<Asking> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = clients.iter().position(|client| client.group == group)?;
        Some(clients.swap_remove(found).asking)
    }

    /// Returns a client whose question was answered.
    pub(super) fn put(&self, group: &str, asking: Asking) {
        let used = Instant::now();
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |client: &Client| client.group == group || client.used + IDLE < used;
        let (mut over, kept): (Vec<Client>, _) = clients.drain(..).partition(is_over);
        *clients = kept;
        clients.push(Client { group: group.to_owned(), asking, used });
        if clients.len() > MOST {
            clients.sort_by_key(|client| client.used);
            over.push(clients.remove(0));
        }
        // Closing a client takes a moment, in which others may ask.
        drop(clients);
        drop(over);
    }
}

impl Drop for Kept {
    /// Closes the clients on a thread of its own, because the last handle may be dropped by a task.
    fn drop(&mut self) {
        let clients = std::mem::take(self.0.get_mut().unwrap_or_else(PoisonError::into_inner));
        if !clients.is_empty() {
            // Without a thread they are closed here.
            let _ = std::thread::Builder::new().name("eventgen lag".to_owned()).spawn(move || drop(clients));
        }
    }
}

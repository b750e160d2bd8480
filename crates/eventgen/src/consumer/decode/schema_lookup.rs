//! Looks up the schema ids of a topic's records in the registry.
//!
//! A worker never waits for the registry: for an id that is not known yet it gets [`Found::Pending`] and continues with
//! another record, while one task asks. However many records have the id, there is one request at a time for it. The task
//! ends with the first answer that settles the id:
//!
//! | the registry | the task |
//! |---|---|
//! | has the schema and all schemas that it refers to | keeps it, because an id never changes its schema |
//! | reports that there is no such id or reference (40401 to 40403) | asks again with back-off for the grace period, because a replica may lag and a restarted registry may still read its log. Then the id is unknown, which is kept for a while too |
//! | does not answer, refuses the credentials, answers anything else | asks again with back-off without a limit, because the record is not the cause |

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;

use super::writer_schema::{Readers, WriterSchema};
use crate::Delivery;
use crate::client::blocking;
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic;
use crate::observe::ConsumerEvent;
use crate::registry::{RegistryClient, RegistryError, SchemaKey};

/// The pause before the second request for an id, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long an unknown id is not asked for again.
const UNKNOWN_FOR: Duration = Duration::from_secs(60);
/// The most concurrent requests to the registry, for a topic full of ids that were never registered.
const CONCURRENT_REQUESTS: usize = 4;
/// Registries number schemas with positive 32-bit integers. Larger ids are not asked for: Confluent's registry refuses such a
/// request as invalid, which cannot be distinguished from a registry that fails.
const LARGEST_ID: u32 = i32::MAX as u32;
/// The most unknown ids that are kept. Beyond this number all of them are forgotten.
const UNKNOWN_KEPT: usize = 10_000;

/// What is known about an id.
pub(crate) enum Found {
    Known(Arc<WriterSchema>),
    Unknown,
    /// The registry is being asked.
    Pending(Settled),
    /// The task that asked panicked, with this message.
    Panicked(String),
}

/// Waits until an id is settled.
#[derive(Debug, Clone)]
pub(crate) struct Settled(watch::Receiver<()>);

impl Settled {
    pub(crate) async fn wait(mut self) {
        // Nothing is sent: the end of the task that asks, even by a panic, closes the channel.
        let _ = self.0.changed().await;
    }
}

/// Looks up schema ids for one consumer.
pub(crate) struct SchemaLookup {
    shared: Arc<Shared>,
}

struct Shared {
    registry: RegistryClient,
    /// A subject of the topic: its context is that of the ids.
    subject: &'static str,
    readers: Readers,
    grace: Duration,
    observers: Arc<Observers>,
    entries: RwLock<Entries>,
    inquiry: Arc<Inquiry>,
}

/// The state that the look-ups of all topics of a consumer share, because they ask one registry.
pub(crate) struct Inquiry {
    requests: Semaphore,
    /// Whether the last request failed for a reason other than the id.
    away: AtomicBool,
}

impl Default for Inquiry {
    fn default() -> Self {
        Self { requests: Semaphore::new(CONCURRENT_REQUESTS), away: AtomicBool::new(false) }
    }
}

#[derive(Default)]
struct Entries {
    by_id: HashMap<SchemaKey, Entry>,
    /// How many of the entries are unknown.
    unknown: usize,
}

impl Entries {
    fn settle(&mut self, id: SchemaKey, entry: Entry) {
        if matches!(entry, Entry::Unknown { .. }) {
            if self.unknown >= UNKNOWN_KEPT {
                self.by_id.retain(|_, entry| !matches!(entry, Entry::Unknown { .. }));
                self.unknown = 0;
            }
            self.unknown += 1;
        }
        self.by_id.insert(id, entry);
    }

    fn ask(&mut self, id: SchemaKey, entry: Entry) {
        if let Some(Entry::Unknown { .. }) = self.by_id.insert(id, entry) {
            self.unknown -= 1;
        }
    }
}

enum Entry {
    Known(Arc<WriterSchema>),
    Asked { settled: Settled, task: AbortHandle },
    Unknown { until: Instant },
    Panicked(String),
}

impl Entry {
    /// The result for a record with this id; `None` if the registry must be asked.
    fn found(&self) -> Option<Found> {
        match self {
            Self::Known(writer) => Some(Found::Known(Arc::clone(writer))),
            Self::Asked { settled, .. } => Some(Found::Pending(settled.clone())),
            Self::Unknown { until } => (Instant::now() < *until).then_some(Found::Unknown),
            Self::Panicked(message) => Some(Found::Panicked(message.clone())),
        }
    }
}

impl SchemaLookup {
    pub(crate) fn new(
        registry: RegistryClient,
        subject: &'static str,
        readers: Readers,
        inquiry: Arc<Inquiry>,
        grace: Duration,
        observers: Arc<Observers>,
    ) -> Self {
        let entries = RwLock::default();
        let shared = Shared { registry, subject, readers, grace, observers, entries, inquiry };
        Self { shared: Arc::new(shared) }
    }

    /// Returns what is known about an id, and asks the registry if nothing is. `delivery` is a record with this id.
    pub(crate) fn find(&self, id: SchemaKey, delivery: &Delivery) -> Found {
        if matches!(id, SchemaKey::Id(id) if id.0 > LARGEST_ID) {
            return Found::Unknown;
        }
        let known = self.shared.entries.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.by_id.get(&id).and_then(Entry::found) {
            return found;
        }
        drop(known);
        let mut entries = self.shared.entries();
        let before = entries.by_id.get(&id);
        if let Some(found) = before.and_then(Entry::found) {
            return found;
        }
        // An id has one grace period only. Otherwise later records would wait for a grace period each time.
        let grace = if before.is_some() { Duration::ZERO } else { self.shared.grace };
        let (asking, settled) = watch::channel(());
        let settled = Settled(settled);
        let task = tokio::spawn(settle(Arc::clone(&self.shared), id, grace, delivery.clone(), asking));
        entries.ask(id, Entry::Asked { settled: settled.clone(), task: task.abort_handle() });
        Found::Pending(settled)
    }
}

impl Drop for SchemaLookup {
    fn drop(&mut self) {
        for entry in self.shared.entries().by_id.values() {
            if let Entry::Asked { task, .. } = entry {
                task.abort();
            }
        }
    }
}

/// Asks until an id is settled, then lets the records go on that wait for it.
async fn settle(
    shared: Arc<Shared>,
    id: SchemaKey,
    grace: Duration,
    first: Delivery,
    asking: watch::Sender<()>,
) {
    let entry = catch_panic(shared.ask(id, grace, &first)).await.unwrap_or_else(Entry::Panicked);
    shared.entries().settle(id, entry);
    drop(asking);
}

impl Shared {
    fn entries(&self) -> RwLockWriteGuard<'_, Entries> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(self: &Arc<Self>, id: SchemaKey, grace: Duration, first: &Delivery) -> Entry {
        let mut pause = FIRST_PAUSE;
        let mut unknown_for = Duration::ZERO;
        loop {
            let answer = self.ask_once(id).await;
            self.report_availability(answer.as_ref().err());
            let cause = match answer {
                Ok(Some(writer)) => return Entry::Known(Arc::new(writer)),
                Ok(None) => {
                    let left = grace.saturating_sub(unknown_for);
                    if left.is_zero() {
                        return Entry::Unknown { until: Instant::now() + UNKNOWN_FOR };
                    }
                    pause = pause.min(left);
                    unknown_for += pause;
                    format!(
                        "schema id {id} is not in the registry; asking again for {} s",
                        left.as_secs_f32().ceil()
                    )
                }
                // This time does not count for the grace period, which is for a registry that answers.
                Err(error) => error.to_string(),
            };
            self.observers.notify(&ConsumerEvent::Held {
                delivery: first,
                after: Some(pause),
                cause: &cause,
            });
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Asks once for the schema of the id and all schemas that it refers to. `None` if the registry lacks any of them.
    async fn ask_once(self: &Arc<Self>, id: SchemaKey) -> Result<Option<WriterSchema>, RegistryError> {
        let _turn = self.inquiry.requests.acquire().await;
        let schema = match id {
            SchemaKey::Id(id) => self.registry.schema_by_id_of(self.subject, id).await?,
            SchemaKey::Guid(guid) => self.registry.schema_by_guid(guid).await?.map(Arc::new),
        };
        let Some(schema) = schema else { return Ok(None) };
        let Some(referenced) = self.registry.referenced_schemas(&schema).await? else { return Ok(None) };
        let texts: Vec<String> = referenced.into_iter().map(|schema| schema.text).collect();
        let shared = Arc::clone(self);
        Ok(Some(blocking(move || shared.readers.writer(id, &schema, &texts)).await))
    }

    /// Reports when the registry stops answering and when it answers again.
    fn report_availability(&self, failure: Option<&RegistryError>) {
        if self.inquiry.away.swap(failure.is_some(), Ordering::AcqRel) != failure.is_some() {
            match failure.map(ToString::to_string) {
                Some(cause) => self.observers.notify(&ConsumerEvent::RegistryAway { cause: &cause }),
                None => self.observers.notify(&ConsumerEvent::RegistryBack),
            }
        }
    }
}

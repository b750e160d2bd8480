//! Looks up the schema ids on a topic in the registry.
//!
//! A worker never waits for the registry: for an id that is not known yet it gets [`Found::Pending`] and continues with
//! another record, while one task asks. However many records carry the id, there is one question at a time about it. The task ends
//! with the first answer that settles the id:
//!
//! | the registry | the task |
//! |---|---|
//! | has the schema and all that it refers to | keeps it: an id is one schema for ever |
//! | says that there is no such id or reference (40401 to 40403) | asks again with back-off for the grace period: a replica may lag, a restarted registry may still be reading its log. Then the id is unknown, which is kept for a while too |
//! | does not answer, refuses the credentials, answers anything else | asks again with back-off, without end: the record is not to blame |

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

use super::writer_schema::{Readers, WriterSchema};
use crate::Delivery;
use crate::client::blocking;
use crate::consumer::observers::Observers;
use crate::consumer::panics::catch_panic;
use crate::consumer::scheduler::{Scheduler, Signal, SignalId};
use crate::observe::ConsumerEvent;
use crate::registry::{RegistryClient, RegistryError, SchemaId};

/// The pause before the second question about an id, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long an id stays unknown without being asked for again.
const UNKNOWN_FOR: Duration = Duration::from_secs(60);
/// Questions to the registry at once, for a topic full of ids that were never registered.
const QUESTIONS_AT_ONCE: usize = 4;
/// Registries number schemas by positive 32-bit integers. A larger id is not asked for: Confluent's registry refuses the
/// question itself, in which case nothing would tell such an id from a registry that fails.
const LARGEST_ID: u32 = i32::MAX as u32;
/// Unknown ids that are kept; one more, and all of them are forgotten.
const UNKNOWN_KEPT: usize = 10_000;

/// What is known of an id.
pub(crate) enum Found {
    Known(Arc<WriterSchema>),
    Unknown,
    /// Being asked for: this signal is raised when the id is settled.
    Pending(SignalId),
    /// The task that asked panicked, with this message.
    Panicked(String),
}

/// Looks up schema ids for one consumer.
pub(crate) struct SchemaLookup {
    shared: Arc<Shared>,
}

struct Shared {
    registry: RegistryClient,
    readers: Readers,
    grace: Duration,
    observers: Arc<Observers>,
    scheduler: Arc<Scheduler>,
    entries: RwLock<Entries>,
    inquiry: Arc<Inquiry>,
}

/// What the look-ups of all topics of a consumer share: they ask one registry.
pub(crate) struct Inquiry {
    questions: Semaphore,
    /// Whether the last question failed for a reason that is not the id's.
    away: AtomicBool,
}

impl Default for Inquiry {
    fn default() -> Self {
        Self { questions: Semaphore::new(QUESTIONS_AT_ONCE), away: AtomicBool::new(false) }
    }
}

#[derive(Default)]
struct Entries {
    by_id: HashMap<SchemaId, Entry>,
    /// How many of them are unknown.
    unknown: usize,
}

impl Entries {
    fn settle(&mut self, id: SchemaId, entry: Entry) {
        if matches!(entry, Entry::Unknown { .. }) {
            if self.unknown >= UNKNOWN_KEPT {
                self.by_id.retain(|_, entry| !matches!(entry, Entry::Unknown { .. }));
                self.unknown = 0;
            }
            self.unknown += 1;
        }
        self.by_id.insert(id, entry);
    }

    fn ask(&mut self, id: SchemaId, entry: Entry) {
        if let Some(Entry::Unknown { .. }) = self.by_id.insert(id, entry) {
            self.unknown -= 1;
        }
    }
}

enum Entry {
    Known(Arc<WriterSchema>),
    Asked { settled: SignalId, task: AbortHandle },
    Unknown { until: Instant },
    Panicked(String),
}

impl Entry {
    /// The answer for a record with this id; `None` if the registry must be asked.
    fn found(&self) -> Option<Found> {
        match self {
            Self::Known(writer) => Some(Found::Known(Arc::clone(writer))),
            Self::Asked { settled, .. } => Some(Found::Pending(*settled)),
            Self::Unknown { until } => (Instant::now() < *until).then_some(Found::Unknown),
            Self::Panicked(message) => Some(Found::Panicked(message.clone())),
        }
    }
}

impl SchemaLookup {
    pub(crate) fn new(
        registry: RegistryClient,
        readers: Readers,
        inquiry: Arc<Inquiry>,
        grace: Duration,
        observers: Arc<Observers>,
        scheduler: Arc<Scheduler>,
    ) -> Self {
        let entries = RwLock::default();
        let shared = Shared { registry, readers, grace, observers, scheduler, entries, inquiry };
        Self { shared: Arc::new(shared) }
    }

    /// Returns what is known of an id, and starts to ask where nothing is. `delivery` is a record that carries it.
    pub(crate) fn find(&self, id: SchemaId, delivery: &Delivery) -> Found {
        if id.0 > LARGEST_ID {
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
        // An id whose grace period is over gets no second one: the records behind would wait for it each time.
        let grace = if before.is_some() { Duration::ZERO } else { self.shared.grace };
        let signal = self.shared.scheduler.signal();
        let settled = signal.id();
        let task = tokio::spawn(settle(Arc::clone(&self.shared), id, grace, delivery.clone(), signal));
        entries.ask(id, Entry::Asked { settled, task: task.abort_handle() });
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

/// Asks until an id is settled, then raises the signal.
async fn settle(shared: Arc<Shared>, id: SchemaId, grace: Duration, first: Delivery, signal: Signal) {
    let entry = catch_panic(shared.ask(id, grace, &first)).await.unwrap_or_else(Entry::Panicked);
    shared.entries().settle(id, entry);
    drop(signal);
}

impl Shared {
    fn entries(&self) -> RwLockWriteGuard<'_, Entries> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(self: &Arc<Self>, id: SchemaId, grace: Duration, first: &Delivery) -> Entry {
        let mut pause = FIRST_PAUSE;
        let mut unknown_for = Duration::ZERO;
        loop {
            let answer = self.ask_once(id).await;
            self.tell_apart(answer.as_ref().err());
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
                // Does not count for the grace period, which is for a registry that answers.
                Err(error) => error.to_string(),
            };
            self.observers.notify(&ConsumerEvent::Held { delivery: first, after: pause, cause: &cause });
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// One question: the schema of the id with all that it refers to. `None` if the registry lacks any of it.
    async fn ask_once(self: &Arc<Self>, id: SchemaId) -> Result<Option<WriterSchema>, RegistryError> {
        let _turn = self.inquiry.questions.acquire().await;
        let Some(schema) = self.registry.schema_by_id(id).await? else { return Ok(None) };
        let Some(referenced) = self.registry.referenced_schemas(&schema).await? else { return Ok(None) };
        let texts: Vec<String> = referenced.into_iter().map(|schema| schema.text).collect();
        let shared = Arc::clone(self);
        Ok(Some(blocking(move || shared.readers.writer(id, &schema, &texts)).await))
    }

    /// Reports when the registry stops answering and when it answers again.
    fn tell_apart(&self, failure: Option<&RegistryError>) {
        if self.inquiry.away.swap(failure.is_some(), Ordering::AcqRel) != failure.is_some() {
            match failure.map(ToString::to_string) {
                Some(cause) => self.observers.notify(&ConsumerEvent::RegistryAway { cause: &cause }),
                None => self.observers.notify(&ConsumerEvent::RegistryBack),
            }
        }
    }
}

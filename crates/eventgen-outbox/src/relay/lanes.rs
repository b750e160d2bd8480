//! The rows that a relay has read and not finished, by lane: a key, or a row without a key.
//!
//! One record of a lane is on its way at a time, so that a record that fails is not overtaken by the next one of its key. What
//! keeps a lane from going on is kept out of the reading of rows, so that other lanes go on however much waits behind it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use crate::session::Row;

/// The most rows that wait in a lane. More are left in the table.
const FULL: usize = 64;
/// After this time a record that is on its way counts as slow.
const SLOW: Duration = Duration::from_secs(1);
/// The first pause after a failure, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What stays in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Lane {
    /// The lock of a key.
    Key(i64),
    /// The id of a row without a key.
    Row(i64),
}

impl Lane {
    fn of(row: &Row) -> Self {
        row.lock.map_or(Self::Row(row.id), Self::Key)
    }
}

/// A record on its way.
#[derive(Debug)]
struct Flight {
    lane: Lane,
    topic: String,
    bytes: usize,
    is_slow: bool,
    /// Whether no other record of its topic is on its way.
    alone: bool,
}

/// A lane that waits after failures.
#[derive(Debug)]
struct Hold {
    until: Instant,
    failures: u32,
}

/// What is not read.
#[derive(Debug, Default)]
pub(super) struct Excluded {
    /// Rows that were read before, or that wait after a failure.
    pub(super) ids: Vec<i64>,
    /// The locks of keys.
    pub(super) locks: Vec<i64>,
    pub(super) topics: Vec<String>,
    /// Whether all rows that are left out were read before.
    pub(super) only_read: bool,
}

/// All lanes.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// The rows that wait behind the record that is on its way.
    open: HashMap<Lane, VecDeque<Row>>,
    flights: HashMap<i64, Flight>,
    by_age: VecDeque<(Instant, i64)>,
    /// Rows that were read and are not finished.
    read: BTreeSet<i64>,
    held: HashMap<Lane, Hold>,
    full: HashSet<i64>,
    slow: HashSet<Lane>,
    /// Lanes of which rows were given back since the last reading began: what it returns of them may be later rows.
    given_back: HashSet<Lane>,
    /// By topic: rows that were refused with others, each to be tried alone.
    suspects: HashMap<String, VecDeque<i64>>,
    in_topic: HashMap<String, usize>,
    bytes: usize,
    /// The lowest row that is to be read again.
    returned: Option<i64>,
    /// Whether rows that were left out may be read now.
    released: bool,
}

impl Lanes {
    /// Rows are about to be read. Records may be acknowledged and fail before [`admit`](Self::admit) takes the first.
    pub(super) fn begin_reading(&mut self) {
        self.given_back.clear();
    }

    /// Takes a row that was read. Returns it if it may be sent now.
    pub(super) fn admit(&mut self, row: Row, now: Instant) -> Option<Row> {
        let lane = Lane::of(&row);
        let is_held = self.held.get(&lane).is_some_and(|hold| hold.until > now);
        if is_held || self.suspects.contains_key(&row.topic) || self.slow.contains(&lane) {
            self.give_back(row.id);
            return None;
        }
        if self.given_back.contains(&lane) {
            // The next reading has the earlier rows, too.
            self.released = true;
            self.give_back(row.id);
            return None;
        }
        self.read.insert(row.id);
        self.bytes += bytes(&row);
        match self.open.entry(lane) {
            Entry::Vacant(vacant) => {
                vacant.insert(VecDeque::new());
                Some(row)
            }
            Entry::Occupied(mut waiting) => {
                waiting.get_mut().push_back(row);
                if let (Lane::Key(lock), FULL..) = (lane, waiting.get().len()) {
                    self.full.insert(lock);
                }
                None
            }
        }
    }

    /// Takes a row of a suspect, which is sent alone.
    pub(super) fn admit_alone(&mut self, row: &Row) {
        self.read.insert(row.id);
        self.bytes += bytes(row);
        self.open.entry(Lane::of(row)).or_default();
    }

    /// A row is on its way.
    pub(super) fn begin(&mut self, row: &Row, alone: bool, now: Instant) {
        let flight = Flight {
            lane: Lane::of(row),
            topic: row.topic.clone(),
            bytes: bytes(row),
            is_slow: false,
            alone,
        };
        *self.in_topic.entry(flight.topic.clone()).or_default() += 1;
        self.flights.insert(row.id, flight);
        self.by_age.push_back((now, row.id));
    }

    /// The topic of a row that is on its way.
    pub(super) fn topic(&self, id: i64) -> Option<&str> {
        self.flights.get(&id).map(|flight| flight.topic.as_str())
    }

    /// Whether a row was sent without others of its topic.
    pub(super) fn is_alone(&self, id: i64) -> bool {
        self.flights.get(&id).is_some_and(|flight| flight.alone)
    }

    /// A row is published or parked. Returns the next one of its lane. Until [`finished`](Self::finished), it counts as read.
    pub(super) fn done(&mut self, id: i64) -> Option<Row> {
        let flight = self.land(id)?;
        self.held.remove(&flight.lane);
        let waiting = self.open.get_mut(&flight.lane)?;
        if let (Lane::Key(lock), ..=1) = (flight.lane, waiting.len()) {
            self.released |= self.full.remove(&lock);
        }
        match waiting.pop_front() {
            Some(next) if !self.suspects.contains_key(&next.topic) => Some(next),
            Some(next) => {
                waiting.push_front(next);
                self.close(flight.lane);
                None
            }
            None => {
                self.open.remove(&flight.lane);
                None
            }
        }
    }

    /// Rows are deleted, or marked.
    pub(super) fn finished(&mut self, ids: impl Iterator<Item = i64>) {
        for id in ids {
            self.read.remove(&id);
        }
    }

    /// A row has failed. Its lane waits before it is read again.
    pub(super) fn failed(&mut self, id: i64, now: Instant) {
        let Some(flight) = self.land(id) else { return };
        self.read.remove(&id);
        self.give_back(id);
        self.close(flight.lane);
        let hold = self.held.entry(flight.lane).or_insert(Hold { until: now, failures: 0 });
        hold.until = now + (FIRST_PAUSE * 2_u32.saturating_pow(hold.failures.min(16))).min(LONGEST_PAUSE);
        hold.failures += 1;
    }

    /// A row was refused, perhaps for another one of its batch. It is sent again, alone.
    pub(super) fn suspected(&mut self, id: i64) {
        let Some(flight) = self.land(id) else { return };
        self.read.remove(&id);
        self.give_back(id);
        self.close(flight.lane);
        self.suspects.entry(flight.topic).or_default().push_back(id);
    }

    /// The suspects that can be sent now, one of each topic that has no record on its way.
    pub(super) fn suspects(&self) -> Vec<i64> {
        let free = |topic: &str| self.in_topic.get(topic).is_none_or(|count| *count == 0);
        let suspects = self.suspects.iter().filter(|(topic, _)| free(topic));
        suspects.filter_map(|(_, ids)| ids.front().copied()).collect()
    }

    /// A suspect was sent alone, or is not in the table any more.
    pub(super) fn acquit(&mut self, id: i64) {
        let before = self.suspects.len();
        for ids in self.suspects.values_mut() {
            ids.retain(|suspect| *suspect != id);
        }
        self.suspects.retain(|_, ids| !ids.is_empty());
        self.released |= self.suspects.len() < before;
    }

    /// Finds records that take long. Their lanes are left out, and do not count any more: a partition without a leader does
    /// not stop the others.
    pub(super) fn find_slow(&mut self, now: Instant) {
        while let Some(&(since, id)) = self.by_age.front() {
            let is_on_its_way = self.flights.contains_key(&id);
            if is_on_its_way && now.duration_since(since) < SLOW {
                break;
            }
            self.by_age.pop_front();
            if let Some(flight) = self.flights.get_mut(&id) {
                flight.is_slow = true;
                let lane = flight.lane;
                self.slow.insert(lane);
                self.give_back_waiting(lane);
            }
        }
    }

    /// How many rows there are that do not take long, how many in all, and their bytes.
    pub(super) fn load(&self) -> (usize, usize, usize) {
        (self.read.len().saturating_sub(self.slow.len()), self.read.len(), self.bytes)
    }

    /// The number of records on their way.
    pub(super) fn flights(&self) -> usize {
        self.flights.len()
    }

    /// What is left out when rows after an id are read.
    pub(super) fn excluded(&self, after: i64, now: Instant) -> Excluded {
        let held = || self.held.iter().filter(|(_, hold)| hold.until > now).map(|(lane, _)| lane);
        let mut excluded = Excluded {
            ids: self.read.range(after + 1..).copied().collect(),
            locks: self.full.iter().copied().collect(),
            topics: self.suspects.keys().cloned().collect(),
            only_read: self.full.is_empty() && self.suspects.is_empty() && held().next().is_none(),
        };
        for lane in held().chain(&self.slow) {
            match lane {
                Lane::Key(lock) => {
                    excluded.locks.push(*lock);
                    excluded.only_read = false;
                }
                Lane::Row(id) => excluded.ids.push(*id),
            }
        }
        excluded
    }

    /// When the first lane goes on that waits after a failure.
    pub(super) fn next_release(&self, now: Instant) -> Option<Instant> {
        self.held.values().map(|hold| hold.until).filter(|until| *until > now).min()
    }

    /// The lowest row since the last call that is to be read again.
    pub(super) fn take_returned(&mut self) -> Option<i64> {
        self.returned.take()
    }

    /// Whether rows that were left out may be read since the last call.
    pub(super) fn take_released(&mut self) -> bool {
        std::mem::take(&mut self.released)
    }

    /// A record is not on its way any more.
    fn land(&mut self, id: i64) -> Option<Flight> {
        let flight = self.flights.remove(&id)?;
        self.bytes = self.bytes.saturating_sub(flight.bytes);
        if flight.is_slow {
            self.released |= self.slow.remove(&flight.lane);
        }
        if let Some(count) = self.in_topic.get_mut(&flight.topic) {
            *count -= 1;
            if *count == 0 {
                self.in_topic.remove(&flight.topic);
            }
        }
        Some(flight)
    }

    fn close(&mut self, lane: Lane) {
        self.give_back_waiting(lane);
        self.open.remove(&lane);
    }

    fn give_back_waiting(&mut self, lane: Lane) {
        self.given_back.insert(lane);
        for row in self.open.get_mut(&lane).map(std::mem::take).into_iter().flatten() {
            self.bytes = self.bytes.saturating_sub(bytes(&row));
            self.read.remove(&row.id);
            self.give_back(row.id);
        }
        if let Lane::Key(lock) = lane {
            self.full.remove(&lock);
        }
    }

    fn give_back(&mut self, id: i64) {
        self.returned = Some(self.returned.map_or(id, |lowest| lowest.min(id)));
    }
}

/// The memory of a row.
fn bytes(row: &Row) -> usize {
    row.payload.as_ref().map_or(0, Vec::len) + row.key.as_ref().map_or(0, Vec::len) + row.headers.len()
}

#[cfg(test)]
mod tests;

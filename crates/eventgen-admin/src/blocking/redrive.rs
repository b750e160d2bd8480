//! Sends letters back.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::time::Instant;

use super::LetterTopic;
use crate::AdminError;
use crate::dead_letters::{
    DeadLetter, Decision, Done, LETTER, Ledger, LetterFilter, LetterPlan, Outgoing, Pace, PlannedLetter,
    Progress, RedriveOptions, Route, RunError, SourceError, SourceRecord, Stays, place,
};
use crate::kafka::{Ranges, Record, Transactions};

/// The most bytes of a transaction.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Letters with one key of one partition of a source: the offset of each, and its index in the plan.
type OfKey = Vec<(i64, usize)>;
/// Letters by the topic, the partition and the key of their records.
type BySource = BTreeMap<String, BTreeMap<i32, HashMap<Vec<u8>, OfKey>>>;

impl LetterTopic {
    /// Decides what happens to each letter that is selected and open, and changes nothing. Where a letter goes back to its topic,
    /// that is read from the record of the letter on, for newer records with its key. `progress` is called with what is done
    /// and the number of records read.
    ///
    /// # Errors
    /// As [`read`](Self::read) and [`progress`](Self::progress). That a source cannot be read for newer records is an error only
    /// if [`RedriveOptions::refuse_stale`] is set.
    pub fn plan(
        &self,
        filter: &LetterFilter,
        options: &RedriveOptions,
        mut progress: impl FnMut(&str, u64),
    ) -> Result<LetterPlan, AdminError> {
        let decide = |letter: &DeadLetter| filter.selects(letter).then(|| options.decide(letter));
        let mut plan = self.scan(decide, &mut progress)?;
        if let Some(limit) = options.limit {
            plan.cut(limit);
        }
        if !options.skip_stale_check {
            self.find_newer(&mut plan, options, &mut progress)?;
        }
        Ok(plan)
    }

    /// Ends what another run has left of a transaction, or is doing: its records would hide newer ones from [`plan`](Self::plan).
    ///
    /// # Errors
    /// [`RunError`].
    pub fn take_over(&self) -> Result<(), RunError> {
        self.cluster.transactions(self.name()).map(drop)
    }

    /// Reads all letters that are open, and decides on those that are selected.
    pub(super) fn scan(
        &self,
        decide: impl Fn(&DeadLetter) -> Option<Decision>,
        progress: &mut impl FnMut(&str, u64),
    ) -> Result<LetterPlan, AdminError> {
        let known = self.progress()?;
        let nothing = Progress::default();
        let (mut plan, mut read) = (LetterPlan::default(), 0);
        let from = |(partition, range): (&i32, &std::ops::Range<i64>)| {
            let position = known.get(partition).map_or(0, Progress::position);
            (*partition, range.start.max(position)..range.end)
        };
        let ranges: Ranges = self.ranges.iter().map(from).collect();
        self.records.read(&ranges, |record| {
            read += 1;
            progress("letters read", read);
            let letter = self.letter(record);
            plan.add(&letter, known.get(&letter.partition).unwrap_or(&nothing), decide(&letter));
            ControlFlow::Continue(())
        })?;
        plan.sort();
        Ok(plan)
    }

    /// Looks for newer records with the keys of the letters that are sent.
    fn find_newer(
        &self,
        plan: &mut LetterPlan,
        options: &RedriveOptions,
        progress: &mut impl FnMut(&str, u64),
    ) -> Result<(), AdminError> {
        let mut by_source = BySource::new();
        for (index, letter) in plan.letters.iter().enumerate() {
            if let (Decision::Send(_), Some((topic, partition, offset)), Some(key)) =
                (&letter.decision, &letter.source, &letter.key)
            {
                let partitions = by_source.entry(topic.clone()).or_default();
                let keys = partitions.entry(*partition).or_default();
                keys.entry(key.clone()).or_default().push((*offset, index));
            }
        }
        for (topic, partitions) in by_source {
            let found = self.find_newer_in(&topic, &partitions, plan, progress);
            match found {
                Err(error) if options.refuse_stale => return Err(error),
                Err(error) => plan.problems.push(format!("newer records are not looked for: {error}")),
                Ok(()) => {}
            }
        }
        for letter in &mut plan.letters {
            if options.refuse_stale && letter.newer.is_some() && matches!(letter.decision, Decision::Send(_))
            {
                letter.decision = Decision::Stay(Stays::Stale);
            }
        }
        Ok(())
    }

    fn find_newer_in(
        &self,
        topic: &str,
        partitions: &BTreeMap<i32, HashMap<Vec<u8>, OfKey>>,
        plan: &mut LetterPlan,
        progress: &mut impl FnMut(&str, u64),
    ) -> Result<(), AdminError> {
        let records = self.cluster.records(topic)?;
        let now = records.ranges()?;
        let mut ranges = Ranges::new();
        for (partition, keys) in partitions {
            let first = keys.values().flatten().map(|(offset, _)| offset + 1).min().unwrap_or(0);
            if let Some(range) = now.get(partition) {
                ranges.insert(*partition, first.max(range.start)..range.end);
            }
        }
        let (mut read, letters) = (0, &mut plan.letters);
        records.read(&ranges, |record| {
            read += 1;
            progress("records read for newer ones", read);
            let found = partitions.get(&record.partition).zip(record.key.as_ref());
            let of_key = found.and_then(|(keys, key)| keys.get(key));
            for (offset, index) in of_key.into_iter().flatten() {
                if *offset < record.offset
                    && let Some(letter) = letters.get_mut(*index)
                {
                    self.note(letter, &record);
                }
            }
            ControlFlow::Continue(())
        })
    }

    /// A record with the key of a letter is newer. It may be that letter, or another one, that was sent back.
    fn note(&self, letter: &mut PlannedLetter, record: &Record) {
        let sent = record.headers.iter().rev().find(|header| header.name == LETTER.as_bytes());
        match sent.and_then(|header| header.value.as_deref()) {
            None => _ = letter.newer.get_or_insert(record.offset),
            Some(of) if of == place(self.name(), letter.partition, letter.offset).as_bytes() => {
                letter.decision = Decision::Stay(Stays::AlreadySent);
            }
            Some(_) => {}
        }
    }

    /// Sends the letters of a plan back, in transactions that also commit what was done: of a run that is killed, each letter is
    /// sent as a whole or not at all, and another run goes on with the rest. `each` is called with the number of letters that
    /// are done, after each transaction, and may break.
    ///
    /// # Errors
    /// What was committed before is done. See [`RunError`].
    pub fn redrive(
        &self,
        plan: &LetterPlan,
        pace: Pace,
        mut each: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Done, RunError> {
        let counts = self.partition_counts(plan)?;
        let transactions = self.cluster.transactions(self.name())?;
        let mut run = Run::new(self, &transactions, plan, pace)?;
        run.counts = counts;
        let routes: BTreeMap<(i32, i64), &Route> = plan.letters.iter().filter_map(route).collect();
        let mut failed = None;
        let selected = self.selected(routes.keys());
        let mut sources = self.sources();
        let mut seen = 0_u64;
        self.records.read(&selected, |record| {
            let letter = self.letter(record);
            let Some(route) = routes.get(&(letter.partition, letter.offset)) else {
                return ControlFlow::Continue(());
            };
            seen += 1;
            match run.take(&letter, route, &mut sources, &mut each) {
                Ok(flow) => flow,
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        let ended = match failed {
            Some(error) => Err(error),
            None => run.commit(&mut each).map(drop),
        };
        if let Err(error) = ended {
            transactions.abort();
            return Err(error);
        }
        if !run.done.interrupted {
            let total = u64::try_from(routes.len()).unwrap_or(u64::MAX);
            run.done.gone += total.saturating_sub(seen);
        }
        Ok(run.done)
    }

    /// The number of partitions of the topics that are written to. A producer would wait long for a topic that does not exist.
    fn partition_counts(&self, plan: &LetterPlan) -> Result<BTreeMap<String, i32>, AdminError> {
        let routes = plan.letters.iter().filter_map(route).map(|(_, route)| route.topic());
        let topics: BTreeSet<&str> = routes.collect();
        let count = |topic: &str| {
            let partitions = self.cluster.records(topic)?.partitions().len();
            Ok((topic.to_owned(), i32::try_from(partitions).unwrap_or(i32::MAX)))
        };
        topics.into_iter().map(count).collect()
    }

    /// From the first to the last of some letters of each partition.
    pub(super) fn selected<'a>(&self, letters: impl Iterator<Item = &'a (i32, i64)>) -> Ranges {
        let mut selected = Ranges::new();
        for (partition, offset) in letters {
            let range = selected.entry(*partition).or_insert(*offset..offset + 1);
            *range = range.start.min(*offset)..range.end.max(offset + 1);
        }
        for (partition, range) in &mut selected {
            if let Some(known) = self.ranges.get(partition) {
                *range = range.start.max(known.start)..range.end.min(known.end);
            }
        }
        selected
    }

    fn sources(&self) -> super::SourceReader {
        super::SourceReader { cluster: std::sync::Arc::clone(&self.cluster), topics: HashMap::new() }
    }
}

fn route(letter: &PlannedLetter) -> Option<((i32, i64), &Route)> {
    match &letter.decision {
        Decision::Send(route) => Some(((letter.partition, letter.offset), route)),
        Decision::Stay(_) => None,
    }
}

/// A run, between two transactions or in one.
struct Run<'a> {
    topic: &'a LetterTopic,
    transactions: &'a Transactions,
    ledger: Ledger,
    pace: Pace,
    /// The number of partitions by topic.
    counts: BTreeMap<String, i32>,
    begun: Instant,
    is_open: bool,
    /// The letters and bytes of the transaction.
    letters: usize,
    bytes: usize,
    done: Done,
}

impl<'a> Run<'a> {
    fn new(
        topic: &'a LetterTopic,
        transactions: &'a Transactions,
        plan: &LetterPlan,
        pace: Pace,
    ) -> Result<Self, RunError> {
        Ok(Self {
            topic,
            transactions,
            ledger: topic.ledger(plan)?,
            pace,
            counts: BTreeMap::new(),
            begun: Instant::now(),
            is_open: false,
            letters: 0,
            bytes: 0,
            done: Done::default(),
        })
    }

    /// Sends a letter, and commits the transaction if it is full.
    fn take(
        &mut self,
        letter: &DeadLetter,
        route: &Route,
        sources: &mut super::SourceReader,
        each: &mut impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, RunError> {
        if self.ledger.is_done(letter.partition, letter.offset) {
            self.done.gone += 1;
            return Ok(ControlFlow::Continue(()));
        }
        let record = match missing(letter, sources) {
            Ok(record) => record,
            Err(SourceError::Admin(error)) => return Err(error.into()),
            Err(reason) => {
                self.done.incomplete.push((letter.partition, letter.offset, reason.to_string()));
                return Ok(ControlFlow::Continue(()));
            }
        };
        if !self.is_open {
            self.transactions.begin()?;
            self.is_open = true;
        }
        let mut outgoing = Outgoing::new(letter, record, route, super::now());
        // A topic that was created anew may have fewer partitions: the key decides.
        let count = self.counts.get(&outgoing.topic).copied().unwrap_or(0);
        outgoing.partition = outgoing.partition.filter(|partition| (0..count).contains(partition));
        self.transactions.send(&outgoing)?;
        self.ledger.settle(letter.partition, letter.offset);
        self.letters += 1;
        self.bytes += outgoing.size();
        if self.letters >= self.pace.batch() || self.bytes >= MOST_BYTES {
            self.commit(each)
        } else {
            Ok(ControlFlow::Continue(()))
        }
    }

    fn commit(&mut self, each: &mut impl FnMut(u64) -> ControlFlow<()>) -> Result<ControlFlow<()>, RunError> {
        if !self.is_open {
            return Ok(ControlFlow::Continue(()));
        }
        let topic = self.topic.name().to_owned();
        let changed = self.ledger.take_changed().map_err(|partition| RunError::Full { topic, partition })?;
        self.transactions.commit(&changed)?;
        self.is_open = false;
        self.done.done += u64::try_from(self.letters).unwrap_or(0);
        (self.letters, self.bytes) = (0, 0);
        let flow = each(self.done.done);
        self.done.interrupted |= flow.is_break();
        if flow.is_continue() {
            std::thread::sleep(self.pace.wait(self.done.done, self.begun.elapsed()));
        }
        Ok(flow)
    }
}

/// The record that a letter is about, if the letter lacks a part of it.
fn missing(
    letter: &DeadLetter,
    sources: &mut super::SourceReader,
) -> Result<Option<SourceRecord>, SourceError> {
    if letter.lacks_value() { sources.record_of(letter).map(Some) } else { Ok(None) }
}

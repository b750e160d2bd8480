//! Sends letters back.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

use super::LetterTopic;
use super::run::{Run, Targets};
use crate::AdminError;
use crate::dead_letters::{
    DeadLetter, Decision, Done, LETTER, LetterFilter, LetterPlan, Pace, PlannedLetter, Progress,
    RedriveOptions, Route, RunError, Stays, place,
};
use crate::kafka::{Ranges, Record};

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
        let mut plan = self.scan(filter, |letter| options.decide(letter), &mut progress)?;
        self.check_targets(&mut plan, options)?;
        self.check_records(&mut plan)?;
        if let Some(limit) = options.limit {
            plan.cut(limit);
        }
        if !options.skip_stale_check {
            self.find_newer(&mut plan, options, &mut progress)?;
        }
        Ok(plan)
    }

    /// Ends what another run has left of a transaction, or is doing, and brings a plan up to date: letters that are done by now are
    /// no part of it any more, and newer records are looked for among those that came since. The answer is the number of
    /// letters that are done.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn take_over(
        &self,
        plan: &mut LetterPlan,
        options: &RedriveOptions,
        mut progress: impl FnMut(&str, u64),
    ) -> Result<u64, RunError> {
        drop(self.cluster.transactions(self.name())?);
        let known = self.cluster.progress(self.name(), self.records.partitions(), true)?;
        let done = plan.forget_done(&known);
        if !options.skip_stale_check {
            self.find_newer(plan, options, &mut progress)?;
        }
        Ok(done)
    }

    /// Reads all letters that are open, and decides on those that are selected.
    pub(super) fn scan(
        &self,
        filter: &LetterFilter,
        decide: impl Fn(&DeadLetter) -> Decision,
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
            let progress = known.get(&letter.partition).unwrap_or(&nothing);
            plan.add(&letter, progress, filter.selection(&letter), &decide);
            ControlFlow::Continue(())
        })?;
        plan.sort();
        Ok(plan)
    }

    /// Keeps letters whose topic cannot be written to, so that the others go. One that was asked for is an error.
    fn check_targets(&self, plan: &mut LetterPlan, options: &RedriveOptions) -> Result<(), AdminError> {
        for topic in targets(plan) {
            let error = match self.cluster.records(&topic) {
                Ok(_) => continue,
                Err(error) if options.to.is_some() => return Err(error),
                Err(error) => error,
            };
            let why = match error {
                AdminError::UnknownTopic { .. } => Stays::NoSuchTopic,
                AdminError::Denied { .. } => Stays::Denied,
                error => return Err(error),
            };
            plan.keep_from(&topic, why);
            plan.problems.push(error.to_string());
        }
        Ok(())
    }

    /// Keeps letters without a value whose record is before the first offset of its partition, or behind the last one. What
    /// compaction has removed is found when it is read.
    fn check_records(&self, plan: &mut LetterPlan) -> Result<(), AdminError> {
        let mut known: HashMap<String, Ranges> = HashMap::new();
        for letter in &mut plan.letters {
            if !letter.lacks_value || !matches!(letter.decision, Decision::Send(_)) {
                continue;
            }
            let is_there = match &letter.source {
                Some((topic, partition, offset)) => {
                    if !known.contains_key(topic) {
                        known.insert(topic.clone(), self.kept(topic)?);
                    }
                    known[topic].get(partition).is_some_and(|range| range.contains(offset))
                }
                None => false,
            };
            if !is_there {
                letter.decision = Decision::Stay(Stays::RecordGone);
            }
        }
        Ok(())
    }

    /// The offsets of a topic. One that does not exist has none.
    fn kept(&self, topic: &str) -> Result<Ranges, AdminError> {
        match self.cluster.records(topic).and_then(|records| records.ranges()) {
            Err(AdminError::UnknownTopic { .. }) => Ok(Ranges::new()),
            ranges => ranges,
        }
    }

    /// Looks for newer records with the keys of the letters that are sent, among those that were not read yet.
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
                Err(error) => {
                    let problem = format!("newer records are not looked for: {error}");
                    if !plan.problems.contains(&problem) {
                        plan.problems.push(problem);
                    }
                }
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
        let read_to = plan.read_to.entry(topic.to_owned()).or_default();
        for (partition, keys) in partitions {
            let first = keys.values().flatten().map(|(offset, _)| offset + 1).min().unwrap_or(0);
            let first = first.max(read_to.get(partition).copied().unwrap_or(0));
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
        })?;
        read_to.extend(ranges.into_iter().map(|(partition, range)| (partition, range.end)));
        Ok(())
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
    /// sent as a whole or not at all, and another run goes on with the rest. A letter that its topic does not take is left.
    /// `each` is called with the number of letters that are done, after each transaction, and may break.
    ///
    /// # Errors
    /// What was committed before is done. See [`RunError`].
    pub fn redrive(
        &self,
        plan: &LetterPlan,
        pace: Pace,
        mut each: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Done, RunError> {
        let targets = self.targets(plan)?;
        let mut run = Run::new(&self.cluster, self.name(), targets, pace, || self.ledger(plan))?;
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
            run.give_up();
            return Err(error);
        }
        let mut done = run.into_done();
        if !done.interrupted {
            let total = u64::try_from(routes.len()).unwrap_or(u64::MAX);
            done.gone += total.saturating_sub(seen);
        }
        Ok(done)
    }

    /// The number of partitions of the topics that are written to. A producer would wait long for a topic that does not exist.
    fn targets(&self, plan: &LetterPlan) -> Result<Targets, AdminError> {
        let mut found = Targets::new();
        for topic in targets(plan) {
            let partitions = match self.cluster.records(&topic) {
                Ok(records) => Ok(i32::try_from(records.partitions().len()).unwrap_or(i32::MAX)),
                Err(error @ (AdminError::UnknownTopic { .. } | AdminError::Denied { .. })) => Err(error),
                Err(error) => return Err(error),
            };
            found.insert(topic, partitions);
        }
        Ok(found)
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

/// The topics that letters go to.
fn targets(plan: &LetterPlan) -> BTreeSet<String> {
    plan.letters.iter().filter_map(route).map(|(_, route)| route.topic().to_owned()).collect()
}

//! Discards letters.

use std::collections::BTreeMap;

use super::LetterTopic;
use crate::AdminError;
use crate::dead_letters::{Decision, Done, Ledger, LetterFilter, LetterPlan, Progress, RunError, Stays};

impl LetterTopic {
    /// The letters that are selected and open. Those that are parked are among them.
    ///
    /// # Errors
    /// As [`read`](Self::read) and [`progress`](Self::progress).
    pub fn plan_discard(
        &self,
        filter: &LetterFilter,
        limit: Option<usize>,
        mut progress: impl FnMut(&str, u64),
    ) -> Result<LetterPlan, AdminError> {
        // None of them is sent anywhere.
        let stays = Decision::Stay(Stays::Parked);
        let mut plan = self.scan(filter, |_| stays.clone(), &mut progress)?;
        plan.letters.truncate(limit.unwrap_or(usize::MAX));
        Ok(plan)
    }

    /// Notes that the letters of a plan are not to be handled, with the reason and by whom. The letters themselves stay until
    /// retention deletes them. All are discarded or none.
    ///
    /// # Errors
    /// [`RunError`]: nothing was discarded.
    pub fn discard(&self, plan: &LetterPlan, reason: &str, by: Option<&str>) -> Result<Done, RunError> {
        let transactions = self.cluster.transactions(self.name())?;
        let mut ledger = self.ledger(plan)?;
        let (mut done, mut by_partition) = (Done::default(), BTreeMap::<i32, Vec<i64>>::new());
        for letter in &plan.letters {
            if ledger.is_done(letter.partition, letter.offset) {
                done.gone += 1;
            } else {
                by_partition.entry(letter.partition).or_default().push(letter.offset);
                done.done += 1;
            }
        }
        if by_partition.is_empty() {
            return Ok(done);
        }
        for (partition, offsets) in by_partition {
            let start = self.ranges.get(&partition).map_or(0, |range| range.start);
            ledger.discard(partition, &offsets, start, (reason, by, super::now()));
            for offset in offsets {
                ledger.settle(partition, offset);
            }
        }
        let topic = self.name().to_owned();
        let changed = ledger.take_changed().map_err(|partition| RunError::Full { topic, partition })?;
        transactions.begin()?;
        if let Err(error) = transactions.commit(&changed) {
            // The first error is the cause.
            let _ = transactions.abort();
            return Err(error);
        }
        Ok(done)
    }

    /// What is open, and what is committed now that no other run goes on.
    pub(super) fn ledger(&self, plan: &LetterPlan) -> Result<Ledger, RunError> {
        let progress: BTreeMap<i32, Progress> =
            self.cluster.progress(self.name(), self.records.partitions(), true)?;
        let ends = self.ranges.iter().map(|(partition, range)| (*partition, range.end)).collect();
        Ok(Ledger::new(plan.open.clone(), progress, ends))
    }
}

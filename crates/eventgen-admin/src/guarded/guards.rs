//! What a plan refuses, and why.

use eventgen_schema::contract::readable;

use super::draft::Draft;
use super::model::{PlanOptions, Warning};
use super::reassignment::Moves;
use crate::plan::policies;
use crate::{Action, Guard, Observation, TopicSpec, short_duration};

const NOT_VISIBLE: &str = "the user needs the operations Describe and DescribeConfigs on the topic";
const REPARTITION: &str = "move to a new topic, or pass --allow-repartition if consumers have caught up, also with retry topics, \
    and may see the records of a key out of order";
const IN_SYNC: &str = "set min.insync.replicas to one less than the replicas, so that one broker may be down";
const MAX_LAG: &str = "keep records longer, or lower the group's maxLag";
const WITHOUT_KEY: &str = "give the event a key, or set cleanup.policy to delete";
const DEAD_LETTER: &str = "keep dead letters at least as long as the records around them, or leave the retention out: it is \
    then 14 days, or that of the source if longer";

impl Draft<'_> {
    /// Refuses what cannot be compared.
    pub(super) fn guard_visibility(&mut self, cluster: &Observation) {
        if let Some(reason) = cluster.hidden.get(self.wanted.name) {
            // Whether it has to be created is not known.
            self.steps.clear();
            self.refuse(Guard::NotVisible, format!("it cannot be seen: {reason}"), NOT_VISIBLE);
        } else if let Some(reason) = self.existing.and_then(|existing| existing.undescribed.as_ref())
            && !self.wanted.config.is_empty()
        {
            let reason = format!("its configuration cannot be compared: {reason}");
            self.refuse(Guard::NotVisible, reason, NOT_VISIBLE);
        }
    }

    /// Refuses to move keys to other partitions.
    pub(super) fn guard_partitions(&mut self, options: &PlanOptions) {
        let is_keyed = self.wanted.spec.reliance.is_ordered_by_key && self.is_source();
        if options.allow_repartition || !is_keyed {
            return;
        }
        let compacts =
            self.value("cleanup.policy").is_some_and(|policy| policies(policy).contains("compact"));
        let also = if compacts { ", and compaction keeps the last record of each partition" } else { "" };
        let index =
            self.steps.iter().position(|step| matches!(step.action, Action::IncreasePartitions { .. }));
        if let Some(index) = index {
            let reason = format!(
                "{}: keys move to other partitions, where new records overtake older ones{also}",
                self.steps[index].reason
            );
            self.steps[index] = self.refusal(Guard::Repartition, reason, REPARTITION);
        }
    }

    /// Refuses another number of replicas, and has Kafka's own tool do it.
    pub(super) fn guard_replicas(&mut self, moves: &mut Moves<'_>) {
        let (Some(asked), Some(existing)) = (self.wanted.replication_factor, self.existing) else { return };
        let is_known = !existing.replicas.is_empty();
        if !is_known || existing.replication_factor() == Some(asked) {
            return;
        }
        let has = match existing.replication_factor() {
            Some(1) => "1 replica".to_owned(),
            Some(count) => format!("{count} replicas"),
            None => "different numbers of replicas".to_owned(),
        };
        let reason =
            format!("it has {has}, the contract asks for {asked}: only Kafka's own tool moves replicas");
        let help = match moves.add(self.wanted.name, &existing.replicas, asked) {
            Ok(()) => "give the reassignment below to kafka-reassign-partitions --execute".to_owned(),
            Err(brokers) => format!("the cluster has {brokers} brokers: add some, or ask for fewer replicas"),
        };
        self.refuse(Guard::Replicas, reason, help);
    }

    /// Refuses settings that contradict each other where the steps bring them about, and warns about them elsewhere.
    pub(super) fn guard_contract(&mut self, warnings: &mut Vec<Warning>) {
        if let Some(reason) = self.in_sync() {
            let is_new = self.touches(&["min.insync.replicas"]);
            self.report(is_new, Guard::InSyncReplicas, reason, IN_SYNC, warnings);
        }
        if !self.is_source() {
            return;
        }
        if let Some(reason) = self.below_max_lag() {
            let is_new = self.touches(&["retention.ms", "cleanup.policy"]);
            self.report(is_new, Guard::RetentionBelowMaxLag, reason, MAX_LAG, warnings);
        }
        if let Some(reason) = self.compaction_without_key() {
            let is_new = self.touches(&["cleanup.policy"]);
            self.report(is_new, Guard::CompactionWithoutKey, reason, WITHOUT_KEY, warnings);
        }
    }

    fn report(
        &mut self,
        is_new: bool,
        guard: Guard,
        reason: String,
        help: &'static str,
        to: &mut Vec<Warning>,
    ) {
        if is_new {
            self.refuse(guard, reason, help);
        } else {
            to.push(Warning { topic: self.wanted.name.to_owned(), guard, reason });
        }
    }

    fn in_sync(&self) -> Option<String> {
        let has = self.existing.and_then(crate::ExistingTopic::replication_factor);
        let replicas = self.wanted.replication_factor.or(has)?;
        // What the contract does not name is the cluster's business.
        let in_sync: u16 = self.wanted.config.get("min.insync.replicas")?.trim().parse().ok()?;
        (replicas > 1 && in_sync >= replicas || in_sync > replicas).then(|| {
            format!(
                "min.insync.replicas {in_sync} with {replicas} replica{}: producers stop as soon as one broker is down",
                if replicas == 1 { "" } else { "s" }
            )
        })
    }

    fn below_max_lag(&self) -> Option<String> {
        let kept = u128::try_from(self.retention_ms()?).ok()?;
        let (group, age) = self
            .wanted
            .spec
            .reliance
            .max_ages
            .iter()
            .filter(|(_, age)| kept < age.as_millis())
            .max_by_key(|(_, age)| *age)?;
        Some(format!(
            "records are kept for {}, and group `{group}` may be behind by {} (maxLag): it would lose records that it has \
             not read",
            readable("retention.ms", &kept.to_string()),
            short_duration(*age)
        ))
    }

    fn compaction_without_key(&self) -> Option<String> {
        let event = self.wanted.spec.reliance.events_without_key.first()?;
        let compacts = policies(self.value("cleanup.policy")?).contains("compact");
        compacts.then(|| {
            format!("the topic is compacted, and event `{event}` has no key: brokers refuse its records")
        })
    }
}

/// Refuses dead letters that are gone before the records of their source.
pub(super) fn dead_letters(drafts: &mut [Draft<'_>], specs: &[TopicSpec], warnings: &mut Vec<Warning>) {
    let positions: std::collections::BTreeMap<&str, usize> =
        drafts.iter().enumerate().map(|(index, draft)| (draft.wanted.name, index)).collect();
    for spec in specs {
        let Some(dead_letter) = &spec.dead_letter else { continue };
        let (Some(&source), Some(&letters)) =
            (positions.get(spec.name.as_str()), positions.get(dead_letter.name.as_str()))
        else {
            continue;
        };
        let (Some(source_ms), Some(letters_ms)) =
            (drafts[source].retention_ms(), drafts[letters].retention_ms())
        else {
            continue;
        };
        let limit = |ms: i64| u64::try_from(ms).unwrap_or(u64::MAX);
        if limit(letters_ms) >= limit(source_ms) {
            continue;
        }
        let shown = |ms: i64| match ms {
            -1 => "for ever".to_owned(),
            ms => format!("for {}", readable("retention.ms", &ms.to_string())),
        };
        let reason = format!(
            "dead letters are kept {}, and the records of `{}` {}",
            shown(letters_ms),
            spec.name,
            shown(source_ms)
        );
        let names = ["retention.ms", "cleanup.policy"];
        let is_new = drafts[source].touches(&names) || drafts[letters].touches(&names);
        drafts[letters].report(is_new, Guard::DeadLetterRetention, reason, DEAD_LETTER, warnings);
    }
}

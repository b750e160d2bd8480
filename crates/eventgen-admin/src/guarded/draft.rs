//! The steps of one topic while its guards look at them.

use std::borrow::Cow;

use crate::plan::{Wanted, steps_of};
use crate::{Action, ExistingTopic, Guard, Observation, Step};

/// A topic that is asked for, what the cluster has of it, and the steps between.
pub(super) struct Draft<'a> {
    pub(super) wanted: Wanted<'a>,
    pub(super) existing: Option<&'a ExistingTopic>,
    pub(super) steps: Vec<Step>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(wanted: Wanted<'a>, cluster: &'a Observation) -> Self {
        let existing = cluster.topics.get(wanted.name);
        Self { wanted, existing, steps: steps_of(&wanted, &cluster.topics) }
    }

    /// Whether events are on the topic, and not what failed of another one.
    pub(super) fn is_source(&self) -> bool {
        self.wanted.name == self.wanted.spec.name
    }

    /// The value of a configuration after the steps, as far as it is known.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        let existing = || self.existing.and_then(|existing| existing.config.get(name));
        self.wanted.config.get(name).or_else(existing).map(String::as_str)
    }

    /// The retention in milliseconds after the steps: -1 is no limit. `None` if it is not known, or if records are not deleted
    /// by age.
    pub(super) fn retention_ms(&self) -> Option<i64> {
        let deletes = self.value("cleanup.policy").is_none_or(|policy| policy.contains("delete"));
        if deletes { self.value("retention.ms")?.trim().parse().ok() } else { None }
    }

    /// Whether the steps create the topic or change one of these configurations.
    pub(super) fn touches(&self, names: &[&str]) -> bool {
        self.changes(names) || self.steps.iter().any(|step| matches!(step.action, Action::Create { .. }))
    }

    /// Whether the steps change one of these configurations.
    pub(super) fn changes(&self, names: &[&str]) -> bool {
        self.steps.iter().any(|step| match &step.action {
            Action::ChangeConfig { changes } => {
                changes.iter().any(|change| names.contains(&change.name.as_str()))
            }
            _ => false,
        })
    }

    /// Adds a refusal.
    pub(super) fn refuse(&mut self, guard: Guard, reason: String, help: impl Into<Cow<'static, str>>) {
        self.steps.retain(|step| step.action != Action::Leave);
        self.steps.push(self.refusal(guard, reason, help));
    }

    pub(super) fn refusal(&self, guard: Guard, reason: String, help: impl Into<Cow<'static, str>>) -> Step {
        let action = Action::Refuse { guard, help: help.into().into_owned() };
        Step { topic: self.wanted.name.to_owned(), action, reason }
    }
}

//! A plan as JSON: what `--output json` prints, and what is saved to be applied later. docs/topics.md describes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::model::{Found, GuardedPlan, Warning};
use super::reassignment::Reassignment;
use crate::{Action, Guard, Plan, Step};

/// Incremented when a property is removed or changes its meaning. Properties may be added at any time.
const VERSION: u32 = 1;
/// What distinguishes a plan from other JSON.
const KIND: &str = "eventgen-topic-plan";

/// Why a text is not a plan.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlanFileError {
    /// It is something else.
    #[error("it is not a plan of topics, as `eventgen topics plan --out` writes it")]
    NoPlan,
    /// It is one of another version of eventgen.
    #[error("it has version {version} of the format, and this command reads version {VERSION}: plan again")]
    Version {
        /// The version.
        version: u64,
    },
    /// It was changed.
    #[error("it is damaged: {reason}")]
    Damaged {
        /// Where and how.
        reason: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    kind: String,
    version: u32,
    cluster_id: Option<String>,
    topics: Vec<Topic>,
    warnings: Vec<Risk>,
    leftovers: Vec<String>,
    reassignment: Option<Reassignment>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Topic {
    #[serde(rename = "topic")]
    name: String,
    found: Option<Found>,
    steps: Vec<Planned>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Planned {
    #[serde(flatten)]
    action: Action,
    reason: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Risk {
    topic: String,
    guard: Guard,
    reason: String,
}

impl GuardedPlan {
    /// The plan as JSON.
    pub fn to_json(&self) -> String {
        let mut topics: Vec<Topic> = Vec::new();
        for step in &self.plan.steps {
            if topics.last().is_none_or(|last| last.name != step.topic) {
                let found = self.found.get(&step.topic).cloned().flatten();
                topics.push(Topic { name: step.topic.clone(), found, steps: Vec::new() });
            }
            let planned = Planned { action: step.action.clone(), reason: step.reason.clone() };
            topics.last_mut().expect("pushed above").steps.push(planned);
        }
        let risk = |warning: &Warning| Risk {
            topic: warning.topic.clone(),
            guard: warning.guard,
            reason: warning.reason.clone(),
        };
        let file = File {
            kind: KIND.to_owned(),
            version: VERSION,
            cluster_id: self.cluster_id.clone(),
            topics,
            warnings: self.warnings.iter().map(risk).collect(),
            leftovers: self.leftovers.clone(),
            reassignment: self.reassignment.clone(),
        };
        serde_json::to_string_pretty(&file).expect("texts, numbers and maps by text are JSON")
    }

    /// Reads what [`to_json`](Self::to_json) has written.
    ///
    /// # Errors
    /// It is something else, or of another version of the format.
    pub fn from_json(text: &str) -> Result<Self, PlanFileError> {
        let value: Value = serde_json::from_str(text).map_err(|_| PlanFileError::NoPlan)?;
        if value.get("kind").and_then(Value::as_str) != Some(KIND) {
            return Err(PlanFileError::NoPlan);
        }
        match value.get("version").and_then(Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            version => return Err(PlanFileError::Version { version: version.unwrap_or_default() }),
        }
        let file: File = serde_json::from_value(value)
            .map_err(|error| PlanFileError::Damaged { reason: error.to_string() })?;
        let mut found = BTreeMap::new();
        let mut steps = Vec::new();
        for topic in file.topics {
            let name = topic.name;
            steps.extend(topic.steps.into_iter().map(|planned| Step {
                topic: name.clone(),
                action: planned.action,
                reason: planned.reason,
            }));
            found.insert(name, topic.found);
        }
        let warning = |risk: Risk| Warning { topic: risk.topic, guard: risk.guard, reason: risk.reason };
        Ok(Self {
            cluster_id: file.cluster_id,
            plan: Plan { steps },
            warnings: file.warnings.into_iter().map(warning).collect(),
            leftovers: file.leftovers,
            reassignment: file.reassignment,
            found,
        })
    }
}

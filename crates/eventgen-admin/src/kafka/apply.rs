//! Validates and carries out the steps of a plan.

use std::collections::BTreeMap;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::RDKafkaErrorCode;

use super::create::{Creation, create};
use super::native::{Answers, Mode, NewTopic, Refusal, Requests};
use super::silence::is_silence;
use super::{Asked, Cluster, Context};
use crate::{Action, AdminError, Observation, Rejection, Step};

/// How many topics are validated by one request.
const CHUNK: usize = 100;

/// A client with the cluster that it asks.
pub(crate) struct Session {
    probe: BaseConsumer<Context>,
}

impl Cluster {
    pub(crate) fn session(&self) -> Result<Session, AdminError> {
        Ok(Session { probe: self.probe()? })
    }

    pub(crate) fn observe_in(&self, session: &Session, asked: &Asked) -> Result<Observation, AdminError> {
        self.observe_by(&session.probe, asked)
    }
}

impl Session {
    /// Has the cluster check all steps, and change nothing. The answer has what it would refuse.
    pub(crate) fn validate(&self, steps: &[Step]) -> Result<Vec<Rejection>, AdminError> {
        let requests = Requests::new(self.probe.client());
        let mut rejections = Vec::new();
        let mut collect = |change: &str, right: &str, answers: Answers<()>| {
            rejections.extend(answers.into_iter().filter_map(|(topic, answer)| {
                let refusal = answer.err()?;
                let exists = refusal.code == RDKafkaErrorCode::TopicAlreadyExists;
                let reason = match refusal.code {
                    RDKafkaErrorCode::TopicAuthorizationFailed => {
                        format!("{refusal}; the user needs the operation {right} on the topic")
                    }
                    _ => refusal.to_string(),
                };
                Some(Rejection { topic, change: change.to_owned(), reason, exists })
            }));
        };
        let failed = |refusal: Refusal| refusal.into_error("validating the plan");
        let creations: Vec<Creation<'_>> = steps.iter().filter_map(Creation::of).collect();
        for chunk in creations.chunks(CHUNK) {
            let topics: Vec<NewTopic<'_>> = chunk.iter().map(Creation::native).collect();
            let answers = requests.create_topics(&topics, Mode::Validate).map_err(failed)?;
            collect("creating it", "Create", answers);
        }
        let increases: Vec<(&str, u32)> = steps.iter().filter_map(increase).collect();
        for chunk in increases.chunks(CHUNK) {
            let answers = requests.create_partitions(chunk, Mode::Validate).map_err(failed)?;
            collect("adding partitions", "Alter", answers);
        }
        let changes: Vec<(&str, Vec<(&str, &str)>)> = steps.iter().filter_map(config).collect();
        for chunk in changes.chunks(CHUNK) {
            let answers = requests.alter_configs(chunk, Mode::Validate).map_err(failed)?;
            collect("changing its configuration", "AlterConfigs", answers);
        }
        Ok(rejections)
    }

    /// Carries out some steps of a kind that one request can do. The answer has each topic.
    pub(crate) fn change(&self, steps: &[Step]) -> BTreeMap<String, Result<(), String>> {
        let requests = Requests::new(self.probe.client());
        let mut outcomes = BTreeMap::new();
        let mut add = |topics: Vec<&str>, answers: Result<Answers<()>, Refusal>| match answers {
            Ok(answers) => outcomes.extend(
                answers
                    .into_iter()
                    .map(|(topic, answer)| (topic, answer.map_err(|refusal| refused(&refusal)))),
            ),
            // The whole request failed.
            Err(refusal) => {
                let reason = unanswered(&refusal);
                outcomes.extend(topics.into_iter().map(|topic| (topic.to_owned(), Err(reason.clone()))));
            }
        };
        let creations: Vec<Creation<'_>> = steps.iter().filter_map(Creation::of).collect();
        if !creations.is_empty() {
            let names = creations.iter().map(|creation| creation.name).collect();
            add(names, create(&self.probe, creations));
        }
        let increases: Vec<(&str, u32)> = steps.iter().filter_map(increase).collect();
        if !increases.is_empty() {
            let names = increases.iter().map(|(topic, _)| *topic).collect();
            add(names, requests.create_partitions(&increases, Mode::Change));
        }
        let changes: Vec<(&str, Vec<(&str, &str)>)> = steps.iter().filter_map(config).collect();
        if !changes.is_empty() {
            let names = changes.iter().map(|(topic, _)| *topic).collect();
            add(names, requests.alter_configs(&changes, Mode::Change));
        }
        outcomes
    }
}

/// Why a topic was not changed.
fn refused(refusal: &Refusal) -> String {
    match refusal.code {
        // The cluster did not have it when it checked the plan.
        RDKafkaErrorCode::TopicAlreadyExists => {
            format!("{refusal}; another run has created it meanwhile: run the command again")
        }
        _ => unanswered(refusal),
    }
}

/// Why a request has no answer, and what that means for the change.
fn unanswered(refusal: &Refusal) -> String {
    if is_silence(refusal.code) {
        format!("{refusal}; whether it was changed is not known: plan again")
    } else {
        refusal.to_string()
    }
}

fn increase(step: &Step) -> Option<(&str, u32)> {
    match &step.action {
        Action::IncreasePartitions { to, .. } => Some((&step.topic, *to)),
        _ => None,
    }
}

fn config(step: &Step) -> Option<(&str, Vec<(&str, &str)>)> {
    match &step.action {
        Action::ChangeConfig { changes } => {
            let changes = changes.iter().map(|change| (change.name.as_str(), change.to.as_str()));
            Some((&step.topic, changes.collect()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_failed_says_what_to_do() {
        let told = |code| refused(&Refusal { code, reason: "why".to_owned() });
        assert!(told(RDKafkaErrorCode::TopicAlreadyExists).contains("run the command again"));
        assert!(told(RDKafkaErrorCode::RequestTimedOut).contains("is not known: plan again"));
        let policy = told(RDKafkaErrorCode::PolicyViolation);
        assert!(policy.contains("why") && !policy.contains("again"), "{policy}");
    }
}

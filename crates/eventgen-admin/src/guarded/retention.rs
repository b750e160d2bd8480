//! Changes that delete records.

use std::time::Duration;

use eventgen_schema::contract::readable;

use super::draft::Draft;
use super::model::PlanOptions;
use crate::plan::{is_cut, other_values, policies};
use crate::{Action, ConfigChange, Guard};

const CUT: &str =
    "--retention-step 24h lowers it by a day with each apply, and --allow-retention-cut at once";
const CUT_AT_ONCE: &str = "keep the value, or pass --allow-retention-cut";

/// What becomes of a change.
enum Outcome {
    Keep,
    /// A step towards the value.
    Step(String),
    Refuse(String, &'static str),
}

impl Draft<'_> {
    /// Refuses changes that delete records, or takes a step towards them.
    pub(super) fn guard_retention(&mut self, options: &PlanOptions) {
        if options.allow_retention_cut && options.retention_step.is_none() {
            return;
        }
        let Some(index) =
            self.steps.iter().position(|step| matches!(step.action, Action::ChangeConfig { .. }))
        else {
            return;
        };
        let Action::ChangeConfig { changes } = &self.steps[index].action else { return };
        let deletes = self.value("cleanup.policy").is_none_or(|policy| policies(policy).contains("delete"));
        let (mut kept, mut refused) = (Vec::new(), Vec::new());
        for change in changes {
            match outcome(change, deletes, options) {
                Outcome::Keep => kept.push(change.clone()),
                Outcome::Step(to) => kept.push(ConfigChange { to, ..change.clone() }),
                Outcome::Refuse(reason, help) => refused.push((reason, help)),
            }
        }
        if kept.is_empty() {
            self.steps.remove(index);
        } else {
            if kept.len() < changes.len() {
                self.steps[index].reason = other_values(&self.wanted, &kept);
            }
            self.steps[index].action = Action::ChangeConfig { changes: kept };
        }
        for (reason, help) in refused {
            self.refuse(Guard::RetentionCut, reason, help);
        }
    }
}

fn outcome(change: &ConfigChange, deletes: bool, options: &PlanOptions) -> Outcome {
    let ConfigChange { name, from, asked, .. } = change;
    let Some(from) = from else { return Outcome::Keep };
    match name.as_str() {
        "retention.ms" if deletes && is_cut(from, asked) => match options.retention_step {
            Some(step) => match stepped(from, asked, step) {
                Some(to) => Outcome::Step(to),
                None if options.allow_retention_cut => Outcome::Keep,
                None => Outcome::Refuse(
                    cut(name, from, asked),
                    "there are no steps from no limit: pass --allow-retention-cut",
                ),
            },
            None => Outcome::Refuse(cut(name, from, asked), CUT),
        },
        "retention.bytes" if deletes && is_cut(from, asked) && !options.allow_retention_cut => {
            Outcome::Refuse(cut(name, from, asked), CUT_AT_ONCE)
        }
        "cleanup.policy" if !options.allow_retention_cut => {
            let (before, after) = (policies(from), policies(asked));
            let lost = match (before.contains("delete"), after.contains("delete")) {
                (false, true) => "records that are older than the retention",
                _ if !before.contains("compact") && after.contains("compact") => {
                    "all but the last record of each key"
                }
                _ => return Outcome::Keep,
            };
            Outcome::Refuse(
                format!("cleanup.policy goes from {from} to {asked}: {lost} are deleted"),
                CUT_AT_ONCE,
            )
        }
        _ => Outcome::Keep,
    }
}

/// The retention after one step. `None` if there are no steps, because there is no limit today.
fn stepped(from: &str, asked: &str, step: Duration) -> Option<String> {
    let from: i64 = from.trim().parse().ok().filter(|from| *from >= 0)?;
    let asked: i64 = asked.trim().parse().ok()?;
    let step = i64::try_from(step.as_millis()).unwrap_or(i64::MAX);
    Some(from.saturating_sub(step).max(asked).to_string())
}

fn cut(name: &str, from: &str, to: &str) -> String {
    let which = if name == "retention.ms" { "older records" } else { "what exceeds it" };
    let verb = if name == "retention.ms" { "are" } else { "is" };
    format!(
        "{name} goes from {} to {}: {which} {verb} deleted at once",
        readable(name, from),
        readable(name, to)
    )
}

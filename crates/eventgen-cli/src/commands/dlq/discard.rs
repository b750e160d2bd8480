//! `eventgen dlq discard`: notes that letters are not to be handled.

use std::num::NonZeroUsize;

use eventgen_admin::dead_letters::LetterPlan;
use serde::Serialize;

use super::list_json::VERSION;
use super::plan_text::places;
use super::target::{Opened, Target};
use crate::arguments::{DlqDiscard, Format};
use crate::bytes::Bytes;
use crate::confirm::confirm;
use crate::count::count;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::progress::Line;
use crate::terminal::{Terminal, line, output, summary};

pub(crate) fn discard(arguments: &DlqDiscard, terminal: Terminal) -> Result<Outcome, Failure> {
    let target = Target::new(&arguments.letters, terminal)?;
    let opened = target.open_for_change()?;
    let plans = plan(arguments, &opened)?;
    let total: usize = plans.iter().map(|plan| plan.letters.len()).sum();
    match arguments.letters.output {
        Format::Human => {
            for (topic, plan) in opened.iter().zip(&plans).filter(|(_, plan)| !plan.letters.is_empty()) {
                let letters = count(plan.letters.len(), "letter");
                line(&format!("{}: {letters} ({})", topic.letters.name(), places(plan.letters.iter())))?;
            }
        }
        Format::Json => output(&json(arguments, &target, &opened, &plans)?)?,
    }
    let found = target.remark(&plans);
    if arguments.dry_run {
        summary(&format!("{} would be discarded; nothing was changed", count(total, "letter")));
        return Ok(found);
    }
    if total == 0 {
        summary(&format!("nothing to discard at {}", target.cluster));
        return Ok(found);
    }
    if !arguments.yes && !confirm(&format!("discard {} at {}", count(total, "letter"), target.cluster))? {
        summary("nothing was changed");
        return Ok(Outcome::Failure);
    }
    let mut done = 0;
    for (topic, plan) in opened.iter().zip(&plans).filter(|(_, plan)| !plan.letters.is_empty()) {
        done += topic.letters.discard(plan, &arguments.reason, arguments.by.as_deref())?.done;
    }
    let discarded = count(usize::try_from(done).unwrap_or(usize::MAX), "letter");
    summary(&format!(
        "{discarded} discarded at {}; they stay in their topic until retention deletes them",
        target.cluster
    ));
    Ok(Outcome::Fine)
}

fn plan(arguments: &DlqDiscard, opened: &[Opened<'_>]) -> Result<Vec<LetterPlan>, Failure> {
    let mut limit = arguments.limit.map(NonZeroUsize::get);
    let mut plans = Vec::with_capacity(opened.len());
    for topic in opened {
        let progress = Line::new();
        let show = |what: &str, read| progress.show(|| format!("{}: {read} {what}", topic.letters.name()));
        let plan = topic.letters.plan_discard(topic.filter, limit, show)?;
        limit = limit.map(|limit| limit.saturating_sub(plan.letters.len()));
        plans.push(plan);
    }
    Ok(plans)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    bootstrap_servers: &'a str,
    dry_run: bool,
    reason: &'a str,
    letters: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    dead_letter_topic: &'a str,
    partition: i32,
    offset: i64,
    key: Option<Bytes<'a>>,
}

fn json(
    arguments: &DlqDiscard,
    target: &Target,
    opened: &[Opened<'_>],
    plans: &[LetterPlan],
) -> Result<String, Failure> {
    let mut letters = Vec::new();
    for (topic, plan) in opened.iter().zip(plans) {
        letters.extend(plan.letters.iter().map(|letter| Entry {
            dead_letter_topic: topic.letters.name(),
            partition: letter.partition,
            offset: letter.offset,
            key: letter.key.as_deref().map(Bytes::of),
        }));
    }
    let document = Document {
        version: VERSION,
        bootstrap_servers: &target.cluster,
        dry_run: arguments.dry_run,
        reason: &arguments.reason,
        letters,
    };
    Ok(serde_json::to_string_pretty(&document)?)
}

//! `eventgen dlq redrive`: sends letters back.

use std::collections::BTreeMap;

use eventgen_admin::dead_letters::{Done, LetterPlan, Pace, RedriveOptions};
use eventgen_schema::Contract;

use super::interrupt::Interrupt;
use super::plan_text;
use super::progress::Progress;
use super::target::{Opened, Target};
use crate::arguments::{DlqRedrive, Format};
use crate::confirm::confirm;
use crate::count::count;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::{Terminal, line, summary};

pub(crate) fn redrive(arguments: &DlqRedrive, terminal: Terminal) -> Result<Outcome, Failure> {
    let target = Target::new(&arguments.letters, terminal)?;
    if arguments.to.is_some() && target.topics.len() > 1 {
        return Err(Failure::ToOfSeveral);
    }
    let opened = target.open_for_change()?;
    if !arguments.dry_run {
        opened.iter().try_for_each(|topic| topic.letters.take_over())?;
    }
    let plans = plan(arguments, &target, &opened)?;
    show(arguments, &target, &opened, &plans)?;
    let total: usize = plans.iter().map(|plan| plan.sent().count()).sum();
    let left: usize = plans.iter().map(|plan| plan.staying().count()).sum();
    if arguments.dry_run {
        summary(&format!("{} would be sent back, {left} left; nothing was changed", count(total, "letter")));
        return Ok(Outcome::Fine);
    }
    if total == 0 {
        summary(&format!("nothing to send back at {}, {left} left", target.cluster));
        return Ok(if left > 0 { Outcome::Failure } else { Outcome::Fine });
    }
    if !arguments.yes && !confirm(&format!("send {} back at {}", count(total, "letter"), target.cluster))? {
        summary("nothing was changed");
        return Ok(Outcome::Failure);
    }
    let interrupt = Interrupt::listen();
    let pace = arguments.rate.map_or(Pace::UNLIMITED, |rate| Pace::of_rate(rate.get()));
    let (mut done, mut incomplete, mut gone) = (0, 0, 0);
    for (topic, plan) in opened.iter().zip(&plans).filter(|(_, plan)| plan.sent().next().is_some()) {
        let Done { done: sent, gone: others, incomplete: missing, interrupted, .. } =
            run(topic, plan, pace, &interrupt, done, total)?;
        done += sent;
        gone += others;
        incomplete += missing.len();
        for (partition, offset, reason) in &missing {
            summary(&format!("{} {partition}:{offset} is left: {reason}", topic.letters.name()));
        }
        if interrupted {
            summary(&format!(
                "interrupted: {done} of {total} letters sent back; another run goes on with the rest"
            ));
            return Ok(Outcome::Failure);
        }
    }
    let others =
        if gone > 0 { format!(", {gone} done by another run or deleted meanwhile") } else { String::new() };
    let (sent, left) = (count(usize::try_from(done).unwrap_or(usize::MAX), "letter"), left + incomplete);
    summary(&format!("{sent} sent back, {left} left{others} at {}", target.cluster));
    Ok(if left > 0 { Outcome::Failure } else { Outcome::Fine })
}

fn plan(arguments: &DlqRedrive, target: &Target, opened: &[Opened<'_>]) -> Result<Vec<LetterPlan>, Failure> {
    let mut options = RedriveOptions::default();
    options.to.clone_from(&arguments.to);
    options.retry_topics = retry_topics(&target.contract);
    options.refuse_stale = arguments.refuse_stale;
    options.skip_stale_check = arguments.skip_stale_check;
    options.include_parked = arguments.include_parked;
    options.limit = arguments.limit;
    let mut plans = Vec::with_capacity(opened.len());
    for topic in opened {
        let mut progress = Progress::new();
        let show = |what: &str, read| progress.show(|| format!("{}: {read} {what}", topic.letters.name()));
        let plan = topic.letters.plan(topic.filter, &options, show)?;
        options.limit = options.limit.map(|limit| limit.saturating_sub(plan.sent().count()));
        plans.push(plan);
    }
    Ok(plans)
}

/// The first retry topic of each group.
fn retry_topics(contract: &Contract) -> BTreeMap<(String, String), String> {
    let mut first = BTreeMap::new();
    for topic in contract.topics.values() {
        for retry in topic.retry_topics().into_iter().filter(|retry| retry.delay.is_some()) {
            first.entry((topic.name.clone(), retry.group)).or_insert(retry.name);
        }
    }
    first
}

fn show(
    arguments: &DlqRedrive,
    target: &Target,
    opened: &[Opened<'_>],
    plans: &[LetterPlan],
) -> Result<(), Failure> {
    for problem in plans.iter().flat_map(|plan| &plan.problems) {
        summary(&format!("warning: {problem}"));
    }
    let named = || opened.iter().map(|topic| topic.letters.name()).zip(plans);
    match arguments.letters.output {
        Format::Human => {
            for (topic, plan) in named().filter(|(_, plan)| !plan.letters.is_empty()) {
                line(&plan_text::text(topic, plan))?;
            }
            Ok(())
        }
        Format::Json => line(&plan_text::json(named(), &target.cluster, arguments.dry_run)?),
    }
}

fn run(
    topic: &Opened<'_>,
    plan: &LetterPlan,
    pace: Pace,
    interrupt: &Interrupt,
    before: u64,
    total: usize,
) -> Result<Done, Failure> {
    let mut progress = Progress::new();
    let done = topic.letters.redrive(plan, pace, |done| {
        progress.show(|| format!("{} of {total} letters sent back", before + done));
        interrupt.flow()
    })?;
    Ok(done)
}

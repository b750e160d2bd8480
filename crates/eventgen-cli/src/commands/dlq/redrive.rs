//! `eventgen dlq redrive`: sends letters back.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use eventgen_admin::dead_letters::{Done, LetterPlan, Pace, RedriveOptions};
use eventgen_schema::Contract;

use super::plan_text;
use super::target::{Opened, Target};
use crate::arguments::{DlqRedrive, Format};
use crate::confirm::confirm;
use crate::count::count;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::outcome::Outcome;
use crate::printable;
use crate::progress::Line;
use crate::terminal::{Terminal, error, line, output, summary};

pub(crate) fn redrive(arguments: &DlqRedrive, terminal: Terminal) -> Result<Outcome, Failure> {
    let target = Target::new(&arguments.letters, terminal)?;
    let options = options(arguments, &target)?;
    let opened = target.open_for_change()?;
    let mut plans = plan(options.clone(), &opened)?;
    show(arguments, &target, &opened, &plans)?;
    let (total, left) = (sent(&plans), staying(&plans));
    let found = target.remark(&plans);
    if arguments.dry_run {
        summary(&format!("{} would be sent back, {left} left; nothing was changed", count(total, "letter")));
        return Ok(found);
    }
    if total == 0 {
        summary(&format!("nothing to send back at {}, {left} left", target.cluster));
        return Ok(if left > 0 { Outcome::Failure } else { found });
    }
    if !arguments.yes && !confirm(&format!("send {} back at {}", count(total, "letter"), target.cluster))? {
        summary("nothing was changed");
        return Ok(Outcome::Failure);
    }
    // Another run goes on until it is certain that this one has something to do.
    let mut gone = take_over(&opened, &mut plans, &options)?;
    let (total, mut left) = (sent(&plans), staying(&plans));
    let interrupt = Interrupt::listen();
    let pace = arguments.rate.map_or(Pace::UNLIMITED, |rate| Pace::of_rate(rate.get()));
    let mut done = 0;
    for (topic, plan) in opened.iter().zip(&plans).filter(|(_, plan)| plan.sent().next().is_some()) {
        let mut so_far = done;
        let outcome = run(topic, plan, pace, &interrupt, &mut so_far, total);
        if outcome.is_err() && so_far > 0 {
            summary(&format!("{so_far} of {total} letters sent back; the rest is as it was"));
        }
        let Done { done: sent, gone: others, left: refused, interrupted, .. } = outcome?;
        done += sent;
        gone += others;
        left += refused.len();
        for (partition, offset, reason) in &refused {
            let reason = printable::text(reason);
            error(&format!("error: {} {partition}:{offset} is left: {reason}", topic.letters.name()));
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
    let sent = count(usize::try_from(done).unwrap_or(usize::MAX), "letter");
    summary(&format!("{sent} sent back, {left} left{others} at {}", target.cluster));
    Ok(if left > 0 { Outcome::Failure } else { Outcome::Fine })
}

fn sent(plans: &[LetterPlan]) -> usize {
    plans.iter().map(|plan| plan.sent().count()).sum()
}

fn staying(plans: &[LetterPlan]) -> usize {
    plans.iter().map(|plan| plan.staying().count()).sum()
}

fn options(arguments: &DlqRedrive, target: &Target) -> Result<RedriveOptions, Failure> {
    let mut options = RedriveOptions::default();
    options.dead_letter_topics = target.dead_letter_topics();
    if let Some(to) = &arguments.to {
        if target.topics.len() > 1 {
            return Err(Failure::ToOfSeveral);
        }
        let to = target.names.of(to);
        if options.dead_letter_topics.contains(&to) {
            return Err(Failure::ToDeadLetters { topic: to });
        }
        options.to = Some(to);
    }
    options.retry_topics = retry_topics(&target.contract);
    options.refuse_stale = arguments.refuse_stale;
    options.skip_stale_check = arguments.skip_stale_check;
    options.include_parked = arguments.include_parked;
    options.limit = arguments.limit.map(NonZeroUsize::get);
    Ok(options)
}

fn plan(mut options: RedriveOptions, opened: &[Opened<'_>]) -> Result<Vec<LetterPlan>, Failure> {
    let mut plans = Vec::with_capacity(opened.len());
    for topic in opened {
        let progress = Line::new();
        let show = |what: &str, read| progress.show(|| format!("{}: {read} {what}", topic.letters.name()));
        let plan = topic.letters.plan(topic.filter, &options, show)?;
        options.limit = options.limit.map(|limit| limit.saturating_sub(plan.sent().count()));
        plans.push(plan);
    }
    Ok(plans)
}

/// Ends other runs on the topics of which letters are sent back. The answer is the number of letters that they have done.
fn take_over(
    opened: &[Opened<'_>],
    plans: &mut [LetterPlan],
    options: &RedriveOptions,
) -> Result<u64, Failure> {
    let newer = |plan: &LetterPlan| plan.sent().filter(|letter| letter.newer.is_some()).count();
    let mut gone = 0;
    for (topic, plan) in opened.iter().zip(plans).filter(|(_, plan)| plan.sent().next().is_some()) {
        let before = newer(plan);
        let progress = Line::new();
        let show = |what: &str, read| progress.show(|| format!("{}: {read} {what}", topic.letters.name()));
        gone += topic.letters.take_over(plan, options, show)?;
        drop(progress);
        let more = newer(plan).saturating_sub(before);
        if more > 0 {
            let letters = count(more, "more letter");
            summary(&format!("warning: {letters} of {} have newer records by now", topic.letters.name()));
        }
    }
    Ok(gone)
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
        summary(&format!("warning: {}", printable::text(problem)));
    }
    let named = || opened.iter().map(|topic| topic.letters.name()).zip(plans);
    match arguments.letters.output {
        Format::Human => {
            for (topic, plan) in named().filter(|(_, plan)| !plan.letters.is_empty()) {
                line(&plan_text::text(topic, plan))?;
            }
            Ok(())
        }
        Format::Json => output(&plan_text::json(named(), &target.cluster, arguments.dry_run)?),
    }
}

fn run(
    topic: &Opened<'_>,
    plan: &LetterPlan,
    pace: Pace,
    interrupt: &Interrupt,
    so_far: &mut u64,
    total: usize,
) -> Result<Done, Failure> {
    let (progress, before) = (Line::new(), *so_far);
    let done = topic.letters.redrive(plan, pace, |done| {
        *so_far = before + done;
        progress.show(|| format!("{so_far} of {total} letters sent back"));
        interrupt.flow()
    })?;
    Ok(done)
}

//! `eventgen topics apply`: shows a plan, asks, and carries it out.

use std::fs;
use std::path::Path;

use eventgen_admin::{Applied, GuardedPlan, Step, guarded_plan};

use super::print::show;
use super::target::Target;
use super::text;
use crate::arguments::{Apply, Format};
use crate::confirm::confirm;
use crate::count::count;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::outcome::Outcome;
use crate::terminal::{Terminal, line, summary};

/// What a saved plan is recognised by: a file with this ending that is not a schema.
const SAVED: &str = "json";

pub(super) async fn apply(arguments: &Apply, terminal: Terminal) -> Result<Outcome, Failure> {
    let (target, plan) = match saved(&arguments.target.schemas.paths) {
        Some(path) => {
            if !arguments.allowed.is_default() || !arguments.target.topic.is_empty() {
                return Err(Failure::SavedPlanOptions);
            }
            (Target::of_saved(&arguments.target)?, read(path)?)
        }
        None => {
            let (target, specs) = Target::of_contract(&arguments.target, terminal)?;
            let observation = target.observe(&specs).await?;
            (target, guarded_plan(&specs, &observation, &arguments.allowed.options()))
        }
    };
    target.check(plan.cluster_id.as_deref())?;
    show(&plan, &target, arguments.target.output)?;
    summary(&text::summary(&plan, target.name()));
    let changes = plan.plan.changes().count();
    if plan.plan.refusals().next().is_some() {
        summary("nothing was changed, because the plan has refused changes");
        return Ok(Outcome::Failure);
    }
    if changes == 0 {
        return Ok(Outcome::Fine);
    }
    if !arguments.yes && !confirm(&format!("make {} at {}", count(changes, "change"), target.name()))? {
        summary("nothing was changed");
        return Ok(Outcome::Failure);
    }
    carry_out(&plan, &target, arguments.target.output).await
}

/// Carries out a plan, and prints a line for each step.
async fn carry_out(plan: &GuardedPlan, target: &Target, format: Format) -> Result<Outcome, Failure> {
    // The change that is under way is completed: half of it would be hard to describe.
    let interrupt = Interrupt::listen();
    let mut printed = Ok(());
    let progress = |step: &Step| {
        if printed.is_ok() && format == Format::Human {
            printed = line(&text::done(step));
        }
        interrupt.flow()
    };
    let applied = target.admin.apply(plan, progress).await;
    let Applied { done, left, .. } = applied?;
    printed?;
    if left > 0 {
        let (done, left) = (count(done, "change"), count(left, "change"));
        summary(&format!("interrupted: {done} made, {left} not made; another run completes them"));
        return Ok(Outcome::Failure);
    }
    summary(&format!("{} made at {}", count(done, "change"), target.name()));
    Ok(Outcome::Fine)
}

/// The file of a saved plan, if the only path is one.
fn saved(paths: &[std::path::PathBuf]) -> Option<&Path> {
    match paths {
        [path] if path.extension().is_some_and(|extension| extension == SAVED) => Some(path),
        _ => None,
    }
}

fn read(path: &Path) -> Result<GuardedPlan, Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    GuardedPlan::from_json(&text).map_err(|source| Failure::SavedPlan { path: path.to_owned(), source })
}

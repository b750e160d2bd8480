//! `eventgen topics`: the topics of the contract against those of a cluster, and their creation and change.

mod apply;
mod print;
mod target;
mod text;

use std::fs;

use eventgen_admin::guarded_plan;

use crate::arguments::{Plan, Topics};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::{Terminal, summary};
use print::show;
use target::Target;

pub(crate) fn topics(arguments: &Topics, terminal: Terminal) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        match arguments {
            Topics::Plan(arguments) => plan(arguments, terminal).await,
            Topics::Apply(arguments) => apply::apply(arguments, terminal).await,
        }
    });
    // A request that was interrupted waits for the cluster at most some seconds, and nobody waits for it.
    runtime.shutdown_background();
    outcome
}

async fn plan(arguments: &Plan, terminal: Terminal) -> Result<Outcome, Failure> {
    let (target, specs) = Target::of_contract(&arguments.target, terminal)?;
    let observation = target.observe(&specs).await?;
    let plan = guarded_plan(&specs, &observation, &arguments.allowed.options());
    show(&plan, &target, arguments.target.output)?;
    let is_refused = plan.plan.refusals().next().is_some();
    if let Some(path) = &arguments.out {
        if is_refused {
            summary("the plan has refused changes and is not saved");
        } else {
            let text = plan.to_json() + "\n";
            fs::write(path, text).map_err(|source| Failure::Write { path: path.clone(), source })?;
        }
    }
    summary(&text::summary(&plan, target.name()));
    Ok(if arguments.check && !plan.is_empty() {
        Outcome::Stale
    } else if is_refused {
        Outcome::Failure
    } else {
        Outcome::Fine
    })
}

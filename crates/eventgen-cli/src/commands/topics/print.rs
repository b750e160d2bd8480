//! Prints plans.

use eventgen_admin::GuardedPlan;

use super::target::Target;
use super::text;
use crate::arguments::Format;
use crate::failure::Failure;
use crate::terminal::{error, is_quiet, line, output, summary};

/// Prints a plan.
pub(super) fn show(plan: &GuardedPlan, target: &Target, format: Format) -> Result<(), Failure> {
    for warning in &plan.warnings {
        summary(&format!("warning: {}: {} ({})", warning.topic, warning.reason, warning.guard));
    }
    if is_quiet() {
        for step in plan.plan.refusals() {
            error(&format!("error: {}: refused: {}", step.topic, step.reason));
        }
    }
    match format {
        Format::Human => {
            let text = text::plan(plan, target.name());
            if text.is_empty() { Ok(()) } else { line(&text) }
        }
        Format::Json => output(&plan.to_json()),
    }
}

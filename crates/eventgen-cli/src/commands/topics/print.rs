//! Prints plans.

use eventgen_admin::GuardedPlan;

use super::target::Target;
use super::text;
use crate::arguments::Format;
use crate::failure::Failure;
use crate::terminal::{line, summary};

/// Prints a plan.
pub(super) fn show(plan: &GuardedPlan, target: &Target, format: Format) -> Result<(), Failure> {
    for warning in &plan.warnings {
        summary(&format!("warning: {}: {} ({})", warning.topic, warning.reason, warning.guard));
    }
    match format {
        Format::Human => {
            let text = text::plan(plan, target.name());
            if text.is_empty() { Ok(()) } else { line(&text) }
        }
        Format::Json => line(&plan.to_json()),
    }
}

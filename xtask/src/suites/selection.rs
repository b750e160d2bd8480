//! Which suites `cargo xtask test` runs.

use clap::builder::{PossibleValue, PossibleValuesParser};

use super::list::{SUITES, Suite};

/// The options of `cargo xtask test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Selection {
    /// Skip the suites that need Java, Maven, Python, promtool or npm.
    #[arg(long, conflicts_with = "only")]
    no_real: bool,
    /// Run these suites only, in their usual order.
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = names())]
    only: Vec<String>,
}

impl Selection {
    pub(super) fn contains(&self, suite: &Suite) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == suite.name)
    }

    pub(super) fn excludes(&self, suite: &Suite) -> bool {
        self.no_real && !suite.programs.is_empty()
    }

    /// Whether a suite is skipped where a program is missing. It fails where it is asked for by name, and in continuous
    /// integration, which would prove little without it.
    pub(super) fn tolerates_missing_programs(&self) -> bool {
        self.only.is_empty() && !std::env::var("CI").is_ok_and(|value| value == "true")
    }
}

fn names() -> PossibleValuesParser {
    SUITES.iter().map(|suite| PossibleValue::new(suite.name).help(suite.about)).collect::<Vec<_>>().into()
}

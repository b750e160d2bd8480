//! Dashboards for Grafana: one for each topic, and an overview with links to them.
//!
//! They are in Grafana's classic form, which is imported by hand, provisioned from files or written by the HTTP API. Lag is
//! graphed from the series that the [alert rules](crate::prometheus) record.

mod layout;
mod model;
mod outbox;
mod overview;
mod panels;
mod queries;
mod text;
mod topic;
mod uid;

use eventgen_schema::Contract;

use crate::error::Error;
use crate::file::File;
use crate::monitored::Monitored;
use crate::settings::Settings;
pub use outbox::{OUTBOX_DASHBOARD, outbox_dashboard};

/// The path of the overview.
const OVERVIEW: &str = "overview.json";

/// The dashboards of a contract: the overview, then one for each topic.
///
/// # Errors
/// A dashboard cannot be written as JSON.
pub fn dashboards(contract: &Contract, settings: &Settings) -> Result<Vec<File>, Error> {
    let monitored = Monitored::of(contract);
    let mut files = vec![File::json(OVERVIEW.to_owned(), &overview::dashboard(&monitored, settings))?];
    for topic in &monitored.topics {
        let path = format!("topics/{}.json", topic.name());
        files.push(File::json(path, &topic::dashboard(topic, settings))?);
    }
    Ok(files)
}

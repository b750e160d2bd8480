//! Has the artefacts of the sample contracts and of random ones read by the tools that they are for.

use crate::error::{Context as _, Failure};
use crate::folders::target;
use crate::{cargo, chromium, maven, npm, python};

/// The variable with the number of random contracts.
const CONTRACTS: &str = "EVENTGEN_RANDOM_CONTRACTS";

/// Has promtool check the alert rules and run their tests, compares dashboards with the types of Grafana's SDK, and has the
/// other artefacts read by what reads them. Without a number, the tests choose.
pub(crate) fn judge(contracts: Option<u64>) -> Result<(), Failure> {
    let folders = [
        ("EVENTGEN_GRAFANA_SDK", npm::grafana_sdk()?),
        ("EVENTGEN_JUDGES", npm::parsers()?),
        ("EVENTGEN_STRIMZI", maven::strimzi()?),
        ("EVENTGEN_ODCS_SCHEMA", python::data_contract_schema()?),
    ];
    let folders = folders.map(|(name, folder)| (name.to_owned(), folder.display().to_string()));
    run(folders.into(), contracts, &["--skip", "catalogue"])
}

/// Has Chromium open catalogues from disk, and W3C's validator read them.
pub(crate) fn judge_catalogue(contracts: Option<u64>) -> Result<(), Failure> {
    let chromium = chromium::path().ok_or("Chromium is not on the path")?;
    let pictures = target().join("tmp").join("catalogue");
    std::fs::create_dir_all(&pictures).context(pictures.display())?;
    let folders =
        [("EVENTGEN_PAGES", npm::pages()?), ("EVENTGEN_CHROMIUM", chromium), ("EVENTGEN_PICTURES", pictures)];
    let folders = folders.map(|(name, path)| (name.to_owned(), path.display().to_string()));
    run(folders.into(), contracts, &["catalogue"])
}

fn run(
    mut environment: Vec<(String, String)>,
    contracts: Option<u64>,
    filter: &[&str],
) -> Result<(), Failure> {
    environment.extend(contracts.map(|contracts| (CONTRACTS.to_owned(), contracts.to_string())));
    let arguments = ["test", "--locked", "-p", "eventgen-artifacts", "--test", "artifacts"];
    cargo::run(&[&arguments[..], &["--", "--ignored", "--nocapture"], filter].concat(), &environment)
}

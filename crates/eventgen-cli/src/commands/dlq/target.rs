//! The dead-letter topics of a run.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_admin::AdminError;
use eventgen_admin::blocking::{DeadLetters, LetterTopic};
use eventgen_admin::dead_letters::{LetterFilter, LetterPlan, Progress};
use eventgen_schema::{Contract, Manifest};

use super::select::{Selected, remark, select};
use crate::arguments::Letters;
use crate::cluster::Settings;
use crate::failure::Failure;
use crate::load::{Read, load, manifest};
use crate::names::Names;
use crate::outcome::Outcome;
use crate::terminal::{Terminal, summary};

/// A cluster, and dead-letter topics of it.
pub(super) struct Target {
    pub(super) contract: Contract,
    pub(super) manifest: Option<Manifest>,
    pub(super) letters: DeadLetters,
    /// The addresses of the brokers.
    pub(super) cluster: String,
    /// The environment, and the id of the cluster that it names.
    expected: Option<(String, String)>,
    pub(super) topics: Vec<Selected>,
    pub(super) names: Names,
}

/// A dead-letter topic that is there, with what has become of its letters.
pub(super) struct Opened<'a> {
    pub(super) letters: LetterTopic,
    pub(super) progress: BTreeMap<i32, Progress>,
    pub(super) filter: &'a LetterFilter,
}

impl Target {
    pub(super) fn new(arguments: &Letters, terminal: Terminal) -> Result<Self, Failure> {
        let environment = arguments.env.as_deref();
        let (contract, manifest) = contract(arguments, terminal)?;
        let settings = Settings::new(&arguments.cluster, environment, manifest.as_ref())?;
        let cluster = settings.bootstrap_servers();
        let names = Names::new(&contract, manifest.as_ref(), environment);
        let topics = select(arguments, &contract, &names)?;
        if topics.is_empty() {
            return Err(Failure::NoDeadLetters);
        }
        let expected = match (&manifest, environment) {
            (Some(manifest), Some(name)) => {
                let id = manifest.cluster_of(name)?.cluster_id;
                id.map(|id| (name.to_owned(), id))
            }
            _ => None,
        };
        let letters = DeadLetters::new(settings.into_inner());
        Ok(Self { contract, manifest, letters, cluster, expected, topics, names })
    }

    /// The topics that have dead letters: those of the contract, and those that were named.
    pub(super) fn dead_letter_topics(&self) -> BTreeSet<String> {
        let of_contract = self.contract.topics.values().filter_map(|topic| topic.dead_letter.as_ref());
        let of_contract = of_contract.map(|letters| letters.topic.clone());
        of_contract.chain(self.topics.iter().map(|topic| topic.name.clone())).collect()
    }

    /// Says of plans which letters could not be selected: see [`remark`].
    pub(super) fn remark(&self, plans: &[LetterPlan]) -> Outcome {
        let selected = plans.iter().map(|plan| plan.letters.len()).sum();
        remark(&self.topics, selected, plans.iter().map(|plan| plan.undecided).sum())
    }

    /// Opens the topics, to change what becomes of their letters.
    pub(super) fn open_for_change(&self) -> Result<Vec<Opened<'_>>, Failure> {
        self.check_cluster()?;
        self.open()
    }

    /// Fails if the cluster is not the one that the environment names.
    fn check_cluster(&self) -> Result<(), Failure> {
        let Some((environment, expected)) = &self.expected else { return Ok(()) };
        let found = self.letters.cluster_id()?;
        if found.as_ref() == Some(expected) {
            return Ok(());
        }
        Err(Failure::WrongCluster {
            environment: environment.clone(),
            expected: expected.clone(),
            found: found.unwrap_or_else(|| "a cluster without an id".to_owned()),
        })
    }

    /// Opens the topics, with what has become of their letters. A topic that is missing is a warning, unless it was asked for.
    pub(super) fn open(&self) -> Result<Vec<Opened<'_>>, Failure> {
        let mut opened = Vec::new();
        for Selected { name, filter, is_asked_for, .. } in &self.topics {
            let letters = match self.letters.open(name) {
                Ok(letters) => letters,
                Err(error @ AdminError::UnknownTopic { .. }) if !is_asked_for => {
                    summary(&format!("warning: {error}: `eventgen topics apply` creates it"));
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let progress = match letters.progress() {
                Ok(progress) => progress,
                Err(error @ AdminError::Denied { .. }) => {
                    summary(&format!("warning: {error}: all letters are shown as open"));
                    BTreeMap::new()
                }
                Err(error) => return Err(error.into()),
            };
            opened.push(Opened { letters, progress, filter });
        }
        Ok(opened)
    }
}

/// The contract. A dead-letter topic that is named needs none.
fn contract(arguments: &Letters, terminal: Terminal) -> Result<(Contract, Option<Manifest>), Failure> {
    let schemas = &arguments.schemas;
    if schemas.paths.is_empty() && !arguments.topic.is_empty() {
        let manifest = manifest(&[])?;
        if manifest.is_none() && arguments.env.is_none() {
            return Ok((Contract::default(), None));
        }
    }
    let Read { loaded, manifest } = load(schemas, arguments.env.as_deref(), terminal)?;
    Ok((loaded.contract, manifest))
}

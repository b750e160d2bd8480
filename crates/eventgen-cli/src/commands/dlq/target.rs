//! The dead-letter topics of a run.

use std::collections::BTreeMap;

use eventgen_admin::AdminError;
use eventgen_admin::blocking::{DeadLetters, LetterTopic};
use eventgen_admin::dead_letters::{LetterFilter, Progress};
use eventgen_schema::{Contract, Manifest};

use crate::arguments::Letters;
use crate::cluster::Settings;
use crate::failure::Failure;
use crate::load::{Read, load, manifest};
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
}

/// A dead-letter topic, and which letters of it were selected.
pub(super) struct Selected {
    pub(super) name: String,
    pub(super) filter: LetterFilter,
    /// Whether it was named on the command line.
    is_asked_for: bool,
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
        let cluster = settings.bootstrap_servers().to_owned();
        let topics = select(arguments, &contract);
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
        Ok(Self { contract, manifest, letters, cluster, expected, topics })
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
        for Selected { name, filter, is_asked_for } in &self.topics {
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

/// The dead-letter topics that were named, by the names of their sources or by their own; all of the contract if none was.
fn select(arguments: &Letters, contract: &Contract) -> Vec<Selected> {
    let dead_letter = |topic: &eventgen_schema::Topic| topic.dead_letter.as_ref().map(|to| to.topic.clone());
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in &arguments.topic {
        match contract.topics.get(name).and_then(dead_letter) {
            Some(letters) => {
                let shared =
                    contract.topics.values().filter_map(dead_letter).filter(|to| *to == letters).count() > 1;
                sources.entry(letters).or_default().extend(shared.then(|| name.clone()));
            }
            None => drop(sources.entry(name.clone()).or_default()),
        }
    }
    let is_asked_for = !sources.is_empty();
    if !is_asked_for {
        sources = contract.topics.values().filter_map(dead_letter).map(|name| (name, Vec::new())).collect();
    }
    let selected = sources.into_iter().map(|(name, sources)| {
        let is_own = arguments.topic.contains(&name);
        let filter = arguments.filter(if is_own { Vec::new() } else { sources });
        Selected { name, filter, is_asked_for }
    });
    selected.collect()
}

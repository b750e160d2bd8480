//! The contract and the cluster of a run.

use eventgen_admin::{Admin, Observation, TopicSpec};
use eventgen_schema::{Manifest, did_you_mean};

use crate::arguments;
use crate::cluster::Settings;
use crate::failure::Failure;
use crate::load::{Read, load, manifest};
use crate::names::Names;
use crate::progress::Working;
use crate::terminal::Terminal;

/// Whether a topic is the dead-letter topic of another, or one of its retry topics.
fn has(spec: &TopicSpec, topic: &str) -> bool {
    let letters = spec.dead_letter.iter().map(|letters| &letters.name);
    let mut names = letters.chain(spec.retry.iter().flat_map(|retry| &retry.names));
    names.any(|name| name == topic)
}

/// A cluster.
pub(super) struct Target {
    pub(super) admin: Admin,
    name: String,
    /// The id that the environment names, and the environment.
    expected: Option<(String, String)>,
}

impl Target {
    /// The cluster, and the topics of the contract that were selected.
    pub(super) fn of_contract(
        arguments: &arguments::Target,
        terminal: Terminal,
    ) -> Result<(Self, Vec<TopicSpec>), Failure> {
        let Read { loaded, manifest } = load(&arguments.schemas, arguments.env.as_deref(), terminal)?;
        let mut specs = TopicSpec::of_contract(&loaded.contract);
        let names = Names::new(&loaded.contract, manifest.as_ref(), arguments.env.as_deref());
        let topics: Vec<String> = arguments.topic.iter().map(|name| names.of(name)).collect();
        for (name, topic) in arguments.topic.iter().zip(&topics) {
            let known = || specs.iter().map(|spec| spec.name.as_str());
            if !known().any(|known| known == topic) {
                if let Some(owner) = specs.iter().find(|spec| has(spec, topic)) {
                    let source_topic = owner.name.clone();
                    return Err(Failure::TopicOfAnother { topic: name.clone(), source_topic });
                }
                let near = did_you_mean(name, known()).map(str::to_owned);
                return Err(Failure::UnknownTopic { topic: name.clone(), near });
            }
        }
        if !topics.is_empty() {
            specs.retain(|spec| topics.contains(&spec.name));
        }
        Ok((Self::new(arguments, manifest.as_ref())?, specs))
    }

    /// The cluster of a saved plan.
    pub(super) fn of_saved(arguments: &arguments::Target) -> Result<Self, Failure> {
        let manifest = manifest(&[])?;
        if let (None, Some(environment)) = (&manifest, &arguments.env) {
            return Err(Failure::NoManifest { environment: environment.clone() });
        }
        Self::new(arguments, manifest.as_ref())
    }

    fn new(arguments: &arguments::Target, manifest: Option<&Manifest>) -> Result<Self, Failure> {
        let environment = arguments.env.as_deref();
        let settings = Settings::new(&arguments.cluster, environment, manifest)?;
        let expected = match (manifest, environment) {
            (Some(manifest), Some(name)) => {
                let id = manifest.cluster_of(name)?.cluster_id;
                id.map(|id| (id, name.to_owned()))
            }
            _ => None,
        };
        let name = settings.bootstrap_servers();
        Ok(Self { admin: Admin::new(settings.into_inner()), name, expected })
    }

    /// The addresses of the brokers.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The state of the cluster, if it is the one that the environment names.
    pub(super) async fn observe(&self, specs: &[TopicSpec]) -> Result<Observation, Failure> {
        let working = Working::new("asking the cluster");
        let observation = self.admin.observe(specs).await?;
        drop(working);
        self.check(observation.cluster_id.as_deref())?;
        Ok(observation)
    }

    /// Fails if a cluster is not the one that the environment names.
    pub(super) fn check(&self, found: Option<&str>) -> Result<(), Failure> {
        match &self.expected {
            Some((expected, environment)) if found != Some(expected) => Err(Failure::WrongCluster {
                environment: environment.clone(),
                expected: expected.clone(),
                found: found.unwrap_or("a cluster without an id").to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

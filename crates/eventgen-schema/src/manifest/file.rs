//! The settings of an `eventgen.toml`, and the queries that the loader and the commands make.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::environment::{ALL, BROKERS, CLUSTER, Environment, EnvironmentProperties, Production, REGISTRY};
use super::rust::RustSettings;
use crate::annotation::TopicProperties;
use crate::contract::ReferenceStrategy;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, code, did_you_mean};
use crate::lint::{Levels, NamePattern};
use crate::reader::{open_file, parse_toml};
use crate::source::{Sources, Span, Spanned};

/// The name of the file.
pub const FILE_NAME: &str = "eventgen.toml";

/// The settings of an `eventgen.toml`. It may contain errors, which [`Loader::load`](crate::Loader::load) reports with
/// those of the schemas.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    pub(super) path: PathBuf,
    sources: Sources,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) levels: Levels,
    pub(super) name_pattern: Option<NamePattern>,
    pub(super) schemas: Vec<PathBuf>,
    pub(super) include: Vec<PathBuf>,
    /// The locations of the paths in the two lists.
    pub(super) listed: BTreeMap<PathBuf, Span>,
    pub(crate) defaults: TopicProperties,
    pub(super) topics: BTreeMap<String, Spanned<TopicProperties>>,
    pub(super) environments: BTreeMap<String, EnvironmentProperties>,
    pub(super) rust: RustSettings,
    /// Where it is set that annotations are kept.
    pub(super) kept_annotations: Option<Span>,
    pub(super) references: Option<Spanned<ReferenceStrategy>>,
    /// Settings that are in the file and could not be read: `schemas`, `environments`, `environments.prod`.
    pub(super) misread: BTreeSet<String>,
}

impl Manifest {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read or is not TOML. Wrong properties in it are reported when the contract is loaded.
    pub fn read(path: &Path) -> Result<Self, Diagnostics> {
        let mut sources = Sources::default();
        let text = open_file(path).and_then(io::read_to_string).map_err(|error| {
            Diagnostics::new(Sources::default(), vec![Diagnostic::unreadable(path, &error)])
        })?;
        let source = sources.add(path, text);
        let root = parse_toml(&sources, source)
            .map_err(|diagnostic| Diagnostics::new(sources.clone(), vec![diagnostic]))?;
        let mut manifest = Self { path: path.to_owned(), sources, ..Self::default() };
        manifest.read_properties(&root);
        Ok(manifest)
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The files and folders with schemas. Relative ones start at the folder of the file.
    pub fn schemas(&self) -> &[PathBuf] {
        &self.schemas
    }

    /// The folders that imports are searched in. Relative ones start at the folder of the file.
    pub fn include(&self) -> &[PathBuf] {
        &self.include
    }

    /// The location of a path that the file lists.
    pub(crate) fn span_of(&self, path: &Path) -> Option<&Span> {
        self.listed.get(path)
    }

    /// Whether these paths contain all schemas that the file lists. No paths do, because then the listed ones are read.
    /// A run that reads fewer cannot know whether a name in the file exists.
    pub fn is_covered_by<P: AsRef<Path>>(&self, paths: &[P]) -> bool {
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let paths: Vec<PathBuf> = paths.iter().map(|path| canonical(path.as_ref())).collect();
        let is_covered = |schema: &PathBuf| paths.iter().any(|path| canonical(schema).starts_with(path));
        paths.is_empty() || self.schemas.iter().all(is_covered)
    }

    /// The levels of the lints.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// The settings of the generated Rust, from the table `[rust]`.
    pub fn rust(&self) -> &RustSettings {
        &self.rust
    }

    /// Whether schemas are registered with their annotations: `annotations = "keep"` in the table `[registry]`.
    pub fn keeps_annotations(&self) -> bool {
        self.kept_annotations.is_some()
    }

    /// The location of this setting, if it is so.
    pub(crate) fn kept_annotations(&self) -> Option<&Span> {
        self.kept_annotations.as_ref()
    }

    /// How the subjects of schemas that others refer to are named: `references` in the table `[registry]`.
    pub fn reference_strategy(&self) -> ReferenceStrategy {
        self.references.as_ref().map(|references| references.value).unwrap_or_default()
    }

    /// The location of this setting, if it is in the file.
    pub(crate) fn references(&self) -> Option<&Span> {
        self.references.as_ref().map(|references| &references.span)
    }

    /// The text of the file, which the spans of its settings refer to.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Whether `schemas`, or the environment `environments.NAME`, is in the file and could not be read, which is reported as
    /// an error: its absence is a consequence.
    pub(crate) fn is_misread(&self, setting: &str) -> bool {
        let table = setting.split('.').next().unwrap_or(setting);
        self.misread.contains(setting) || self.misread.contains(table)
    }

    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    pub(crate) fn name_pattern(&self) -> Option<&NamePattern> {
        self.name_pattern.as_ref()
    }

    /// The settings of `[topics."…"]` for a topic.
    pub(crate) fn topic(&self, name: &str) -> Option<&TopicProperties> {
        self.topics.get(name).map(|table| &table.value)
    }

    /// The names of the tables `[topics."…"]`, with their locations.
    pub(crate) fn topic_tables(&self) -> impl Iterator<Item = (&str, &Span)> {
        self.topics.iter().map(|(name, table)| (name.as_str(), &table.span))
    }

    /// Whether an environment is marked as production.
    pub fn is_production(&self, name: &str) -> bool {
        self.production().any(|environment| environment.name == name)
    }

    /// The environments marked as production.
    pub(crate) fn production(&self) -> impl Iterator<Item = Production<'_>> {
        self.environments.iter().filter_map(|(name, properties)| {
            let marked = &properties.production.as_ref().filter(|production| production.value)?.span;
            Some(Production { name, marked, topics: &properties.topics })
        })
    }

    /// An environment, with `${VARIABLE}` replaced by the environment variables of the process.
    ///
    /// # Errors
    /// Errors in the file, an environment that is not in it, a variable that is not set.
    pub fn environment(&self, name: &str) -> Result<Environment, Diagnostics> {
        self.environment_of(name, &ALL.concat())
    }

    /// Whether the file has an environment of this name.
    pub fn has_environment(&self, name: &str) -> bool {
        self.environments.contains_key(name)
    }

    /// The registry of an environment and its credentials, for a program that does not connect to the brokers. Variables
    /// of their addresses need not be set.
    ///
    /// # Errors
    /// As [`environment`](Self::environment).
    pub fn registry_of(&self, name: &str) -> Result<Environment, Diagnostics> {
        self.environment_of(name, &REGISTRY)
    }

    /// The addresses of the brokers of an environment and the properties of their clients, for a program that does not ask the
    /// registry. Variables of the registry's address and credentials need not be set.
    ///
    /// # Errors
    /// As [`environment`](Self::environment).
    pub fn brokers_of(&self, name: &str) -> Result<Environment, Diagnostics> {
        self.environment_of(name, &BROKERS)
    }

    /// The id of the cluster of an environment, for a program that is told the addresses of its brokers otherwise. Variables of
    /// the addresses need not be set.
    ///
    /// # Errors
    /// As [`environment`](Self::environment).
    pub fn cluster_of(&self, name: &str) -> Result<Environment, Diagnostics> {
        self.environment_of(name, &CLUSTER)
    }

    /// The addresses of an environment as they are written, with `${VARIABLE}` in them, for documents. Nothing is read from
    /// the process.
    ///
    /// # Errors
    /// An environment that is not in the file.
    pub fn written_addresses_of(&self, name: &str) -> Result<Environment, Diagnostics> {
        let properties = self.environment_properties(name);
        let written = properties.map(EnvironmentProperties::written_addresses);
        written.map_err(|diagnostic| Diagnostics::new(self.sources.clone(), vec![diagnostic]))
    }

    /// The names of the variables in the address and the credentials of an environment's registry.
    ///
    /// # Errors
    /// An environment that is not in the file.
    pub fn registry_variables_of(&self, name: &str) -> Result<Vec<String>, Diagnostics> {
        self.variables_of(name, &REGISTRY)
    }

    /// The names of the variables in the addresses and the cluster id of an environment's brokers.
    ///
    /// # Errors
    /// An environment that is not in the file.
    pub fn broker_variables_of(&self, name: &str) -> Result<Vec<String>, Diagnostics> {
        self.variables_of(name, &[&BROKERS[..], &CLUSTER].concat())
    }

    fn variables_of(&self, name: &str, used: &[&str]) -> Result<Vec<String>, Diagnostics> {
        let properties = self.environment_properties(name);
        let variables = properties.map(|properties| properties.variables(used));
        variables.map_err(|diagnostic| Diagnostics::new(self.sources.clone(), vec![diagnostic]))
    }

    fn environment_of(&self, name: &str, used: &[&str]) -> Result<Environment, Diagnostics> {
        let fail = |diagnostics| Diagnostics::new(self.sources.clone(), diagnostics);
        let mut diagnostics = self.levels.apply(self.diagnostics.clone());
        diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
        if !diagnostics.is_empty() {
            return Err(fail(diagnostics));
        }
        let properties = self.environment_properties(name).map_err(|diagnostic| fail(vec![diagnostic]))?;
        let environment = properties.environment(used, &mut diagnostics);
        if diagnostics.is_empty() { Ok(environment) } else { Err(fail(diagnostics)) }
    }

    /// The settings of an environment for all topics.
    pub(crate) fn environment_topics(&self, name: &str) -> Result<&TopicProperties, Diagnostic> {
        self.environment_properties(name).map(|properties| &properties.topics)
    }

    /// The environments whose topics have a prefix, with what the names of these topics begin with.
    pub fn topic_prefixes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environments.iter().filter_map(|(name, properties)| {
            let prefix = properties.topic_prefix.as_ref()?;
            Some((name.as_str(), prefix.value.as_str()))
        })
    }

    /// What the names of all topics of an environment begin with.
    pub(crate) fn topic_prefix(&self, environment: &str) -> Option<&Spanned<String>> {
        self.environments.get(environment)?.topic_prefix.as_ref()
    }

    fn environment_properties(&self, name: &str) -> Result<&EnvironmentProperties, Diagnostic> {
        self.environments.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.environments.keys().map(String::as_str).collect();
            let message = format!("{} has no environment `{name}`", self.path.display());
            let help = match did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => format!("add a table [environments.{name}]"),
                None => format!("it has {}", known.join(", ")),
            };
            Diagnostic::error(code::UNKNOWN_ENVIRONMENT, message).help(help)
        })
    }
}

//! `eventgen.toml`: where the schemas are, defaults, settings of single topics, environments.

mod rust;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::{env, fs};

use regex_lite::Regex;

use crate::annotation::{TOPIC_PROPERTIES, TopicProperties};
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, code, did_you_mean};
use crate::lint::{Levels, NamePattern};
use crate::node::Node;
use crate::reader::{Casing, Properties, parse_toml};
use crate::source::{Sources, Span, Spanned};

pub use rust::{Dates, Decimals, RustSetting, RustSettings};

/// The name of the file.
pub const FILE_NAME: &str = "eventgen.toml";

/// Properties of an environment that may hold `${VARIABLE}`.
const ADDRESSES: [&str; 4] =
    ["bootstrapServers", "schemaRegistry", "schemaRegistryUsername", "schemaRegistryPassword"];
/// The property that marks an environment as production.
const PRODUCTION: &str = "production";

/// What `eventgen.toml` says. It may hold errors, which [`Loader::load`](crate::Loader::load) reports with those of the
/// schemas.
#[derive(Debug, Clone)]
pub struct Manifest {
    path: PathBuf,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    levels: Levels,
    name_pattern: Option<NamePattern>,
    schemas: Vec<PathBuf>,
    pub(crate) defaults: TopicProperties,
    pub(crate) topics: BTreeMap<String, TopicProperties>,
    environments: BTreeMap<String, EnvironmentProperties>,
    rust: RustSettings,
}

/// An environment that is marked as production.
pub(crate) struct Production<'a> {
    pub(crate) name: &'a str,
    /// Where it is marked.
    pub(crate) marked: &'a Span,
    /// What it says about all topics.
    pub(crate) topics: &'a TopicProperties,
}

#[derive(Debug, Clone)]
struct EnvironmentProperties {
    production: Option<Spanned<bool>>,
    addresses: BTreeMap<&'static str, Spanned<String>>,
    topics: TopicProperties,
}

/// A place that a contract is brought to, such as `prod`; values have their variables filled in.
#[derive(Clone, Default)]
pub struct Environment {
    /// Addresses of the cluster.
    pub bootstrap_servers: Option<String>,
    /// Address of the Schema Registry.
    pub schema_registry: Option<String>,
    /// User for the Schema Registry.
    pub schema_registry_username: Option<String>,
    /// Password for the Schema Registry. Never printed.
    pub schema_registry_password: Option<String>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("bootstrap_servers", &self.bootstrap_servers)
            .field("schema_registry", &self.schema_registry)
            .field("schema_registry_username", &self.schema_registry_username)
            .finish_non_exhaustive()
    }
}

impl Manifest {
    /// Looks for `eventgen.toml` in `start` and the folders above it, up to the root of the repository. Its path is
    /// given as `start` is: relative to the current folder if that is.
    ///
    /// # Errors
    /// A file that is found and cannot be read or is not TOML.
    pub fn discover(start: &Path) -> Result<Option<Self>, Diagnostics> {
        let absolute = start.canonicalize().unwrap_or_else(|_| start.to_owned());
        let mut shown = if start == Path::new(".") { PathBuf::new() } else { start.to_owned() };
        for folder in absolute.ancestors() {
            if folder.join(FILE_NAME).is_file() {
                let folder = if start.is_absolute() { folder } else { &shown };
                return Self::read(&folder.join(FILE_NAME)).map(Some);
            }
            if folder.join(".git").exists() {
                break;
            }
            shown = above(&shown);
        }
        Ok(None)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read or is not TOML. Wrong properties in it are reported when the contract is loaded.
    pub fn read(path: &Path) -> Result<Self, Diagnostics> {
        let mut sources = Sources::default();
        let text = fs::read_to_string(path).map_err(|error| {
            Diagnostics::new(Sources::default(), vec![Diagnostic::unreadable(path, &error)])
        })?;
        let source = sources.add(path, text);
        let root = parse_toml(&sources, source)
            .map_err(|diagnostic| Diagnostics::new(sources.clone(), vec![diagnostic]))?;
        Ok(Self::from_node(&root, path, sources))
    }

    fn from_node(root: &Node, path: &Path, sources: Sources) -> Self {
        let casing = Casing::Kebab;
        let mut diagnostics = Vec::new();
        let mut manifest = Self {
            path: path.to_owned(),
            sources,
            diagnostics: Vec::new(),
            levels: Levels::default(),
            name_pattern: None,
            schemas: Vec::new(),
            defaults: TopicProperties::default(),
            topics: BTreeMap::new(),
            environments: BTreeMap::new(),
            rust: RustSettings::default(),
        };
        let vocabulary = ["schemas", "defaults", "topics", "naming", "lint", "environments", "rust"];
        if let Some(mut properties) = Properties::read(root, FILE_NAME, &vocabulary, casing, &mut diagnostics)
        {
            let folder = path.parent().unwrap_or(Path::new(""));
            let schemas = properties.strings("schemas").map(|schemas| schemas.value).unwrap_or_default();
            manifest.schemas = schemas.iter().map(|schema| folder.join(schema)).collect();
            if let Some(node) = properties.get("defaults") {
                manifest.defaults =
                    topic_properties(node, "[defaults]", properties.diagnostics).unwrap_or_default();
            }
            for member in properties.table("topics") {
                let what = format!("[topics.\"{}\"]", member.name);
                let read = topic_properties(&member.value, &what, properties.diagnostics);
                manifest.topics.extend(read.map(|read| (member.name.clone(), read)));
            }
            if let Some(node) = properties.get("naming") {
                manifest.name_pattern = name_pattern(node, properties.diagnostics);
            }
            if let Some(node) = properties.get("lint") {
                manifest.levels = Levels::read(node, properties.diagnostics);
            }
            if let Some(node) = properties.get("rust") {
                manifest.rust = RustSettings::read(node, properties.diagnostics);
            }
            for member in properties.table("environments") {
                let read = EnvironmentProperties::read(&member.value, &member.name, properties.diagnostics);
                manifest.environments.extend(read.map(|read| (member.name.clone(), read)));
            }
        }
        Self { diagnostics, ..manifest }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The files and folders with schemas, relative ones beside the file.
    pub fn schemas(&self) -> &[PathBuf] {
        &self.schemas
    }

    /// Whether these paths have all of the schemas that the file names: none do, because then the file's own are read, and so
    /// do folders above them. A build that reads fewer cannot know whether a name in the file exists.
    pub fn is_covered_by<P: AsRef<Path>>(&self, paths: &[P]) -> bool {
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let paths: Vec<PathBuf> = paths.iter().map(|path| canonical(path.as_ref())).collect();
        let is_covered = |schema: &PathBuf| paths.iter().any(|path| canonical(schema).starts_with(path));
        paths.is_empty() || self.schemas.iter().all(is_covered)
    }

    /// How much each lint matters.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// The settings of the generated Rust, from the table `[rust]`.
    pub fn rust(&self) -> &RustSettings {
        &self.rust
    }

    /// The text of the file, which the spans of its settings refer to.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    pub(crate) fn name_pattern(&self) -> Option<&NamePattern> {
        self.name_pattern.as_ref()
    }

    /// The environments marked as production.
    pub(crate) fn production(&self) -> impl Iterator<Item = Production<'_>> {
        self.environments.iter().filter_map(|(name, properties)| {
            let marked = &properties.production.as_ref().filter(|production| production.value)?.span;
            Some(Production { name, marked, topics: &properties.topics })
        })
    }

    /// An environment with `${VARIABLE}` filled in from the process's own.
    ///
    /// # Errors
    /// Errors in the file, an environment that is not in it, a variable that is not set.
    pub fn environment(&self, name: &str) -> Result<Environment, Diagnostics> {
        let fail = |diagnostics| Diagnostics::new(self.sources.clone(), diagnostics);
        let mut diagnostics = self.levels.apply(self.diagnostics.clone());
        diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
        if !diagnostics.is_empty() {
            return Err(fail(diagnostics));
        }
        let properties = self.environment_properties(name).map_err(|diagnostic| fail(vec![diagnostic]))?;
        let mut value = |name: &str| {
            let text = properties.addresses.get(name)?;
            match fill_in(&text.value) {
                Ok(filled) => Some(filled),
                Err(variable) => {
                    diagnostics.push(
                        Diagnostic::error(
                            code::MISSING_VARIABLE,
                            format!("environment variable {variable} is not set"),
                        )
                        .at(&text.span, "needed here")
                        .help(format!("set it before the command: export {variable}=…")),
                    );
                    None
                }
            }
        };
        let environment = Environment {
            bootstrap_servers: value("bootstrapServers"),
            schema_registry: value("schemaRegistry"),
            schema_registry_username: value("schemaRegistryUsername"),
            schema_registry_password: value("schemaRegistryPassword"),
        };
        if diagnostics.is_empty() { Ok(environment) } else { Err(fail(diagnostics)) }
    }

    /// What an environment says about all topics.
    pub(crate) fn environment_topics(&self, name: &str) -> Result<&TopicProperties, Diagnostic> {
        self.environment_properties(name).map(|properties| &properties.topics)
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

impl EnvironmentProperties {
    fn read(node: &Node, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let what = format!("[environments.{name}]");
        let vocabulary = [&TOPIC_PROPERTIES[..], &ADDRESSES, &[PRODUCTION]].concat();
        let mut properties = Properties::read(node, &what, &vocabulary, Casing::Kebab, diagnostics)?;
        Some(Self {
            production: properties.boolean(PRODUCTION),
            topics: TopicProperties::read(&mut properties, Casing::Kebab),
            addresses: ADDRESSES
                .into_iter()
                .filter_map(|name| Some((name, properties.string(name)?)))
                .collect(),
        })
    }
}

fn topic_properties(node: &Node, what: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<TopicProperties> {
    let mut properties = Properties::read(node, what, &TOPIC_PROPERTIES, Casing::Kebab, diagnostics)?;
    Some(TopicProperties::read(&mut properties, Casing::Kebab))
}

fn name_pattern(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<NamePattern> {
    let mut properties = Properties::read(node, "[naming]", &["topic"], Casing::Kebab, diagnostics)?;
    let Spanned { value, span } = properties.string("topic")?;
    match Regex::new(&value) {
        Ok(regex) => Some(NamePattern { regex, span }),
        Err(error) => {
            properties.diagnostics.push(
                Diagnostic::error(code::INVALID_PATTERN, "this pattern is no regular expression")
                    .at(&span, error.to_string())
                    .help("write it in the syntax of Rust's regex crate, in single quotes: '^[a-z.]+$'"),
            );
            None
        }
    }
}

/// Puts environment variables in the place of `${NAME}`; fails with the name of one that is not set.
fn fill_in(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(&env::var(name).map_err(|_| name.to_owned())?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// The folder above a path. A link leads to another folder than its name, so that only the system can go up from it.
fn above(path: &Path) -> PathBuf {
    match path.components().next_back() {
        Some(Component::Normal(_)) if !path.is_symlink() => path.parent().unwrap_or(path).to_owned(),
        _ => path.join(".."),
    }
}

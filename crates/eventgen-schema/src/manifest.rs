//! `eventgen.toml`: where the schemas are, defaults, settings of single topics, environments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::annotation::{Casing, TOPIC_WORDS, TopicWords, Words};
use crate::code;
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::node::{Member, Node};
use crate::source::{Sources, Spanned};
use crate::toml::parse_toml;

/// The name of the file.
pub const FILE_NAME: &str = "eventgen.toml";

/// Words of an environment beside those of topics.
const ENVIRONMENT_WORDS: [&str; 4] =
    ["bootstrapServers", "schemaRegistry", "schemaRegistryUsername", "schemaRegistryPassword"];

/// What `eventgen.toml` says.
#[derive(Debug, Clone)]
pub struct Manifest {
    path: PathBuf,
    sources: Sources,
    schemas: Vec<PathBuf>,
    pub(crate) defaults: TopicWords,
    pub(crate) topics: BTreeMap<String, TopicWords>,
    environments: BTreeMap<String, EnvironmentWords>,
}

#[derive(Debug, Clone)]
struct EnvironmentWords {
    addresses: BTreeMap<&'static str, Spanned<String>>,
    topics: TopicWords,
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
    /// Looks for `eventgen.toml` in `start` and the folders above it, up to the root of the repository.
    ///
    /// # Errors
    /// The mistakes in the file that is found.
    pub fn discover(start: &Path) -> Result<Option<Self>, Diagnostics> {
        let start = start.canonicalize().unwrap_or_else(|_| start.to_owned());
        for folder in start.ancestors() {
            let path = folder.join(FILE_NAME);
            if path.is_file() {
                return Self::read(&path).map(Some);
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        Ok(None)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// All its mistakes.
    pub fn read(path: &Path) -> Result<Self, Diagnostics> {
        let mut sources = Sources::default();
        let text = fs::read_to_string(path).map_err(|error| {
            let message = format!("{} cannot be read: {error}", path.display());
            Diagnostics::new(Sources::default(), vec![Diagnostic::error(code::UNREADABLE, message)])
        })?;
        let source = sources.add(path, text);
        let fail = |mistakes| Diagnostics::new(sources.clone(), mistakes);
        let root = parse_toml(&sources, source).map_err(|mistake| fail(vec![mistake]))?;
        let mut mistakes = Vec::new();
        let read = Self::from_node(&root, path, &sources, &mut mistakes);
        match read {
            Some(manifest) if mistakes.is_empty() => Ok(manifest),
            _ => Err(fail(mistakes)),
        }
    }

    fn from_node(
        root: &Node,
        path: &Path,
        sources: &Sources,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let casing = Casing::Kebab;
        let vocabulary = ["schemas", "defaults", "topics", "environments"];
        let mut words = Words::read(root, "eventgen.toml", &vocabulary, casing, mistakes)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let schemas = words.strings("schemas").map(|schemas| schemas.value).unwrap_or_default();
        let (defaults, topics, environments) =
            (words.get("defaults"), words.get("topics"), words.get("environments"));
        let defaults =
            defaults.and_then(|node| topic_words(node, "[defaults]", &[], mistakes)).unwrap_or_default();
        let topics = members(topics).filter_map(|member| {
            let what = format!("[topics.\"{}\"]", member.name);
            Some((member.name.clone(), topic_words(&member.value, &what, &[], mistakes)?))
        });
        let topics = topics.collect();
        let environments = members(environments).filter_map(|member| {
            Some((member.name.clone(), EnvironmentWords::read(&member.value, &member.name, mistakes)?))
        });
        Some(Self {
            path: path.to_owned(),
            sources: sources.clone(),
            schemas: schemas.iter().map(|schema| folder.join(schema)).collect(),
            defaults,
            topics,
            environments: environments.collect(),
        })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The files and folders with schemas, relative ones beside the file.
    pub fn schemas(&self) -> &[PathBuf] {
        &self.schemas
    }

    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// An environment with `${VARIABLE}` filled in from the process's own.
    ///
    /// # Errors
    /// An environment that is not in the file, a variable that is not set.
    pub fn environment(&self, name: &str) -> Result<Environment, Diagnostics> {
        let words = self.environment_words(name)?;
        let mut mistakes = Vec::new();
        let mut value = |word: &str| {
            let text = words.addresses.get(word)?;
            match fill_in(&text.value) {
                Ok(filled) => Some(filled),
                Err(variable) => {
                    mistakes.push(
                        Diagnostic::error(
                            code::MISSING_VARIABLE,
                            format!("environment variable {variable} is not set"),
                        )
                        .at(&text.span, "needed here")
                        .help(format!("export {variable}=… before the command")),
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
        if mistakes.is_empty() {
            Ok(environment)
        } else {
            Err(Diagnostics::new(self.sources.clone(), mistakes))
        }
    }

    /// What an environment says about all topics.
    pub(crate) fn environment_topics(&self, name: &str) -> Result<&TopicWords, Diagnostics> {
        self.environment_words(name).map(|words| &words.topics)
    }

    fn environment_words(&self, name: &str) -> Result<&EnvironmentWords, Diagnostics> {
        self.environments.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.environments.keys().map(String::as_str).collect();
            let message = format!("{} has no environment `{name}`", self.path.display());
            let help = match did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => format!("add a table [environments.{name}]"),
                None => format!("it has {}", known.join(", ")),
            };
            let mistake = Diagnostic::error(code::UNKNOWN_ENVIRONMENT, message).help(help);
            Diagnostics::new(self.sources.clone(), vec![mistake])
        })
    }
}

impl EnvironmentWords {
    fn read(node: &Node, name: &str, mistakes: &mut Vec<Diagnostic>) -> Option<Self> {
        let what = format!("[environments.{name}]");
        let topics = topic_words(node, &what, &ENVIRONMENT_WORDS, mistakes)?;
        // The vocabulary has been checked; here only the addresses are read.
        let mut words = Words::read(
            node,
            &what,
            &[&TOPIC_WORDS[..], &ENVIRONMENT_WORDS].concat(),
            Casing::Kebab,
            mistakes,
        )?;
        let addresses =
            ENVIRONMENT_WORDS.into_iter().filter_map(|word| Some((word, words.string(word)?))).collect();
        Some(Self { addresses, topics })
    }
}

fn topic_words(node: &Node, what: &str, more: &[&str], mistakes: &mut Vec<Diagnostic>) -> Option<TopicWords> {
    let mut words = Words::read(node, what, &[&TOPIC_WORDS[..], more].concat(), Casing::Kebab, mistakes)?;
    Some(TopicWords::read(&mut words, Casing::Kebab))
}

fn members(node: Option<&Node>) -> impl Iterator<Item = &Member> {
    node.map(Node::members).unwrap_or_default().iter()
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

//! Loads a contract: finds the schema files, reads them together, and puts annotations and `eventgen.toml` together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::annotation::{Checked, EVENT_PROPERTIES, EventProperties, TOPIC_PROPERTIES, TopicProperties};
use crate::avro::{
    Declarations, MAX_NESTING, Root, build, canonical_form, declare, fingerprint, registered_form,
};
use crate::contract::{Contract, Event, EventFormat, SubjectStrategy};
use crate::derived::DerivedSchema;
use crate::diagnostics::code;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::files;
use crate::lint::{TopicName, check_names, check_replicas, check_topic};
use crate::manifest::{Manifest, Production};
use crate::node::Node;
use crate::protobuf::{self, Roots};
use crate::reader::{Casing, Properties};
use crate::source::{SourceId, Sources, Span};
use crate::types::{Type, TypeId};

/// Loads a [`Contract`].
#[derive(Debug, Clone, Default)]
#[must_use = "`load` reads the schemas"]
pub struct Loader {
    paths: Vec<PathBuf>,
    manifest: Option<Manifest>,
    environment: Option<String>,
    derived: Option<DerivedSchema>,
}

/// A contract with what it was read from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The contract.
    pub contract: Contract,
    /// Every file read, sorted.
    pub files: Vec<PathBuf>,
    /// Every folder listed, sorted.
    pub folders: Vec<PathBuf>,
    /// What somebody should look at.
    pub warnings: Diagnostics,
    pub(crate) roots: Vec<Root>,
}

impl Loaded {
    /// The registered form of every record, enum and fixed type by its full name, not only of events: each a schema by
    /// itself. A type whose form would be nested too deeply for Avro's readers is left out.
    pub fn schemas(&self) -> BTreeMap<String, String> {
        let declarations = declare(&self.roots, &mut Vec::new());
        let form = |name: &str| Some((name.to_owned(), registered_form(name, &declarations)?));
        declarations.names().filter_map(form).collect()
    }
}

impl Loader {
    /// A loader that reads nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a schema file, or all schema files of a folder and those below. Without a path the manifest's are read.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// Takes the schema of a Rust type in the place of files.
    pub fn derived(mut self, schema: DerivedSchema) -> Self {
        self.derived = Some(schema);
        self
    }

    /// Takes defaults and settings from `eventgen.toml`.
    pub fn manifest(mut self, manifest: Option<Manifest>) -> Self {
        self.manifest = manifest;
        self
    }

    /// Takes the settings of an environment too.
    pub fn environment(mut self, name: Option<&str>) -> Self {
        self.environment = name.map(str::to_owned);
        self
    }

    /// Reads everything.
    ///
    /// # Errors
    /// All mistakes of all files.
    pub fn load(self) -> Result<Loaded, Diagnostics> {
        // The manifest's own file comes first among the sources, so that its places stay what they are.
        let mut sources =
            self.manifest.as_ref().map(|manifest| manifest.sources().clone()).unwrap_or_default();
        let mut mistakes: Vec<Diagnostic> =
            self.manifest.iter().flat_map(Manifest::diagnostics).cloned().collect();
        let paths = match &self.manifest {
            Some(manifest) if self.paths.is_empty() && self.derived.is_none() => manifest.schemas(),
            _ => &self.paths,
        };
        let mut read = files::read(paths, &mut sources, &mut mistakes);
        if let Some(schema) = &self.derived {
            schema.read(&mut read.roots, &mut sources, &mut mistakes);
        }
        if read.files.is_empty()
            && self.derived.is_none()
            && !mistakes.iter().any(|mistake| mistake.code == code::UNREADABLE)
        {
            let message = match paths {
                [] => "no schemas are named".to_owned(),
                paths => {
                    let listed: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
                    format!("there is no schema file ({}) in {}", files::extensions(), listed.join(", "))
                }
            };
            let help =
                "name a folder with schema files, or list it in eventgen.toml: schemas = [\"schemas\"]";
            mistakes.push(Diagnostic::error(code::NO_SCHEMAS, message).help(help));
        }
        let listed = self.manifest.as_ref().map(Manifest::schemas).unwrap_or_default();
        let texts = self.derived.iter().filter_map(DerivedSchema::message);
        let roots = Roots::of(paths, listed);
        let mut protobuf = protobuf::read(&read.protos, texts, roots, &mut sources, &mut mistakes);
        read.files.extend(protobuf.paths.iter().cloned());
        if let Some(schema) = &self.derived {
            let annotated = schema.annotated(&protobuf.protobuf, &mut sources, &mut mistakes);
            protobuf.annotated.extend(annotated);
        }
        let contract = self.contract(&read.roots, &protobuf, &mut mistakes);
        let words = words_of(&read.broken, &sources);
        mistakes.retain(|mistake| !follows_from(&words, mistake, &sources));
        if mistakes.iter().all(|mistake| mistake.severity == Severity::Warning) {
            protobuf.confirm(&sources, &mut mistakes);
        }
        let levels = self.manifest.as_ref().map(|manifest| manifest.levels().clone()).unwrap_or_default();
        let mistakes = levels.apply(mistakes);
        let (warnings, errors): (Vec<_>, Vec<_>) =
            mistakes.into_iter().partition(|mistake| mistake.severity == Severity::Warning);
        if !errors.is_empty() {
            return Err(Diagnostics::new(sources, errors.into_iter().chain(warnings).collect()));
        }
        let manifest = self.manifest.iter().map(|manifest| manifest.path().to_owned());
        Ok(Loaded {
            contract,
            files: read.files.into_iter().chain(manifest).collect(),
            folders: read.folders.into_iter().collect(),
            roots: read.roots,
            warnings: Diagnostics::new(sources, warnings),
        })
    }

    fn contract(
        &self,
        roots: &[Root],
        protobuf: &protobuf::Read,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Contract {
        let environment = match (&self.manifest, &self.environment) {
            (Some(manifest), Some(name)) => {
                manifest.environment_topics(name).map_err(|mistake| mistakes.push(mistake)).ok()
            }
            _ => None,
        };
        let declarations = declare(roots, mistakes);
        let built = build(roots, &declarations, mistakes);
        let casing = if self.derived.is_some() { Casing::Rust } else { Casing::Camel };
        let mut read = Vec::new();
        for annotated in &built.annotated {
            let (annotation, span) = (&annotated.annotation.value, &annotated.annotation.name_span);
            let Some((words, topic)) = read_words(annotation, span, casing, mistakes) else {
                continue;
            };
            // An event whose record could not be built has been reported, and has no fields to speak of.
            let is_built = matches!(built.types.get(annotated.type_id), Type::Record(_));
            let type_id = is_built.then_some(annotated.type_id);
            read.push(ReadEvent {
                name: &annotated.full_name,
                annotation: span,
                type_id,
                protobuf: None,
                words,
                topic,
            });
        }
        for annotated in &protobuf.annotated {
            let casing = if self.derived.is_some() { Casing::Rust } else { Casing::Snake };
            let read_words = read_words(&annotated.annotation, &annotated.span, casing, mistakes);
            let Some((words, topic)) = read_words else { continue };
            let (name, type_id) = (annotated.full_name.as_str(), annotated.type_id);
            read.push(ReadEvent {
                name,
                annotation: &annotated.span,
                type_id,
                protobuf: Some(&annotated.format),
                words,
                topic,
            });
        }
        read.sort_by(|a, b| a.name.cmp(b.name));

        let mut topics: BTreeMap<String, (TopicProperties, Vec<&EventProperties>)> = BTreeMap::new();
        for event in &read {
            let name = &event.words.topic.value;
            let (agreed, events) = topics.entry(name.clone()).or_default();
            agreed.agree(event.topic.clone(), name, mistakes);
            events.push(&event.words);
        }
        self.lint(&topics, environment, mistakes);
        let mut contract =
            Contract { types: built.types, protobuf: protobuf.protobuf.clone(), ..Contract::default() };
        // The compiler builds all messages of a file or none.
        let (avro, none) = (&built.unbuilt, &BTreeSet::new());
        let names = || self.derived.iter().flat_map(DerivedSchema::foreign);
        let foreign = &names().filter_map(|name| declarations.get(name)).map(|found| found.id).collect();
        let foreign_messages =
            &names().filter_map(|name| contract.protobuf.types.find(name)).collect::<BTreeSet<_>>();
        for (name, (words, events)) in topics {
            let words = self.layered(words, &name, environment);
            let (ordering, compatibility) = (words.ordering(), words.compatibility());
            let topic = words.into_topic(&name, events.len(), mistakes);
            for event in read.iter().filter(|event| event.words.topic.value == name) {
                let (Some(id), words) = (event.type_id, &event.words) else { continue };
                let (checked, schema, format) = match event.protobuf {
                    None => {
                        let checked = Checked { types: &contract.types, unbuilt: avro, foreign };
                        let fingerprint = fingerprint(&canonical_form(checked.types, id));
                        let schema = embedded(event.name, event.annotation, &declarations, mistakes);
                        (checked, schema, EventFormat::Avro { fingerprint })
                    }
                    Some(format) => {
                        let types = &contract.protobuf.types;
                        let checked = Checked { types, unbuilt: none, foreign: foreign_messages };
                        (checked, protobuf.registered(format).to_owned(), format.clone())
                    }
                };
                contract.events.push(Event {
                    name: event.name.to_owned(),
                    type_id: id,
                    topic: name.clone(),
                    key: words.key(id, ordering, checked, mistakes),
                    headers: words.headers(event.name, id, checked, mistakes),
                    subject: subject(topic.subject_strategy, &name, event.name),
                    compatibility,
                    schema,
                    format,
                });
            }
            contract.topics.insert(name, topic);
        }
        contract.events.sort_by(|a, b| a.name.cmp(&b.name));
        contract
    }

    /// Lints every topic as it is in the environment that was chosen. Where none was, production is looked at all the
    /// same: a check that runs without an environment is the one that runs most.
    fn lint(
        &self,
        topics: &BTreeMap<String, (TopicProperties, Vec<&EventProperties>)>,
        environment: Option<&TopicProperties>,
        mistakes: &mut Vec<Diagnostic>,
    ) {
        let production = self.manifest.iter().flat_map(Manifest::production);
        let production: Vec<Production<'_>> = production
            .filter(|marked| self.environment.as_deref().is_none_or(|chosen| chosen == marked.name))
            .collect();
        let mut layered = Vec::with_capacity(topics.len());
        for (name, (annotation, events)) in topics {
            let words = self.layered(annotation.clone(), name, environment);
            check_topic(name, &words, events, mistakes);
            for marked in &production {
                let words = self.layered(annotation.clone(), name, Some(marked.topics));
                check_replicas(name, &words, marked.name, marked.marked, mistakes);
            }
            layered.extend(events.first().map(|event| (&event.topic, words)));
        }
        let names = layered.iter().map(|(topic, words)| TopicName {
            topic: &topic.value,
            span: &topic.span,
            dead_letter: words.dead_letter_name(),
        });
        let pattern = self.manifest.as_ref().and_then(Manifest::name_pattern);
        check_names(&names.collect::<Vec<_>>(), pattern, mistakes);
    }

    /// Weakest first: `[defaults]`, the annotation, `[topics."…"]`, `[environments.X]`.
    fn layered(
        &self,
        annotation: TopicProperties,
        topic: &str,
        environment: Option<&TopicProperties>,
    ) -> TopicProperties {
        let Some(manifest) = &self.manifest else { return annotation };
        let mut words = annotation.over_defaults(&manifest.defaults);
        if let Some(own) = manifest.topics.get(topic) {
            words = own.clone().over(&words);
        }
        if let Some(environment) = environment {
            words = environment.clone().over(&words);
        }
        words
    }
}

/// Whether a type is unknown because the file that names it could not be parsed: mending that mends both.
fn follows_from(words: &BTreeSet<&str>, mistake: &Diagnostic, sources: &Sources) -> bool {
    let Some((span, _)) = mistake.labels.first().filter(|_| mistake.code == code::UNKNOWN_TYPE) else {
        return false;
    };
    let written = sources.text(span.source)[span.range.clone()].trim_matches('"');
    words.contains(written.rsplit('.').next().unwrap_or_default())
}

/// The words in some files: all that could be names.
fn words_of<'a>(files: &[SourceId], sources: &'a Sources) -> BTreeSet<&'a str> {
    let is_part = |char: char| char.is_alphanumeric() || char == '_';
    files.iter().flat_map(|&file| sources.text(file).split(move |char| !is_part(char))).collect()
}

/// An annotated record or message whose words have been read.
struct ReadEvent<'a> {
    name: &'a str,
    annotation: &'a Span,
    type_id: Option<TypeId>,
    /// The format of a Protobuf event; `None` for Avro, whose format follows from the record.
    protobuf: Option<&'a EventFormat>,
    words: EventProperties,
    topic: TopicProperties,
}

fn read_words(
    annotation: &Node,
    span: &Span,
    casing: Casing,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<(EventProperties, TopicProperties)> {
    let vocabulary = [&EVENT_PROPERTIES[..], &TOPIC_PROPERTIES].concat();
    let mut words = Properties::read(annotation, "the kafka annotation", &vocabulary, casing, mistakes)?;
    let topic = TopicProperties::read(&mut words, casing);
    EventProperties::read(&mut words, span).map(|event| (event, topic))
}

fn subject(strategy: SubjectStrategy, topic: &str, full_name: &str) -> String {
    match strategy {
        SubjectStrategy::TopicName => format!("{topic}-value"),
        SubjectStrategy::RecordName => full_name.to_owned(),
        SubjectStrategy::TopicRecordName => format!("{topic}-{full_name}"),
    }
}

/// The schema that an event carries, as it is registered.
fn embedded(
    full_name: &str,
    annotation: &Span,
    declarations: &Declarations<'_>,
    mistakes: &mut Vec<Diagnostic>,
) -> String {
    registered_form(full_name, declarations).unwrap_or_else(|| {
        let message = format!(
            "`{full_name}` and the types it uses, written as one schema, are nested more than {MAX_NESTING} levels deep"
        );
        mistakes.push(
            Diagnostic::error(code::TOO_DEEP, message)
                .at(annotation, "readers of Avro would refuse the schema of this event")
                .help("let the types refer to each other in shorter chains"),
        );
        String::new()
    })
}

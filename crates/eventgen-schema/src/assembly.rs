//! Assembles a contract: annotations and `eventgen.toml` become topics and events.

use std::collections::BTreeMap;

use crate::annotation::{
    EVENT_PROPERTIES, EventProperties, TOPIC_PROPERTIES, TopicProperties, TypedKey, check_key_schemas,
    check_topic_name_length,
};
use crate::contract::{Contract, Event, SubjectStrategy};
use crate::diagnostics::Diagnostic;
use crate::frontend::{Annotated, FrontEnd, Schemas};
use crate::lint::{TopicName, check_names, check_replicas, check_subjects, check_topic};
use crate::manifest::{Manifest, Production};
use crate::reader::Properties;
use crate::shared::{Stated, check_shared};

/// The settings that a contract is assembled with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Assembly<'a> {
    pub(crate) manifest: Option<&'a Manifest>,
    /// The environment that was chosen.
    pub(crate) environment: Option<&'a str>,
    /// Whether the schema is derived from a Rust type.
    pub(crate) is_derived: bool,
}

/// An annotated record whose properties have been read.
struct ReadEvent<'a> {
    front_end: &'a dyn FrontEnd,
    schemas: &'a Schemas,
    annotated: &'a Annotated,
    event: EventProperties,
    topic: TopicProperties,
}

/// The agreed properties of a topic, and the events on it.
type Topics<'e> = BTreeMap<String, (TopicProperties, Vec<&'e EventProperties>)>;

impl Assembly<'_> {
    /// The contract of the schemas of some languages, without their types.
    pub(crate) fn contract<'s>(
        &self,
        languages: impl Iterator<Item = (&'s dyn FrontEnd, &'s Schemas)>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Contract {
        let environment = match (self.manifest, self.environment) {
            (Some(manifest), Some(name)) if !manifest.is_misread(&format!("environments.{name}")) => {
                manifest.environment_topics(name).map_err(|diagnostic| diagnostics.push(diagnostic)).ok()
            }
            _ => None,
        };
        let mut read: Vec<ReadEvent<'_>> = Vec::new();
        for (front_end, schemas) in languages {
            for annotated in &schemas.annotated {
                let properties = read_properties(annotated, diagnostics);
                read.extend(properties.map(|(event, topic)| ReadEvent {
                    front_end,
                    schemas,
                    annotated,
                    event,
                    topic,
                }));
            }
        }
        read.sort_by(|a, b| a.annotated.full_name.cmp(&b.annotated.full_name));

        let mut topics = Topics::new();
        for event in &read {
            let name = &event.event.topic.value;
            let (agreed, events) = topics.entry(name.clone()).or_default();
            agreed.agree(event.topic.clone(), name, diagnostics);
            events.push(&event.event);
        }
        self.lint(&topics, environment, diagnostics);
        let mut contract = Contract {
            reference_strategy: self.manifest.map(Manifest::reference_strategy).unwrap_or_default(),
            ..Contract::default()
        };
        let prefix = self.manifest.zip(self.environment).and_then(|(file, name)| file.topic_prefix(name));
        let mut stated = Stated::default();
        for (name, (properties, events)) in topics {
            let own = properties;
            let properties = self.layered(own.clone(), &name, environment);
            let typed = (events.len(), self.is_derived);
            let typed = TypedKey::of(&name, &properties.key, &own.key, typed, diagnostics);
            let (ordering, compatibility) = (properties.ordering(), properties.compatibility());
            let states_compatibility = properties.states_compatibility();
            let names = properties.dead_letter_config();
            let mut topic = properties.into_topic(&name, events.len(), diagnostics);
            if let Some(prefix) = prefix {
                topic.begin_with(&prefix.value);
                check_topic_name_length(&topic.name, &prefix.span, diagnostics);
                let longest =
                    topic.retry_topics().into_iter().max_by_key(|retry_topic| retry_topic.name.len());
                if let Some(longest) = longest {
                    check_topic_name_length(&longest.name, &prefix.span, diagnostics);
                }
            }
            stated.add(&topic.name, names);
            for event in read.iter().filter(|event| event.event.topic.value == name) {
                let ReadEvent { front_end, schemas, annotated, event: properties, .. } = event;
                // A record with errors has been reported, and has no fields to resolve against.
                let Some(schema) = &annotated.schema else { continue };
                let (id, full_name, checked) = (schema.type_id, &annotated.full_name, schemas.checked());
                let key = properties.key(id, ordering, checked, diagnostics);
                let typed_key = typed.as_ref().and_then(|typed| {
                    typed.schema(*front_end, (schemas, annotated, schema), (properties, &key), diagnostics)
                });
                contract.events.push(Event {
                    name: full_name.clone(),
                    type_id: id,
                    topic: topic.name.clone(),
                    key,
                    typed_key,
                    headers: properties.headers(full_name, id, checked, diagnostics),
                    subject: match &properties.subject {
                        Some(subject) => subject.clone(),
                        None => subject(topic.subject_strategy, &name, full_name),
                    },
                    names_subject: properties.subject.is_some(),
                    compatibility,
                    states_compatibility,
                    schema_type: front_end.schema_type(),
                    schema: schema.text.clone(),
                    references: schema.references.clone(),
                    data: schema.data.clone(),
                });
            }
            let events = contract.events.iter().filter(|event| event.topic == topic.name);
            let spans = events.filter_map(|event| {
                let is_it = |read: &&ReadEvent<'_>| read.annotated.full_name == event.name;
                read.iter().find(is_it).map(|read| (event, &read.annotated.span))
            });
            let spans: Vec<_> = spans.collect();
            check_subjects(&name, &spans, diagnostics);
            check_key_schemas(&name, &spans, diagnostics);
            contract.topics.insert(topic.name.clone(), topic);
        }
        stated.share(&mut contract.topics);
        contract.events.sort_by(|a, b| a.name.cmp(&b.name));
        contract
    }

    /// Lints every topic as it is in the chosen environment. Production is always checked when no environment is chosen,
    /// because most runs choose none.
    fn lint(
        &self,
        topics: &Topics<'_>,
        environment: Option<&TopicProperties>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let production = self.manifest.into_iter().flat_map(Manifest::production);
        let production: Vec<Production<'_>> =
            production.filter(|marked| self.environment.is_none_or(|chosen| chosen == marked.name)).collect();
        let mut layered = Vec::with_capacity(topics.len());
        for (name, (annotation, events)) in topics {
            let properties = self.layered(annotation.clone(), name, environment);
            check_topic(name, &properties, events, diagnostics);
            for marked in &production {
                let properties = self.layered(annotation.clone(), name, Some(marked.topics));
                check_replicas(name, &properties, marked.name, marked.marked, diagnostics);
            }
            layered.extend(events.first().map(|event| (&event.topic, properties)));
        }
        check_shared(&layered, diagnostics);
        let names = layered.iter().map(|(topic, properties)| TopicName {
            topic: &topic.value,
            span: &topic.span,
            dead_letter: properties.dead_letter_name(),
            retry_topics: properties.retry_topics(&topic.value),
        });
        let pattern = self.manifest.and_then(Manifest::name_pattern);
        check_names(&names.collect::<Vec<_>>(), pattern, diagnostics);
    }

    /// Weakest first: `[defaults]`, the annotation, `[topics."…"]`, `[environments.X]`.
    fn layered(
        &self,
        annotation: TopicProperties,
        topic: &str,
        environment: Option<&TopicProperties>,
    ) -> TopicProperties {
        let Some(manifest) = self.manifest else { return annotation };
        let of_topic = match manifest.topic(topic) {
            Some(table) => table.clone().over(&annotation),
            None => annotation,
        };
        of_topic.between(&manifest.defaults, environment)
    }
}

fn read_properties(
    annotated: &Annotated,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(EventProperties, TopicProperties)> {
    let names = [&EVENT_PROPERTIES[..], &TOPIC_PROPERTIES].concat();
    let Annotated { annotation, casing, span, .. } = annotated;
    let mut properties = Properties::read(annotation, "the kafka annotation", &names, *casing, diagnostics)?;
    let topic = TopicProperties::read(&mut properties, *casing);
    EventProperties::read(&mut properties, span).map(|event| (event, topic))
}

fn subject(strategy: SubjectStrategy, topic: &str, full_name: &str) -> String {
    match strategy {
        SubjectStrategy::TopicName => format!("{topic}-value"),
        SubjectStrategy::RecordName => full_name.to_owned(),
        SubjectStrategy::TopicRecordName => format!("{topic}-{full_name}"),
    }
}

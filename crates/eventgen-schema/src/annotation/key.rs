//! Typed keys: the properties `keyFormat`, `keyName` and `keySubjectStrategy`, and the schema of a key that they make.

use super::event::EventProperties;
use crate::contract::{Event, FieldPath, KeyFormat, KeySchema, SubjectStrategy};
use crate::diagnostics::{Diagnostic, code};
use crate::frontend::{Annotated, EventSchema, FrontEnd, KeyDefinition, KeyProblem, KeyText, Schemas};
use crate::reader::Properties;
use crate::source::{Span, Spanned};
use crate::vocabulary::{KEY_FORMATS, STRATEGIES};

/// What one annotation or table sets about the keys of a topic.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyProperties {
    pub(super) format: Option<Spanned<KeyFormat>>,
    pub(super) name: Option<Spanned<String>>,
    pub(super) strategy: Option<Spanned<SubjectStrategy>>,
}

impl KeyProperties {
    /// Fills properties that are not set from `weaker`.
    pub(super) fn over(self, weaker: &Self) -> Self {
        Self {
            format: self.format.or_else(|| weaker.format.clone()),
            name: self.name.or_else(|| weaker.name.clone()),
            strategy: self.strategy.or_else(|| weaker.strategy.clone()),
        }
    }
}

/// Reads the properties.
pub(super) fn read_key(properties: &mut Properties<'_, '_>) -> KeyProperties {
    let format = properties.one_of("keyFormat", &KEY_FORMATS);
    if let Some(format) = format.as_ref().filter(|format| format.value == KeyFormat::Bytes) {
        properties.diagnostics.push(
            Diagnostic::error(code::NOT_SUPPORTED, "keys of this format are not supported yet")
                .at(&format.span, "this format is planned")
                .help("choose string, avro or protobuf"),
        );
    }
    let name = properties.string("keyName");
    if let Some(name) = name.as_ref().filter(|name| !is_name(&name.value)) {
        properties.diagnostics.push(
            Diagnostic::error(code::WRONG_VALUE, format!("`{}` is not the name of a type", name.value))
                .at(&name.span, "letters, digits and `_`, in parts with dots between them")
                .help(format!("write {}", properties.casing.word("keyName", "OrderKey"))),
        );
        return KeyProperties { format, name: None, strategy: None };
    }
    KeyProperties { format, name, strategy: properties.one_of("keySubjectStrategy", &STRATEGIES) }
}

/// Whether a text is a name of a type, with or without a namespace, in every schema language.
fn is_name(text: &str) -> bool {
    text.split('.').all(|part| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
    })
}

/// What a topic says about typed keys.
#[derive(Debug)]
pub(crate) struct TypedKey<'a> {
    /// The name of the topic, without a prefix.
    pub(crate) topic: &'a str,
    /// How many events the topic carries.
    pub(crate) events: usize,
    /// Whether the schemas are derived from Rust types.
    pub(crate) is_derived: bool,
    format: Spanned<&'static str>,
    name: Option<Spanned<String>>,
    strategy: Option<Spanned<SubjectStrategy>>,
}

impl<'a> TypedKey<'a> {
    /// The settings of a topic; `None` if its keys are text. `own` are the properties without the defaults for all topics.
    pub(crate) fn of(
        topic: &'a str,
        properties: &KeyProperties,
        own: &KeyProperties,
        (events, is_derived): (usize, bool),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let KeyProperties { format, name, strategy } = properties.clone();
        if let Some(Spanned { value: KeyFormat::Typed(schema_type), span }) = format {
            let format = Spanned { value: schema_type, span };
            return Some(Self { topic, events, is_derived, format, name, strategy });
        }
        let spans = [own.name.as_ref().map(|name| ("keyName", &name.span))];
        let strategy = own.strategy.as_ref().map(|strategy| ("keySubjectStrategy", &strategy.span));
        for (property, span) in spans.into_iter().chain([strategy]).flatten() {
            diagnostics.push(
                Diagnostic::error(code::TYPED_KEY, format!("`{property}` has no effect on keys of text"))
                    .at(span, "only a typed key has a schema")
                    .help("set `keyFormat` to avro or protobuf, or remove this"),
            );
        }
        None
    }

    /// The schema of the key of an event. `None` if there is an error, which is reported.
    pub(crate) fn schema(
        &self,
        front_end: &dyn FrontEnd,
        (schemas, annotated, event): (&Schemas, &Annotated, &EventSchema),
        (properties, paths): (&EventProperties, &[FieldPath]),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<KeySchema> {
        // Paths with errors have been reported.
        if paths.len() != properties.key_paths().len() {
            return None;
        }
        let found = self.text(front_end, (schemas, annotated, event), paths);
        let KeyText { name, text, references } = match found {
            Ok(text) => text,
            Err(problem) => {
                let Problem { code, message, label, help } = problem;
                let (at, other) = match properties.key_paths().first() {
                    Some(key) => (&key.span, Some(&self.format.span)),
                    None => (&self.format.span, Some(&annotated.span)),
                };
                let diagnostic = Diagnostic::error(code, message).at(at, label);
                let diagnostic = match other {
                    Some(span) if properties.has_no_key() => diagnostic.at(span, "this event has none"),
                    Some(span) => diagnostic.at(span, "the format of the keys is set here"),
                    None => diagnostic,
                };
                diagnostics.push(diagnostic.help(help));
                return None;
            }
        };
        let strategy = self.strategy.as_ref();
        let subject = match (strategy.map_or(SubjectStrategy::TopicName, |strategy| strategy.value), &name) {
            (SubjectStrategy::TopicName, _) => format!("{}-key", self.topic),
            (SubjectStrategy::RecordName, Some(name)) => name.clone(),
            (SubjectStrategy::TopicRecordName, Some(name)) => format!("{}-{name}", self.topic),
            (_, None) => {
                let at = strategy.map_or(&self.format.span, |strategy| &strategy.span);
                diagnostics.push(
                    Diagnostic::error(
                        code::TYPED_KEY,
                        "a key that is not a record has no name for its subject",
                    )
                    .at(at, "this subject is named after the record of the key")
                    .help("set `keyName`, which makes a record of the key, or use `TopicName`"),
                );
                return None;
            }
        };
        Some(KeySchema { subject, schema_type: front_end.schema_type(), name, text, references })
    }

    fn text(
        &self,
        front_end: &dyn FrontEnd,
        (schemas, annotated, event): (&Schemas, &Annotated, &EventSchema),
        paths: &[FieldPath],
    ) -> Result<KeyText, Problem> {
        let full_name = &annotated.full_name;
        if paths.is_empty() {
            return Err(Problem::new(
                "an event without a key cannot have a typed key",
                "keys have this format",
                "name the fields of the key, or remove `keyFormat`",
            ));
        }
        if front_end.schema_type() != self.format.value {
            return Err(Problem::new(
                format!("the key of `{full_name}` is in another language than the event"),
                "a key is written from these fields, in the language of their schema",
                format!("set `keyFormat` to {}, or to string", front_end.schema_type().to_lowercase()),
            ));
        }
        if self.is_derived {
            return Err(Problem::new(
                format!(
                    "the key of `{full_name}` has no schema: that of the event is derived from a Rust type"
                ),
                "typed keys need a schema file",
                "derive from a file: #[kafka(schema = \"…\")], or set `key_format` to string",
            ));
        }
        let fields: Vec<String> = paths.iter().map(|path| path.fields.join("_")).collect();
        if let Some(double) = fields
            .iter()
            .enumerate()
            .find_map(|(index, field)| fields[..index].contains(field).then_some(field))
        {
            return Err(Problem::new(
                format!("two fields of the key of `{full_name}` would be `{double}`"),
                "the parts of a path are joined by `_`",
                "rename a field, or name each field once",
            ));
        }
        let name = self.name.as_ref().map(|name| name.value.as_str());
        let definition = KeyDefinition { schemas, event, full_name, paths, fields: &fields, name };
        let text = match front_end.key_schema(&definition) {
            Some(text) => text.map_err(|problem| match problem {
                KeyProblem::Fields(reason) => Problem::new(
                    format!("the key of `{full_name}` has no schema: {reason}"),
                    "of these fields",
                    "choose other fields, or set `keyFormat` to string",
                ),
                KeyProblem::NameTaken(other) => Problem::new(
                    format!("the record of the key of `{full_name}` would have the name of {other}"),
                    "the key of these fields",
                    "set `keyName` to a name that nothing else has",
                ),
            })?,
            None => {
                let problem = Problem::new(
                    format!("keys in {} are not supported yet", front_end.schema_type()),
                    "the key of these fields",
                    "set `keyFormat` to string",
                );
                return Err(Problem { code: code::NOT_SUPPORTED, ..problem });
            }
        };
        // Each event would name its record after itself, and they would not be the same.
        if self.events > 1 && text.name.is_some() && name.is_none() {
            return Err(Problem::new(
                format!(
                    "the events of topic `{}` share the record of their keys, which has no name",
                    self.topic
                ),
                "several events are on the topic",
                "set `keyName` to the name of the record of all their keys",
            ));
        }
        Ok(text)
    }
}

/// Why a key has no schema.
struct Problem {
    code: code::Code,
    message: String,
    label: &'static str,
    help: String,
}

impl Problem {
    fn new(message: impl Into<String>, label: &'static str, help: impl Into<String>) -> Self {
        Self { code: code::TYPED_KEY, message: message.into(), label, help: help.into() }
    }
}

/// Reports events of one topic whose keys differ in their schemas: equal keys would not be equal bytes. Also reports a key
/// under the subject of an event.
pub(crate) fn check_key_schemas(topic: &str, events: &[(&Event, &Span)], diagnostics: &mut Vec<Diagnostic>) {
    let typed = || events.iter().filter_map(|(event, span)| Some((*event, *span, event.typed_key.as_ref()?)));
    let Some((first, before, key)) = typed().next() else { return };
    for (event, span, other) in typed().filter(|(_, _, other)| other.text != key.text) {
        let message = format!("the keys of two events of topic `{topic}` have different schemas");
        diagnostics.push(
            Diagnostic::error(code::KEY_SCHEMAS_DIFFER, message)
                .at(span, format!("`{}`: {}", event.name, other.text))
                .at(before, format!("`{}`: {}", first.name, key.text))
                .help("keys are equal if their bytes are: name fields of the same names and types in all events"),
        );
    }
    for (event, span) in events.iter().filter(|(event, _)| event.subject == key.subject) {
        diagnostics.push(
            Diagnostic::error(
                code::TYPED_KEY,
                format!("a key and an event have one subject, `{}`", key.subject),
            )
            .at(span, format!("the subject of `{}`, and of the keys of the topic", event.name))
            .help("set `keyName` or `keySubjectStrategy`, or the `subject` of the event"),
        );
    }
}

//! The Protobuf front end: `.proto` files in proto2, proto3 and editions.
//!
//! Every file is compiled without our option, so that an error in the option hides no other error. This form is also
//! registered, and code is generated from it. The option is read from the author's text, where each property has a
//! location. At the end the files are compiled as they are written, so that other compilers accept them too.

pub mod compatibility;
mod compile;
mod derived;
mod describe;
mod descriptor;
mod edition;
mod element;
mod error;
mod event;
mod example;
mod extension_names;
mod extensions;
mod file;
mod find;
mod google;
mod governance;
mod graph;
mod imports;
mod key;
mod lengths;
mod lexer;
mod names;
mod option;
mod options;
mod parse;
mod parsed;
mod provided;
mod ranges;
mod required;
mod rewritten;
mod rules;
mod spans;
mod standard_options;
mod syntax;
mod synthetic;
mod vocabulary;
mod walk;

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use event::{EventMessage, ProtobufFiles};
pub use parse::{ParsedSchema, parse_schema};
pub use provided::CONFLUENT_META;

use self::event::{Parsed, SCHEMA_TYPE};
use self::find::{Files, Roots};
use self::provided::is_well_known;
use super::context::Context;
use super::front_end::{FrontEnd, Input, Version};
use super::key::{KeyDefinition, KeyField, KeyProblem, KeyText};
use super::nesting::check_nesting;
use super::schema_file::SchemaFile;
use super::schemas::{Annotated, EventSchema, Schemas};
use crate::compatibility::{Element, Incompatibility, RuleSet};
use crate::contract::{Contract, Data, Description, Event, FieldPath, ReferencedSchema};
use crate::diagnostics::{Diagnostic, Diagnostics, code};
use crate::guard::guarded;
use crate::reader::Casing;
use crate::source::{SourceId, Sources, Span};
use crate::types::TypeGraph;
use crate::vocabulary::KAFKA_PROTO;

/// The front end.
#[derive(Debug)]
pub(crate) struct Protobuf;

impl FrontEnd for Protobuf {
    fn schema_type(&self) -> &'static str {
        SCHEMA_TYPE
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["proto"]
    }

    fn read(&self, input: &Input<'_>, context: &mut Context<'_>) -> Schemas {
        let mut files =
            Files::read(input.files, Roots::of(input.paths, input.listed, input.includes), context);
        if let Some(schema) = input.derived {
            files.add_text(schema.path().to_owned(), schema.text().to_owned(), context);
        }
        if files.sources.is_empty() {
            return Schemas::default();
        }
        for span in files.by_name.values().flat_map(|file| &file.misplaced) {
            context.diagnostics.push(
                Diagnostic::error(code::MISPLACED_ANNOTATION, "the kafka option belongs to a message")
                    .at(span, "it has no effect here")
                    .help("write `option (eventgen.kafka) = { … };` inside the message that is the event"),
            );
        }
        let mut schemas = schemas(files, input.keeps_annotations, context);
        if let Some(schema) = input.derived {
            schemas.foreign = schema.foreign().iter().filter_map(|name| schemas.types.find(name)).collect();
            schemas.annotated.extend(derived::annotated(schema, &schemas, context));
        }
        schemas
    }

    /// Compiles the files as they are written. This is the last step, because errors in the annotation have better
    /// messages when the vocabulary reports them.
    fn confirm(&self, schemas: &Schemas, context: &mut Context<'_>) {
        let data = schemas.data.as_ref().and_then(|data| data.downcast_ref::<Parsed>());
        let Some(Parsed { files, .. }) = data else { return };
        let mut texts = compile::Texts::default();
        for file in files.by_name.values() {
            texts.insert(&file.name, context.sources.text(file.source).to_owned());
        }
        for error in compile::compile(&texts).err().into_iter().flatten() {
            let file = files.by_name.get(error.file());
            match file.and_then(file::ProtoFile::without_import) {
                Some(diagnostic) => context.diagnostics.push(diagnostic),
                None => context.diagnostics.extend(error.diagnostics(&files.sources, context.sources)),
            }
        }
    }

    fn parse(
        &self,
        text: &str,
        references: &BTreeMap<String, String>,
    ) -> Result<Box<dyn Version>, Diagnostics> {
        Ok(Box::new(parse_schema(text, references)?))
    }

    fn places(&self, sources: &Sources, file: SourceId) -> BTreeMap<Element, Span> {
        element::places(sources.text(file), file)
    }

    fn schemas(&self, contract: &Contract) -> Vec<ReferencedSchema> {
        // The vocabulary may be registered too, and does not belong to the contract.
        let files = contract.protobuf().files.values();
        files.filter(|file| file.name != vocabulary::FILE_NAME).cloned().collect()
    }

    fn field_numbers(&self, contract: &Contract, event: &Event, path: &FieldPath) -> Vec<u32> {
        contract.protobuf_numbers(event, path)
    }

    fn key_schema(&self, key: &KeyDefinition<'_>) -> Option<Result<KeyText, KeyProblem>> {
        Some(key::key_schema(key))
    }

    fn describe(&self, contract: &Contract, event: &Event) -> Description {
        describe::describe(contract, event)
    }

    fn source_of<'a>(&self, text: &'a str) -> Cow<'a, str> {
        descriptor::source_of(text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    fn file(&self, text: &str) -> SchemaFile {
        SchemaFile::new(self.source_of(text).into_owned(), "proto", None)
    }
}

impl Version for ParsedSchema {
    fn content(&self, _: &str) -> Vec<u8> {
        descriptor::content(self)
    }

    fn serialized(&self) -> Option<Vec<u8>> {
        Some(descriptor::serialized(self))
    }

    fn key_fields(&self) -> Vec<KeyField> {
        key::key_fields(self)
    }

    fn key_message(&self) -> Option<Result<String, String>> {
        Some(key::key_message(self))
    }

    fn incompatibilities(&self, writer: &dyn Version, rules: RuleSet) -> Option<Vec<Incompatibility>> {
        let writer: &dyn Any = writer;
        writer.downcast_ref().map(|writer| compatibility::check(self, writer, rules))
    }

    fn changes_since(&self, old: &dyn Version) -> Option<Vec<Incompatibility>> {
        let old: &dyn Any = old;
        old.downcast_ref().map(|old| compatibility::changes(self, old))
    }
}

/// Compiles the files, and finds the events in them.
fn schemas(mut files: Files, keeps_annotations: bool, context: &mut Context<'_>) -> Schemas {
    let (mut types, mut ids, mut descriptor_set) = (TypeGraph::default(), BTreeMap::new(), Vec::new());
    let (mut unused, mut pool) = (BTreeSet::new(), None);
    if let Some(compiled) = files.compile(context.sources, context.diagnostics) {
        let read = guarded(|| {
            let (types, ids) = graph::graph(&compiled, files.by_name.keys().map(String::as_str));
            let place = |id| files.place(types.get(id).name()?, &compiled.pool, context.sources);
            check_nesting(&types, place, context.diagnostics);
            google::check_google(&compiled.pool, &files.sources, context.sources, context.diagnostics);
            (types, ids, imports::unused(&compiled.pool, &files))
        });
        match read {
            Ok(read) => (types, ids, unused) = read,
            Err(cause) => context.diagnostics.push(panicked(&cause)),
        }
        descriptor_set = compiled.descriptor_set;
        pool = Some(compiled.pool);
    }
    let (mut annotated, mut referenced) = (Vec::new(), BTreeMap::new());
    for file in files.by_name.values() {
        let imports = file.imports.iter().map(|import| import.name.clone());
        let is_registered = |name: &String| !is_well_known(name) && !files.has_own(name);
        let mut imports: Vec<String> = imports.filter(is_registered).collect();
        let text = file.registered(context.sources.text(file.source), keeps_annotations);
        if keeps_annotations && file.imports_vocabulary() {
            imports.push(vocabulary::FILE_NAME.to_owned());
            let own = || {
                ReferencedSchema::new(vocabulary::FILE_NAME.to_owned(), KAFKA_PROTO.to_owned(), Vec::new())
            };
            referenced.entry(vocabulary::FILE_NAME.to_owned()).or_insert_with(own);
        }
        // Events of a file that is only imported belong to another contract.
        let annotations = if files.imported.contains(&file.name) { &[][..] } else { &file.annotations };
        for annotation in annotations {
            let Some(first) = annotation.statements.first() else { continue };
            if !annotation.is_unambiguous {
                context.diagnostics.push(ambiguous(annotation, &first.name));
            }
            let members = annotation.statements.iter().map(|statement| statement.members.clone());
            let indexes = annotation.message_indexes.clone();
            annotated.push(Annotated {
                full_name: annotation.full_name.clone(),
                span: first.name.clone(),
                annotation: vocabulary::annotation(members, &first.name, context.diagnostics),
                casing: Casing::Snake,
                // Its file may not compile.
                schema: ids.get(&annotation.full_name).map(|type_id| EventSchema {
                    type_id: *type_id,
                    text: text.clone(),
                    references: imports.clone(),
                    data: Arc::new(EventMessage::new(file.name.clone(), indexes)),
                }),
            });
        }
        referenced.insert(file.name.clone(), ReferencedSchema::new(file.name.clone(), text, imports));
    }
    let data = Some(Arc::new(Parsed { files, descriptor_set, pool, unused }) as Data);
    Schemas { types, annotated, referenced, data, ..Schemas::default() }
}

/// Reports a panic of the libraries that concerns no file in particular.
fn panicked(cause: &str) -> Diagnostic {
    Diagnostic::error(code::NOT_SUPPORTED, format!("the Protobuf compiler of eventgen fails: {cause}"))
        .help("this is a limit of eventgen; please report it with the schemas")
}

/// Java counts the messages that a file declares. Go and Python also count those that preceding map fields and groups
/// imply.
fn ambiguous(annotation: &file::Annotation, span: &Span) -> Diagnostic {
    let message =
        format!("Kafka clients disagree about which message of its file `{}` is", annotation.full_name);
    Diagnostic::lint(code::AMBIGUOUS_INDEXES, message)
        .at(span, "a map field or a group precedes this message, here or in an enclosing message")
        .help("move the event out of other messages, or before the map fields and groups")
}

//! The Protobuf front end: `.proto` files (proto2 and proto3) into messages, descriptors and annotations.
//!
//! Every file is compiled without our option, so that a wrong word in it hides nothing else, and that is what is
//! registered and generated from too. The option is read from the author's text, where each word has its place. At last
//! the files are compiled as they are written, so that what is accepted here is accepted by every other compiler.

pub mod compatibility;
mod compile;
mod file;
mod find;
mod graph;
mod lengths;
mod lexer;
mod option;
mod parse;
mod places;
mod stack;
mod vocabulary;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub(crate) use find::Roots;
use find::{Files, is_well_known};
pub use parse::{ParsedSchema, parse_schema};

use crate::contract::{EventFormat, Protobuf, ProtobufFile};
use crate::diagnostics::{Diagnostic, code};
use crate::nesting::check_nesting;
use crate::node::Node;
use crate::source::{Sources, Span};
use crate::types::TypeId;

/// A message with our option.
#[derive(Debug)]
pub(crate) struct Annotated {
    /// `None` where its file does not compile.
    pub(crate) type_id: Option<TypeId>,
    pub(crate) full_name: String,
    pub(crate) annotation: Node,
    /// The place of the option's name.
    pub(crate) span: Span,
    pub(crate) format: EventFormat,
}

/// What the files hold.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) protobuf: Protobuf,
    pub(crate) annotated: Vec<Annotated>,
    /// Every file read, imports too.
    pub(crate) paths: Vec<PathBuf>,
    files: Files,
}

/// Reads files and what they import, and texts that stand for files.
pub(crate) fn read(
    asked: &[PathBuf],
    texts: impl IntoIterator<Item = (PathBuf, String)>,
    roots: Roots,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Read {
    let mut files = Files::read(asked, roots, sources, diagnostics);
    for (path, text) in texts {
        files.add_text(path, text, sources, diagnostics);
    }
    if files.sources.is_empty() {
        return Read::default();
    }
    for span in files.by_name.values().flat_map(|file| &file.misplaced) {
        diagnostics.push(
            Diagnostic::error(code::MISPLACED_ANNOTATION, "the kafka option belongs to a message")
                .at(span, "here it means nothing")
                .help("write `option (eventgen.kafka) = { … };` inside the message that is the event"),
        );
    }
    let (mut protobuf, mut ids) = (Protobuf::default(), BTreeMap::new());
    if let Some(compiled) = files.compile(sources, diagnostics) {
        (protobuf.types, ids) = graph::graph(&compiled.pool, files.by_name.keys().map(String::as_str));
        let place = |id| files.place(protobuf.types.get(id).name()?, &compiled.pool, sources);
        check_nesting(&protobuf.types, place, diagnostics);
        protobuf.descriptor_set = compiled.descriptor_set;
    }
    let mut annotated = Vec::new();
    for file in files.by_name.values() {
        let imports = file.imports.iter().map(|import| import.name.clone());
        let registered = ProtobufFile {
            name: file.name.clone(),
            text: file.registered(sources.text(file.source)),
            imports: imports.filter(|name| !is_well_known(name)).collect(),
        };
        protobuf.files.insert(file.name.clone(), registered);
        for annotation in &file.annotations {
            let Some(first) = annotation.statements.first() else { continue };
            if !annotation.is_unambiguous {
                diagnostics.push(ambiguous(annotation, &first.name));
            }
            let members = annotation.statements.iter().map(|statement| statement.members.clone());
            annotated.push(Annotated {
                type_id: ids.get(&annotation.full_name).copied(),
                full_name: annotation.full_name.clone(),
                annotation: vocabulary::annotation(members, &first.name, diagnostics),
                span: first.name.clone(),
                format: EventFormat::Protobuf {
                    file: file.name.clone(),
                    message_indexes: annotation.message_indexes.clone(),
                },
            });
        }
    }
    let paths = std::mem::take(&mut files.paths);
    Read { protobuf, annotated, paths, files }
}

/// Java counts the messages that a file declares, Go and Python also those that map fields and groups before imply.
fn ambiguous(annotation: &file::Annotation, span: &Span) -> Diagnostic {
    let message =
        format!("Kafka clients disagree about which message of its file `{}` is", annotation.full_name);
    Diagnostic::lint(code::AMBIGUOUS_INDEXES, message)
        .at(span, "a map field or a group stands before this message, in a message around it or beside")
        .help("move the event out of other messages, or before the map fields and groups")
}

impl Read {
    /// The registered text of an event's file.
    pub(crate) fn registered(&self, format: &EventFormat) -> &str {
        match format {
            EventFormat::Protobuf { file, .. } => self.protobuf.files.get(file).map_or("", |file| &file.text),
            EventFormat::Avro { .. } => "",
        }
    }

    /// Compiles the files as they are written. Worth it only when nothing else is wrong: the compiler says less of a
    /// word than the vocabulary does.
    pub(crate) fn confirm(&self, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
        let mut texts = compile::Texts::default();
        for file in self.files.by_name.values() {
            texts.insert(&file.name, sources.text(file.source).to_owned());
        }
        if let Err(errors) = compile::compile(&texts) {
            for error in errors {
                let file = error.file().and_then(|name| self.files.by_name.get(name));
                match file.and_then(file::ProtoFile::without_import) {
                    Some(diagnostic) => diagnostics.push(diagnostic),
                    None => diagnostics.extend(compile::diagnostics(&error, &self.files.sources, sources)),
                }
            }
        }
    }
}

//! Types of Google's package: generated code uses those of prost, which lacks some.

use std::collections::BTreeMap;

use prost_reflect::{DescriptorPool, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor};

use super::spans::{Spans, tag};
use crate::diagnostics::{Diagnostic, code};
use crate::source::{SourceId, Sources, Span};

const PACKAGE: &str = "google.protobuf";

/// Definitions of `google/protobuf/descriptor.proto` that prost does not have. Those inside of them are missing, too.
const MISSING: [&str; 11] = [
    "Edition",
    "ExtensionRangeOptions.Declaration",
    "ExtensionRangeOptions.VerificationState",
    "FeatureSet",
    "FeatureSetDefaults",
    "FieldOptions.EditionDefault",
    "FieldOptions.FeatureSupport",
    "FieldOptions.OptionRetention",
    "FieldOptions.OptionTargetType",
    "GeneratedCodeInfo.Annotation.Semantic",
    "SymbolVisibility",
];

/// Reports the definitions and the fields of some files that would need a type in Rust that does not exist.
pub(super) fn check_google(
    pool: &DescriptorPool,
    files: &BTreeMap<String, SourceId>,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (name, &source) in files {
        let Some(file) = pool.get_file_by_name(name) else { continue };
        let mut found = Found { source, sources, file: &file, spans: None, diagnostics: &mut *diagnostics };
        if file.package_name() == PACKAGE {
            for message in file.messages() {
                let google = DescriptorPool::global().get_message_by_name(message.full_name());
                if google.is_some_and(|google| fields(&google) != fields(&message)) {
                    let name = message.full_name();
                    let text = format!("`{name}` has other fields than Google's, whose Rust type it gets");
                    found.report(message.path(), text, "defined here", "define it in a package of its own");
                }
            }
            let messages =
                file.messages().map(|message| (message.full_name().to_owned(), message.path().to_vec()));
            let enums = file.enums().map(|item| (item.full_name().to_owned(), item.path().to_vec()));
            for (name, path) in messages.chain(enums).filter(|(name, _)| is_missing(name)) {
                let message = format!("`{name}` gets no Rust type: package `{PACKAGE}` is Google's");
                found.report(&path, message, "defined here", "define it in a package of its own");
            }
        }
        let mut messages: Vec<MessageDescriptor> = file.messages().collect();
        while let Some(message) = messages.pop() {
            messages.extend(message.child_messages());
            for field in message.fields().filter(|_| !message.is_map_entry()) {
                let kind = match field.kind() {
                    Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
                    kind => kind,
                };
                let ty = match &kind {
                    Kind::Message(message) => message.full_name(),
                    Kind::Enum(definition) => definition.full_name(),
                    _ => continue,
                };
                if is_missing(ty) {
                    let message = format!("`{ty}` has no Rust type");
                    let help = "prost lacks this type of Google's: use another type for the field";
                    found.report(field.path(), message, "this field", help);
                }
            }
        }
    }
}

/// Whether prost is expected to have a type and lacks it.
fn is_missing(full_name: &str) -> bool {
    let Some(name) = full_name.strip_prefix(PACKAGE).and_then(|name| name.strip_prefix('.')) else {
        return false;
    };
    // Packages inside of Google's, such as `google.protobuf.compiler`, are generated like all others.
    if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return false;
    }
    let is_inside =
        |outer: &str| name.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let google = DescriptorPool::global();
    let is_known =
        google.get_message_by_name(full_name).is_some() || google.get_enum_by_name(full_name).is_some();
    !is_known || MISSING.iter().any(|missing| is_inside(missing))
}

/// The diagnostics of one file.
struct Found<'a> {
    source: SourceId,
    sources: &'a Sources,
    file: &'a FileDescriptor,
    spans: Option<Spans>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Found<'_> {
    fn report(&mut self, path: &[i32], message: String, remark: &str, help: &str) {
        let (file, text) = (self.file.file_descriptor_proto(), self.sources.text(self.source));
        let spans = self.spans.get_or_insert_with(|| Spans::of(file, text));
        let range = spans.get(&[path, &[tag::NAME]].concat()).unwrap_or_default();
        let span = Span { source: self.source, range };
        self.diagnostics.push(Diagnostic::error(code::NOT_SUPPORTED, message).at(&span, remark).help(help));
    }
}

/// What the bytes of a message depend on: the numbers and types of its fields.
fn fields(message: &MessageDescriptor) -> BTreeMap<u32, (String, bool)> {
    let field = |field: FieldDescriptor| {
        let ty = match field.kind() {
            Kind::Message(message) => message.full_name().to_owned(),
            Kind::Enum(definition) => definition.full_name().to_owned(),
            scalar => format!("{scalar:?}"),
        };
        (field.number(), (ty, field.is_list()))
    };
    message.fields().map(field).collect()
}

//! Files to descriptors: the compiler over files that have been read already, and what it says as diagnostics.

use std::collections::BTreeMap;

use miette::Diagnostic as _;
use prost_reflect::DescriptorPool;
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

use super::stack::with_room_for;
use super::vocabulary::Vocabulary;
use crate::diagnostics::{Diagnostic, code};
use crate::source::{SourceId, Sources, Span};

/// Texts by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts(BTreeMap<String, String>);

impl Texts {
    pub(super) fn insert(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text);
    }
}

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.0.get(name) {
            Some(text) => File::from_source(name, text),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

/// Compiles all texts; our vocabulary and Google's well-known types are there without being asked for.
///
/// # Errors
/// What is wrong with each file.
pub(super) fn compile(texts: &Texts) -> Result<Compiled, Vec<protox::Error>> {
    with_room_for(texts.0.values().map(String::as_str), || run(texts))
}

fn run(texts: &Texts) -> Result<Compiled, Vec<protox::Error>> {
    let names: Vec<String> = texts.0.keys().cloned().collect();
    let mut resolver = ChainFileResolver::new();
    resolver.add(texts.clone());
    resolver.add(Vocabulary);
    resolver.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    let errors: Vec<protox::Error> = names.iter().filter_map(|name| compiler.open_file(name).err()).collect();
    if errors.is_empty() {
        // The set keeps the options that `FileDescriptorSet` has no fields for.
        let descriptor_set = compiler.encode_file_descriptor_set();
        Ok(Compiled { pool: compiler.descriptor_pool(), descriptor_set })
    } else {
        Err(errors)
    }
}

/// What the compiler made.
pub(super) struct Compiled {
    pub(super) pool: DescriptorPool,
    /// A `google.protobuf.FileDescriptorSet`, encoded: every file with its imports before it.
    pub(super) descriptor_set: Vec<u8>,
}

/// What the compiler says, with places in `sources`; `ids` are the files by the names that the compiler has for them.
pub(super) fn diagnostics(
    error: &protox::Error,
    ids: &BTreeMap<String, SourceId>,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let source = error.file().and_then(|name| ids.get(name)).copied();
    let places = source.map(|source| Places { source, sources, in_bytes: error.is_parse() });
    let all = std::iter::once(error as &dyn miette::Diagnostic).chain(error.related().into_iter().flatten());
    all.map(|error| diagnostic(error, places.as_ref())).collect()
}

/// Places in one file.
struct Places<'a> {
    source: SourceId,
    sources: &'a Sources,
    /// The parser counts bytes.
    in_bytes: bool,
}

impl Places<'_> {
    fn span(&self, offset: usize, length: usize) -> Span {
        let range = if self.in_bytes {
            offset..offset + length
        } else {
            self.byte(offset)..self.byte(offset + length)
        };
        self.sources.span(self.source, &range)
    }

    /// Behind the parser, columns in bytes are taken for columns in characters: as many characters as the offset is
    /// away from the start of its line, so many bytes it should be.
    fn byte(&self, offset: usize) -> usize {
        let text = self.sources.text(self.source);
        let Some(before) = text.get(..offset) else { return offset };
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        line + before[line..].chars().count()
    }
}

fn diagnostic(error: &dyn miette::Diagnostic, places: Option<&Places<'_>>) -> Diagnostic {
    let mut message = error.to_string();
    let mut cause = error.diagnostic_source();
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.diagnostic_source();
    }
    let mut diagnostic = Diagnostic::error(code::INVALID_PROTOBUF, message);
    if let Some(places) = places {
        for label in error.labels().into_iter().flatten() {
            let remark = label.label().filter(|label| !label.is_empty()).unwrap_or("here");
            diagnostic = diagnostic.at(&places.span(label.offset(), label.len()), remark);
        }
        if diagnostic.labels.is_empty() {
            diagnostic = diagnostic.at(&places.span(0, 0), "this file");
        }
    }
    match error.help() {
        Some(help) => diagnostic.help(help.to_string()),
        None => diagnostic.help("mend the file: every Protobuf compiler will say the same of it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_comments_and_texts_are_compiled() {
        let long = "🦀x".repeat(20_000);
        for text in [
            format!("syntax = \"proto3\";\n// {long}\nmessage A {{}}\n"),
            format!("syntax = \"proto3\";\n/* {}\n*/\nmessage A {{}}\n", long.replace('x', "\n")),
            format!("syntax = \"proto2\";\nmessage A {{ optional string a = 1 [default = \"{long}\"]; }}\n"),
        ] {
            let mut texts = Texts::default();
            texts.insert("a.proto", text);
            assert!(compile(&texts).is_ok());
        }
    }
}

//! One `.proto` file as its author wrote it: the spans of our option and our import, and the text without them.

use std::ops::Range;

use prost_reflect::prost_types::field_descriptor_proto::Type;
use prost_reflect::prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, MessageOptions,
};

use super::error::CompileError;
use super::lengths::long_names;
use super::lexer::{Token, tokens};
use super::option::{Statement, statement};
use super::parsed::ParsedFile;
use super::rewritten::BYTE_ORDER_MARK;
use super::spans::{Spans, tag};
use super::vocabulary;
use crate::diagnostics::{Diagnostic, code};
use crate::reader::{MAX_DEPTH, nested_too_deeply};
use crate::source::{SourceId, Span};
use crate::stack::with_room_for;

/// A file that has been parsed.
#[derive(Debug)]
pub(super) struct ProtoFile {
    /// The name that other files import it by.
    pub(super) name: String,
    pub(super) source: SourceId,
    /// The imports, except our vocabulary.
    pub(super) imports: Vec<Import>,
    imports_vocabulary: bool,
    /// The messages with our option.
    pub(super) annotations: Vec<Annotation>,
    /// The spans of our option on elements other than messages.
    pub(super) misplaced: Vec<Span>,
    /// Names that are too long.
    pub(super) long_names: Vec<Diagnostic>,
    /// Our import and our option's statements, in order.
    ours: Vec<Range<usize>>,
}

/// A message with our option.
#[derive(Debug, Clone)]
pub(super) struct Annotation {
    path: Vec<i32>,
    /// The message's full name.
    pub(super) full_name: String,
    /// The index path of the message in its file; see [`message_indexes`].
    pub(super) message_indexes: Vec<u32>,
    /// Whether all clients compute the same index path.
    pub(super) is_unambiguous: bool,
    pub(super) statements: Vec<Statement>,
}

/// An imported name and its span.
#[derive(Debug, Clone)]
pub(super) struct Import {
    pub(super) name: String,
    pub(super) span: Span,
}

impl ProtoFile {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// The errors of the file by itself.
    pub(super) fn parse(name: &str, text: &str, source: SourceId) -> Result<Self, CompileError> {
        let parsed = with_room_for([text], || ParsedFile::parse(name, text))?;
        let descriptor = &parsed.descriptor;
        let spans = Spans::of(descriptor, text);
        let mut file = Self {
            name: name.to_owned(),
            source,
            imports: Vec::new(),
            imports_vocabulary: false,
            annotations: Vec::new(),
            misplaced: Vec::new(),
            long_names: long_names(descriptor, &spans, source),
            ours: Vec::new(),
        };
        for (index, import) in (0..).zip(&descriptor.dependency) {
            let range = spans.get(&[tag::FILE_DEPENDENCY, index]).unwrap_or_default();
            if import == vocabulary::FILE_NAME {
                file.imports_vocabulary = true;
                file.ours.push(range);
            } else {
                file.imports.push(Import { name: import.clone(), span: Span { source, range } });
            }
        }
        for (path, range) in spans.options() {
            let Some(statement) = statement(text, range.clone(), source) else { continue };
            let Some(message) = message_path(path) else {
                file.misplaced.push(statement.name);
                continue;
            };
            file.ours.push(range);
            match file.annotations.iter_mut().find(|annotation| annotation.path == message) {
                Some(annotation) => annotation.statements.push(statement),
                None => {
                    let message_indexes = message_indexes(descriptor, message);
                    let in_descriptor = messages(descriptor, message).map(|(_, _, index)| index);
                    file.annotations.push(Annotation {
                        path: message.to_vec(),
                        full_name: full_name(descriptor, message),
                        is_unambiguous: in_descriptor.eq(message_indexes.iter().map(|&index| index as usize)),
                        message_indexes,
                        statements: vec![statement],
                    });
                }
            }
        }
        file.ours.sort_by_key(|range| range.start);
        Ok(file)
    }

    /// Whether the file imports the vocabulary.
    pub(super) fn imports_vocabulary(&self) -> bool {
        self.imports_vocabulary
    }

    /// Whether the file imports another one by this name.
    pub(super) fn reads(&self, name: &str) -> bool {
        (self.imports_vocabulary && name == vocabulary::FILE_NAME)
            || self.imports.iter().any(|import| import.name == name)
    }

    /// The error for our option without its import.
    pub(super) fn without_import(&self) -> Option<Diagnostic> {
        let statement = self.annotations.first()?.statements.first().filter(|_| !self.imports_vocabulary)?;
        let diagnostic = Diagnostic::error(code::UNKNOWN_IMPORT, "the kafka option is used but not imported");
        let import = format!("add `import \"{}\";` after the package", vocabulary::FILE_NAME);
        Some(diagnostic.at(&statement.name, "other compilers refuse it without the import").help(import))
    }

    /// The text with our import and our option replaced by blanks, so that all offsets stay the same.
    pub(super) fn blanked(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for byte in self.ours.iter().flat_map(Range::clone) {
            if bytes[byte] != b'\n' {
                bytes[byte] = b' ';
            }
        }
        // Whole characters have been replaced.
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// The registered text: unless the annotations are kept, without our import and our option, and without lines that
    /// contain nothing else.
    pub(super) fn registered(&self, text: &str, keeps_annotations: bool) -> String {
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        let removed = if keeps_annotations { &[] } else { &self.ours[..] };
        for range in removed {
            let cut = whole_lines(text, range);
            out.push_str(&text[end..cut.start.max(end)]);
            end = cut.end.max(end);
        }
        out.push_str(&text[end..]);
        // Not every registry accepts a byte order mark.
        out.strip_prefix(BYTE_ORDER_MARK).map(str::to_owned).unwrap_or(out)
    }
}

/// The whole lines of a range and one blank line after them, if nothing else is on these lines. Otherwise the range
/// itself.
fn whole_lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |newline| from + newline + 1);
    let end = line_end(range.end);
    if !text[start..range.start].trim().is_empty() || !text[range.end..end].trim().is_empty() {
        return range.clone();
    }
    let next = line_end(end);
    let before = text[..start].trim_end_matches([' ', '\t', '\r']);
    let follows_gap = before.ends_with("\n\n") || before.trim_end().ends_with('{');
    let gap = next > end && text[end..next].trim().is_empty();
    if gap && follows_gap { start..next } else { start..end }
}

/// Where brackets are nested too deeply for a recursive parser.
pub(super) fn nesting(text: &str, source: SourceId) -> Option<Diagnostic> {
    let mut depth = 0_usize;
    let deepest = tokens(text, 0..text.len()).find(|(token, _)| {
        match token {
            Token::Symbol('{' | '[' | '(' | '<') => depth += 1,
            Token::Symbol('}' | ']' | ')' | '>') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_DEPTH
    });
    deepest.map(|(_, range)| nested_too_deeply(&Span { source, range }))
}

/// The path of the message whose option a path names; `None` for an option of anything else.
fn message_path(option: &[i32]) -> Option<&[i32]> {
    let (message, [tag::MESSAGE_OPTIONS, tag::UNINTERPRETED_OPTION, _]) =
        option.split_at(option.len().checked_sub(3)?)
    else {
        return None;
    };
    let tags = message.iter().step_by(2);
    let mut wanted = std::iter::once(tag::FILE_MESSAGE).chain(std::iter::repeat(tag::MESSAGE_NESTED));
    let is_message = message.len().is_multiple_of(2) && tags.clone().count() > 0;
    (is_message && tags.into_iter().all(|tag| wanted.next() == Some(*tag))).then_some(message)
}

/// The messages on a path: the outermost first, each among its siblings.
fn messages<'a>(
    file: &'a FileDescriptorProto,
    path: &[i32],
) -> impl Iterator<Item = (&'a [DescriptorProto], &'a [FieldDescriptorProto], usize)> {
    let mut level = (file.message_type.as_slice(), file.extension.as_slice());
    let indexes: Vec<i32> = path.iter().skip(1).step_by(2).copied().collect();
    indexes.into_iter().map_while(move |index| {
        let index = usize::try_from(index).ok()?;
        let (siblings, fields) = level;
        let message = siblings.get(index)?;
        level = (message.nested_type.as_slice(), message.field.as_slice());
        Some((siblings, fields, index))
    })
}

fn full_name(file: &FileDescriptorProto, path: &[i32]) -> String {
    let names = messages(file, path).map(|(siblings, _, index)| siblings[index].name());
    let package = Some(file.package()).filter(|package| !package.is_empty());
    package.into_iter().chain(names).collect::<Vec<_>>().join(".")
}

/// The message-index path of the wire format. As in Confluent's Java client, only declarations with `message` count.
/// Descriptors list the entries of maps and the messages of groups among nested messages; these do not count.
fn message_indexes(file: &FileDescriptorProto, path: &[i32]) -> Vec<u32> {
    let index = |(siblings, fields, index): (&[DescriptorProto], &[FieldDescriptorProto], usize)| {
        let is_group = |message: &DescriptorProto| {
            let named = |field: &&FieldDescriptorProto| field.type_name() == message.name();
            fields.iter().filter(named).any(|field| field.r#type() == Type::Group)
        };
        let is_entry =
            |message: &DescriptorProto| message.options.as_ref().is_some_and(MessageOptions::map_entry);
        let before = siblings[..index].iter().filter(|message| !is_entry(message) && !is_group(message));
        u32::try_from(before.count()).unwrap_or(u32::MAX)
    };
    messages(file, path).map(index).collect()
}

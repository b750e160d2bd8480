//! Parses the text of one file to its descriptor. Syntax that the parser does not support is replaced before, and
//! elements that the compiler would refuse wrongly are removed afterwards.

use std::ops::Range;

use prost_reflect::prost_types::FileDescriptorProto;
use protox::file::File;

use super::edition::{edition, lower, rewrite};
use super::error::{CompileError, Violation};
use super::lexer::{Token, surrogate_pair, tokens};
use super::names::check_names;
use super::rewritten::{BYTE_ORDER_MARK, Replacement, Rewritten};
use super::rules::check_rules;
use super::spans::Spans;
use super::standard_options::remove_standard;
use super::syntax::Syntax;
use super::synthetic::rename_synthetic;
use crate::guard::guarded;

/// A parsed file. Its descriptor has the syntax proto2: the rules for proto3 are applied here, because the compiler's
/// differ from protoc's.
#[derive(Debug, Clone)]
pub(super) struct ParsedFile {
    pub(super) descriptor: FileDescriptorProto,
    pub(super) syntax: Syntax,
}

impl ParsedFile {
    /// Parses a text. The caller provides enough stack.
    ///
    /// # Errors
    /// The syntax errors of the file, or the rules that it breaks by itself.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, CompileError> {
        let mut violations: Vec<Violation> = Vec::new();
        let rule = |violations| CompileError::Rule { file: name.to_owned(), violations };
        let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        let tokens: Vec<_> = tokens(text, start..text.len()).collect();
        let edition = match edition(&tokens) {
            Some(Ok(edition)) => Some(edition),
            Some(Err(violation)) => return Err(rule(vec![violation])),
            None => None,
        };
        let mut replacements = large_integers(&tokens);
        replacements.extend(surrogates(text, &tokens));
        let of_edition = edition.map(|edition| rewrite(&tokens, edition, &mut violations));
        let (of_edition, exported) = of_edition.unwrap_or_default();
        replacements.extend(of_edition);
        replacements.sort_by_key(|replacement| replacement.range.start);
        let rewritten = Rewritten::new(text, &replacements);
        let panic = |cause| CompileError::Panic { file: name.to_owned(), cause };
        let parsed = guarded(|| File::from_source(name, &rewritten.text)).map_err(panic)?;
        let mut descriptor: FileDescriptorProto = match parsed {
            Ok(file) => file.into(),
            Err(_) if !violations.is_empty() => return Err(rule(violations)),
            Err(error) => return Err(CompileError::Parse { file: name.to_owned(), error, rewritten }),
        };
        rewritten.restore(text, &mut descriptor);
        rename_synthetic(&mut descriptor);
        let spans = Spans::of(&descriptor, text);
        let is_proto3 = descriptor.syntax.take().is_some();
        let syntax = match edition {
            Some(edition) => {
                Syntax::Edition(lower(&mut descriptor, edition, &exported, &spans, &mut violations))
            }
            None if is_proto3 => Syntax::Proto3,
            None => Syntax::Proto2,
        };
        check_names(&mut descriptor, &syntax, &spans, &mut violations);
        check_rules(&descriptor, &syntax, &spans, &mut violations);
        remove_standard(&mut descriptor, &spans, &mut violations);
        if violations.is_empty() { Ok(Self { descriptor, syntax }) } else { Err(rule(violations)) }
    }
}

/// Replaces decimal integers that do not fit the parser's type, such as the default of a `float`, by floating-point
/// numbers.
fn large_integers(tokens: &[(Token, Range<usize>)]) -> Vec<Replacement> {
    let is_large = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit())
            && !text.starts_with('0')
            && text.parse::<u64>().is_err()
    };
    let large = tokens.iter().filter_map(|(token, range)| match token {
        Token::Number(text) if is_large(text) => {
            Some(Replacement { range: range.end..range.end, text: ".0".to_owned() })
        }
        _ => None,
    });
    large.collect()
}

/// Characters that are written as two surrogates, such as `\ud83e\udd80`, which the parser does not join.
fn surrogates(text: &str, tokens: &[(Token, Range<usize>)]) -> Vec<Replacement> {
    let strings = tokens.iter().filter(|(token, _)| matches!(token, Token::String(_)));
    let mut replacements = Vec::new();
    for (_, range) in strings {
        let mut position = range.start;
        while let Some(escape) = text[position..range.end].find('\\') {
            position += escape;
            if let Some((char, length)) = surrogate_pair(&text[position..range.end]) {
                let range = position..position + length;
                replacements.push(Replacement { range, text: format!("\\U{:08x}", u32::from(char)) });
                position += length;
            } else {
                // The escaped character may be a backslash.
                let escaped = text[position + 1..range.end].chars().next();
                position += 1 + escaped.map_or(0, char::len_utf8);
            }
        }
    }
    replacements
}

//! Rewrites a file of an edition to proto2.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::error::Violation;
use super::super::lexer::Token;
use super::super::rewritten::Replacement;
use crate::diagnostics::code;

/// An edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Edition {
    E2023,
    E2024,
}

/// Tokens with their spans.
type Tokens = [(Token, Range<usize>)];

/// The edition that a file starts with, if it starts with one.
pub(in super::super) fn edition(tokens: &Tokens) -> Option<Result<Edition, Violation>> {
    let [(Token::Ident(word), start), (Token::Symbol('='), _), value @ ..] = tokens else { return None };
    // Adjacent literals are one string.
    let literals = value.iter().map_while(|(token, range)| match token {
        Token::String(text) => Some((text.as_str(), range)),
        _ => None,
    });
    let (name, literals): (String, Vec<&Range<usize>>) = literals.unzip();
    let end = literals.last().filter(|_| word == "edition")?;
    Some(match name.as_str() {
        "2023" => Ok(Edition::E2023),
        "2024" => Ok(Edition::E2024),
        _ => Err(Violation {
            code: code::NOT_SUPPORTED,
            message: format!("edition {name} is not supported"),
            labels: vec![(start.start..end.end, "this file is written in it".to_owned())],
            help: "write it in edition 2023 or 2024, or with `syntax = \"proto3\"`".to_owned(),
        }),
    })
}

/// Whether a definition is exported, by the offset where it starts, for those that say so.
pub(in super::super) type Exported = BTreeMap<usize, bool>;

/// The replacements that make proto2 of a file of an edition, and the definitions with a visibility.
pub(in super::super) fn rewrite(
    tokens: &Tokens,
    edition: Edition,
    violations: &mut Vec<Violation>,
) -> (Vec<Replacement>, Exported) {
    let mut rewriter = Rewriter {
        tokens,
        edition,
        index: 0,
        blocks: Vec::new(),
        replacements: Vec::new(),
        exported: Exported::new(),
        violations,
    };
    // The statement of the edition itself.
    let end = rewriter.statement_end(0);
    rewriter.blank(0, end);
    rewriter.index = end;
    while rewriter.index < tokens.len() {
        rewriter.statement();
    }
    (rewriter.replacements, rewriter.exported)
}

/// The braces around a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Message,
    Enum,
    Oneof,
    Extend,
    Service,
}

struct Rewriter<'a> {
    tokens: &'a Tokens,
    edition: Edition,
    index: usize,
    blocks: Vec<Block>,
    replacements: Vec<Replacement>,
    exported: Exported,
    violations: &'a mut Vec<Violation>,
}

impl Rewriter<'_> {
    fn word(&self, index: usize) -> Option<&str> {
        match self.tokens.get(index) {
            Some((Token::Ident(word), _)) => Some(word),
            _ => None,
        }
    }

    fn is_symbol(&self, index: usize, symbol: char) -> bool {
        self.tokens.get(index).is_some_and(|(token, _)| *token == Token::Symbol(symbol))
    }

    /// Reads one statement, or its head if others are inside.
    fn statement(&mut self) {
        let start = self.index;
        if self.is_symbol(start, '}') {
            self.blocks.pop();
            self.index += 1;
            return;
        }
        if self.is_symbol(start, ';') {
            self.index += 1;
            return;
        }
        let block = self.blocks.last().copied();
        let has_definitions = matches!(block, None | Some(Block::Message));
        let word = self.word(start).unwrap_or_default().to_owned();
        match (block, word.as_str()) {
            (None | Some(Block::Message), "export" | "local")
                if self.edition >= Edition::E2024
                    && matches!(self.word(start + 1), Some("message" | "enum")) =>
            {
                self.blank(start, start + 1);
                self.exported.insert(self.tokens[start + 1].1.start, word == "export");
                self.index += 1;
            }
            (_, "message") if has_definitions => self.open(Block::Message),
            (_, "enum") if has_definitions => self.open(Block::Enum),
            (_, "extend") if has_definitions => self.open(Block::Extend),
            (Some(Block::Message), "oneof") => self.open(Block::Oneof),
            (None, "service") => self.open(Block::Service),
            (None, "syntax") => {
                let range = self.tokens[start].1.clone();
                let help = "remove the statement: the edition says how the file is read";
                let message = "a file with an edition has no `syntax`";
                self.violations.push(Violation::invalid(message, range, "here", help));
                let end = self.statement_end(start);
                self.blank(start, end);
                self.index = end;
            }
            (None, "import") if self.edition >= Edition::E2024 && self.word(start + 1) == Some("weak") => {
                let range = self.tokens[start + 1].1.clone();
                let message = "weak imports are not part of edition 2024";
                let help = "remove `weak`, or write `import option` for a file of options";
                self.violations.push(Violation::invalid(message, range, "this import", help));
                self.skip();
            }
            (None, "import") if self.edition >= Edition::E2024 && self.word(start + 1) == Some("option") => {
                self.blank(start + 1, start + 2);
                self.skip();
            }
            (Some(Block::Message | Block::Enum), "reserved") => self.reserved(),
            (None | Some(Block::Service | Block::Enum), _) | (_, "option" | "extensions") => self.skip(),
            (Some(block), _) => self.field(block),
        }
    }

    /// Goes into a definition.
    fn open(&mut self, block: Block) {
        while self.index < self.tokens.len() && !self.is_symbol(self.index, '{') {
            self.index += 1;
        }
        self.index += 1;
        self.blocks.push(block);
    }

    fn skip(&mut self) {
        self.index = self.statement_end(self.index);
    }

    /// Where a statement ends: after its semicolon or the block that it ends with.
    fn statement_end(&self, start: usize) -> usize {
        let mut depth = 0_usize;
        let has_block = self.word(start) == Some("rpc");
        for index in start..self.tokens.len() {
            match self.tokens[index].0 {
                Token::Symbol('{' | '[') => depth += 1,
                // The block around the statement ends: the parser reports what is missing.
                Token::Symbol('}') if depth == 0 => return index,
                Token::Symbol('}' | ']') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && has_block && self.is_symbol(index, '}') {
                        return index + 1;
                    }
                }
                Token::Symbol(';') if depth == 0 => return index + 1,
                _ => {}
            }
        }
        self.tokens.len()
    }

    /// A field has no label but `repeated`.
    fn field(&mut self, block: Block) {
        let (start, range) = (self.index, self.tokens[self.index].1.clone());
        let word = self.word(start).unwrap_or_default();
        let is_labelled = self.word(start + 1).is_some() || self.is_symbol(start + 1, '.');
        let group = if word == "repeated" { start + 1 } else { start };
        if matches!(word, "optional" | "required") && is_labelled {
            let message = format!("label `{word}` is not part of editions");
            let help = if word == "required" {
                "remove it and add `[features.field_presence = LEGACY_REQUIRED]`"
            } else {
                "remove it: fields have presence unless `features.field_presence` is `IMPLICIT`"
            };
            self.violations.push(Violation::invalid(message, range, "this label", help));
        } else if self.word(group) == Some("group")
            && self.word(group + 1).is_some()
            && self.is_symbol(group + 2, '=')
        {
            let help = "define a message and add `[features.message_encoding = DELIMITED]` to a field of it";
            let range = self.tokens[group].1.clone();
            self.violations.push(Violation::invalid(
                "groups are not part of editions",
                range,
                "this group",
                help,
            ));
            // Without a label, the parser would not accept it.
            if group == start {
                self.insert("optional ", range_start(&self.tokens[start].1));
            }
            self.open(Block::Message);
            return;
        } else if block != Block::Oneof
            && word != "repeated"
            && !(word == "map" && self.is_symbol(start + 1, '<'))
        {
            self.insert("optional ", range.start..range.start);
        }
        self.skip();
    }

    /// Reserved names are identifiers in editions and strings in proto2.
    fn reserved(&mut self) {
        let end = self.statement_end(self.index);
        for index in self.index + 1..end {
            let (token, range) = &self.tokens[index];
            match token {
                Token::Ident(word) if word != "to" && word != "max" || self.is_alone(index) => {
                    let text = format!("\"{}\"", self.word(index).unwrap_or_default());
                    self.replacements.push(Replacement { range: range.clone(), text });
                }
                Token::String(_) => {
                    let help = "remove the quotes";
                    let message = "reserved names are identifiers in editions";
                    self.violations.push(Violation::invalid(message, range.clone(), "this text", help));
                }
                _ => {}
            }
        }
        self.index = end;
    }

    /// Whether a word is an element of a list by itself.
    fn is_alone(&self, index: usize) -> bool {
        (self.is_symbol(index - 1, ',') || self.word(index - 1) == Some("reserved"))
            && (self.is_symbol(index + 1, ',') || self.is_symbol(index + 1, ';'))
    }

    fn insert(&mut self, text: &str, range: Range<usize>) {
        self.replacements.push(Replacement { range, text: text.to_owned() });
    }

    /// Replaces tokens by blanks.
    fn blank(&mut self, start: usize, end: usize) {
        for (_, range) in &self.tokens[start..end] {
            let text = " ".repeat(range.len());
            self.replacements.push(Replacement { range: range.clone(), text });
        }
    }
}

fn range_start(range: &Range<usize>) -> Range<usize> {
    range.start..range.start
}

//! No decision by the schema language outside of the folders of the languages.
//!
//! A decision is a pattern or a comparison that names a language: a variant `Avro` or `Protobuf`, the name of a
//! language in a registry, or the extension of a schema file. To name a language without a decision, as in
//! `format: SchemaFormat::Avro`, is allowed everywhere.

use std::path::Path;

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprLit, Lit, Pat, Token};

use super::names;

/// Variants of the enums that represent a schema language.
const VARIANTS: [&str; 2] = ["Avro", "Protobuf"];

/// Names of languages in a registry, and extensions of files.
const TEXTS: [&str; 6] = ["AVRO", "PROTOBUF", "avsc", "avpr", "avdl", "proto"];

/// Folders and files that belong to a language.
const FOLDERS: [&str; 3] = ["avro", "protobuf", "eventgen-avro"];

/// Whether a file may decide by the language.
pub(super) fn is_of_a_language(path: &Path) -> bool {
    let path = path.with_extension("");
    path.iter().any(|part| FOLDERS.iter().any(|folder| part == *folder))
}

/// The lines of a file on which something is decided by the language.
pub(super) fn decisions(file: &syn::File) -> Vec<usize> {
    let mut decisions = Decisions::default();
    decisions.visit_file(file);
    decisions.lines.sort_unstable();
    decisions.lines.dedup();
    decisions.lines
}

#[derive(Default)]
struct Decisions {
    lines: Vec<usize>,
}

impl<'ast> Visit<'ast> for Decisions {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !names::is_test(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_pat(&mut self, pattern: &'ast Pat) {
        let path = match pattern {
            Pat::Path(pattern) => Some(&pattern.path),
            Pat::Struct(pattern) => Some(&pattern.path),
            Pat::TupleStruct(pattern) => Some(&pattern.path),
            Pat::Lit(pattern) => {
                self.literal(&pattern.lit);
                None
            }
            _ => None,
        };
        if let Some(path) = path {
            self.path(path);
        }
        visit::visit_pat(self, pattern);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_)) {
            let mut operands = Operands(self);
            operands.visit_expr(&binary.left);
            operands.visit_expr(&binary.right);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        if let Ok(Matches { value, pattern, guard }) = called.parse_body() {
            self.visit_expr(&value);
            self.visit_pat(&pattern);
            if let Some(guard) = guard {
                self.visit_expr(&guard);
            }
        } else if let Ok(values) = called.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            values.iter().for_each(|value| self.visit_expr(value));
        }
    }
}

impl Decisions {
    fn path(&mut self, path: &syn::Path) {
        let is_language = |name: &syn::Ident| VARIANTS.iter().any(|variant| name == variant);
        if path.segments.len() > 1 && path.segments.last().is_some_and(|last| is_language(&last.ident)) {
            self.lines.push(path.span().start().line);
        }
    }

    fn literal(&mut self, literal: &Lit) {
        if let Lit::Str(text) = literal
            && TEXTS.contains(&text.value().as_str())
        {
            self.lines.push(text.span().start().line);
        }
    }
}

/// What is compared, without what is inside of closures and blocks.
struct Operands<'a>(&'a mut Decisions);

impl<'ast> Visit<'ast> for Operands<'_> {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.0.path(&path.path);
    }

    fn visit_expr_lit(&mut self, literal: &'ast ExprLit) {
        self.0.literal(&literal.lit);
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_block(&mut self, _: &'ast syn::Block) {}
}

/// The arguments of `matches!`.
struct Matches {
    value: Expr,
    pattern: Pat,
    guard: Option<Expr>,
}

impl Parse for Matches {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<Token![,]>()?;
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
        }
        Ok(Self { value, pattern, guard })
    }
}

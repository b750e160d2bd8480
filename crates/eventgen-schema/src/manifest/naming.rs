//! The `[naming]` table of `eventgen.toml`: the form of topic names.

use regex_lite::Regex;

use crate::diagnostics::{Diagnostic, code};
use crate::lint::NamePattern;
use crate::node::Node;
use crate::reader::{Casing, Properties};
use crate::source::Spanned;
use crate::vocabulary::{NAMING, names};

pub(super) fn name_pattern(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<NamePattern> {
    let mut properties = Properties::read(node, "[naming]", &names(&NAMING), Casing::Kebab, diagnostics)?;
    let Spanned { value, span } = properties.string("topic")?;
    match Regex::new(&value) {
        Ok(regex) => Some(NamePattern { regex, span }),
        Err(error) => {
            properties.diagnostics.push(
                Diagnostic::error(code::INVALID_PATTERN, "this pattern is no regular expression")
                    .at(&span, error.to_string())
                    .help("write it in the syntax of the crate regex-lite, in single quotes: '^[a-z.]+$'"),
            );
            None
        }
    }
}

//! What the front end says, where the code is that it is about.

use std::fmt::Write as _;

use eventgen_schema::{Diagnostics, Severity};
use proc_macro2::Span;

use crate::document::Document;
use crate::mistakes::Mistakes;
use crate::schema::{HERE, Schema, foreign_name};

/// Reports what the front end says about a schema that was made of code.
pub(crate) fn report(said: &Diagnostics, schema: &Schema, otherwise: Span, mistakes: &mut Mistakes) {
    report_at(said, Some(&schema.document), &schema.foreign, otherwise, mistakes);
}

/// Reports what the front end says about files.
pub(crate) fn report_files(said: &Diagnostics, otherwise: Span, mistakes: &mut Mistakes) {
    report_at(said, None, &[], otherwise, mistakes);
}

fn report_at(
    said: &Diagnostics,
    document: Option<&Document>,
    foreign: &[String],
    otherwise: Span,
    mistakes: &mut Mistakes,
) {
    let sources = said.sources();
    for diagnostic in said.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        let mut place = otherwise;
        let mut text = diagnostic.message.clone();
        for (index, (span, remark)) in diagnostic.labels.iter().enumerate() {
            let own = document.filter(|document| sources.text(span.source) == document.text());
            match own {
                Some(document) => {
                    if index == 0 {
                        place = document.span(&span.range).unwrap_or(otherwise);
                        text.push_str(": ");
                        text.push_str(remark);
                    }
                }
                None => {
                    let position = sources.position(span.source, span.range.start);
                    let path = sources.path(span.source).display();
                    let _ = write!(text, "\n  {path}:{}:{}: {remark}", position.line, position.column);
                }
            }
        }
        if let Some(help) = &diagnostic.help {
            text.push_str("\nhelp: ");
            text.push_str(help);
        }
        let _ = write!(text, "\n[{}]", diagnostic.code.id);
        mistakes.add(place, in_rust(&text, foreign));
    }
}

/// Names that were made up for the front end, as they are in Rust.
fn in_rust(text: &str, foreign: &[String]) -> String {
    let folder = format!("{}/", crate::package().display());
    let text = text.replace(&format!("{HERE}."), "").replace(&folder, "");
    let indices = (0..foreign.len()).rev();
    indices.fold(text, |text, index| text.replace(&foreign_name(index), &foreign[index]))
}

//! What the front end says, where the code is that it is about.

use std::fmt::Write as _;

use eventgen_schema::{Diagnostics, Severity};
use proc_macro2::Span;

use crate::document::Document;
use crate::mistakes::Mistakes;

/// Reports what the front end says about texts that were made of code, where `names` stand in the place of others.
pub(crate) fn report(
    said: &Diagnostics,
    documents: &[&Document],
    names: &[(String, &str)],
    otherwise: Span,
    mistakes: &mut Mistakes,
) {
    let sources = said.sources();
    for diagnostic in said.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        let mut place = otherwise;
        let mut text = diagnostic.message.clone();
        for (index, (span, remark)) in diagnostic.labels.iter().enumerate() {
            let own = documents.iter().find(|document| sources.text(span.source) == document.text());
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
        mistakes.add(place, in_rust(&text, names));
    }
}

/// Reports what the front end says about files.
pub(crate) fn report_files(said: &Diagnostics, otherwise: Span, mistakes: &mut Mistakes) {
    report(said, &[], &[], otherwise, mistakes);
}

/// Names that were made up for the front end, as they are in Rust.
fn in_rust(text: &str, names: &[(String, &str)]) -> String {
    let folder = format!("{}/", crate::package().display());
    let text = text.replace(&folder, "");
    names.iter().fold(text, |text, (made_up, name)| text.replace(made_up, name))
}

//! Renders a diagnostic as plain text. Used without the feature `render`: a derive reports its errors through the
//! compiler.

use super::diagnostic::Diagnostic;
use super::printable::{printable, printable_line};
use crate::source::Sources;

/// Renders one diagnostic, without a line break at the end.
pub(super) fn render(diagnostic: &Diagnostic, sources: &Sources, _: bool) -> String {
    let places = diagnostic.labels.iter().map(|(span, remark)| {
        let position = sources.position(span.source, span.range.start);
        let path = printable_line(&sources.path(span.source).display().to_string());
        let remark = printable(remark);
        format!("\n  {path}:{}:{}: {remark}", position.line, position.column)
    });
    let places: String = places.collect();
    let help =
        diagnostic.help.as_ref().map(|help| format!("\n  help: {}", printable(help))).unwrap_or_default();
    format!("[{}] {}{places}{help}", diagnostic.code.id, printable(&diagnostic.message))
}

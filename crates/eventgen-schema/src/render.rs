//! Renders a diagnostic with the lines that it is about, as a compiler does.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourceId, Sources, Span};

/// One diagnostic, without a line break at its end.
pub(crate) fn render(diagnostic: &Diagnostic, sources: &Sources, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code.id);
    let mut group = Group::with_title(title);
    for snippet in snippets(&diagnostic.labels, sources) {
        group = group.element(snippet);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.render(&[group]);
    // Lines are padded, and there is one for a snippet also where there is none.
    let gutter = |line: &&str| !diagnostic.labels.is_empty() || *line != " |";
    text.lines().map(str::trim_end).filter(gutter).collect::<Vec<_>>().join("\n")
}

/// One snippet for each file, that of the main place first.
fn snippets<'a>(
    labels: &'a [(Span, String)],
    sources: &'a Sources,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let mut order: Vec<SourceId> = Vec::new();
    for (span, _) in labels {
        if !order.contains(&span.source) {
            order.push(span.source);
        }
    }
    let snippet = |source: SourceId| {
        let here = |(_, (span, _)): &(usize, &(Span, String))| span.source == source;
        let labels: Vec<(usize, &(Span, String))> = labels.iter().enumerate().filter(here).collect();
        let text = sources.text(source);
        // Only the lines from the first place to the last: files may be large, and each is searched for every mistake.
        let first = labels.iter().map(|(_, (span, _))| span.range.start).min().unwrap_or_default();
        let last = labels.iter().map(|(_, (span, _))| span.range.end).max().unwrap_or_default();
        let start = text[..first].rfind('\n').map_or(0, |end| end + 1);
        let end = text[last..].find('\n').map_or(text.len(), |length| last + length);
        let annotations = labels.iter().map(|(index, (span, remark))| {
            let kind = if *index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(first_line(span, text, start)).label(remark)
        });
        Snippet::source(&text[start..end])
            .path(sources.path(source).display().to_string())
            .line_start(sources.position(source, start).line)
            .annotations(annotations.collect::<Vec<_>>())
    };
    order.into_iter().map(snippet).collect()
}

/// The place as far as its first line, counted from `start`: what begins there is seen by that, and a record of a hundred
/// lines would hide what is said about it.
fn first_line(span: &Span, text: &str, start: usize) -> std::ops::Range<usize> {
    let place = &text[span.range.clone()];
    let length = place.find('\n').map_or(place.len(), |end| place[..end].trim_end().len());
    span.range.start - start..span.range.start - start + length
}

//! Renders a diagnostic with the lines that it points at, as the Rust compiler does.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::diagnostic::Diagnostic;
use super::hidden::without_secrets;
use super::level::Severity;
use super::printable::{printable, printable_line};
use crate::source::{SourceId, Sources, Span};

/// The maximum length in bytes of an excerpt that shows whole lines. A file may be one line of megabytes with thousands
/// of errors.
const MAX_EXCERPT: usize = 4096;
/// How many bytes are shown around a location in a longer excerpt.
const AROUND: usize = 60;

/// Renders one diagnostic, without a line break at the end.
pub(super) fn render(diagnostic: &Diagnostic, sources: &Sources, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(printable(&diagnostic.message)).id(diagnostic.code.id);
    let mut group = Group::with_title(title);
    for element in places(&diagnostic.labels, sources) {
        group = group.element(element);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.render(&[group]);
    // The renderer pads lines and leaves rows for snippets and paths that do not exist.
    let wanted = |line: &&str| {
        let line = without_style(line);
        line.trim() != ":::" && (!diagnostic.labels.is_empty() || line.trim() != "|")
    };
    text.lines().map(str::trim_end).filter(wanted).collect::<Vec<_>>().join("\n")
}

/// A line without its escape sequences for colours.
fn without_style(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, text)| text))
}

/// A label, and whether it is the primary one.
type Place<'a> = (&'a (Span, String), bool);

/// The labels, grouped by file. The file of the primary label comes first.
fn places<'a>(labels: &'a [(Span, String)], sources: &'a Sources) -> Vec<Element<'a>> {
    let mut files: Vec<(SourceId, Vec<Place<'a>>)> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let place = (label, index == 0);
        match files.iter_mut().find(|(source, _)| *source == label.0.source) {
            Some((_, places)) => places.push(place),
            None => files.push((label.0.source, vec![place])),
        }
    }
    files.into_iter().flat_map(|(source, places)| in_file(source, &places, sources)).collect()
}

fn in_file<'a>(source: SourceId, places: &[Place<'a>], sources: &'a Sources) -> Vec<Element<'a>> {
    let text = sources.text(source);
    let ranges: Vec<Range<usize>> = places.iter().map(|((span, _), _)| first_line(span, text)).collect();
    let first = ranges.iter().map(|range| range.start).min().unwrap_or_default();
    let last = ranges.iter().map(|range| range.end).max().unwrap_or_default();
    let piece = line_start(text, first)..line_end(text, last);
    if piece.len() > MAX_EXCERPT {
        let around = places.iter().zip(ranges).flat_map(|(place, range)| around(place, range, sources));
        return around.collect();
    }
    let annotations = places
        .iter()
        .zip(ranges)
        .map(|(place, range)| annotation(place, range.start - piece.start..range.end - piece.start));
    let excerpt = cut(without_secrets(sources.path(source), text), &piece);
    let snippet = Snippet::source(excerpt)
        .path(shown(source, sources))
        .line_start(sources.position(source, piece.start).line)
        .annotations(annotations.collect::<Vec<_>>());
    vec![snippet.into()]
}

/// A label with an excerpt of its line.
fn around<'a>(place: &Place<'a>, range: Range<usize>, sources: &'a Sources) -> [Element<'a>; 2] {
    let source = place.0.0.source;
    let text = sources.text(source);
    let start = range.start.saturating_sub(AROUND).max(line_start(text, range.start));
    let end =
        (range.start + AROUND).max(range.end.min(range.start + 2 * AROUND)).min(line_end(text, range.start));
    let piece = sources.span(source, &(start..end)).range;
    let range = range.start..range.end.min(piece.end);
    let position = sources.position(source, range.start);
    let origin = Origin::path(shown(source, sources)).line(position.line).char_column(position.column);
    let ellipsis = |cut: bool| if cut { "…" } else { "" };
    let before = ellipsis(piece.start > line_start(text, range.start));
    let behind = ellipsis(piece.end < line_end(text, range.start));
    let shift = |byte: usize| byte - piece.start + before.len();
    let excerpt = cut(without_secrets(sources.path(source), text), &piece);
    let snippet = Snippet::source(format!("{before}{excerpt}{behind}"))
        .line_start(position.line)
        .annotation(annotation(place, shift(range.start)..shift(range.end)));
    [origin.into(), snippet.into()]
}

/// A piece of a text.
fn cut<'a>(text: Cow<'a, str>, piece: &Range<usize>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[piece.clone()]),
        Cow::Owned(text) => Cow::Owned(text[piece.clone()].to_owned()),
    }
}

fn annotation<'a>(((_, remark), main): &Place<'a>, range: Range<usize>) -> Annotation<'a> {
    let kind = if *main { AnnotationKind::Primary } else { AnnotationKind::Context };
    kind.span(range).label(printable(remark))
}

fn shown(source: SourceId, sources: &Sources) -> String {
    printable_line(&sources.path(source).display().to_string())
}

fn line_start(text: &str, byte: usize) -> usize {
    text[..byte].rfind('\n').map_or(0, |end| end + 1)
}

fn line_end(text: &str, byte: usize) -> usize {
    text[byte..].find('\n').map_or(text.len(), |length| byte + length)
}

/// The part of a span on its first line. All lines of a long record would hide the remark.
fn first_line(span: &Span, text: &str) -> Range<usize> {
    let place = &text[span.range.clone()];
    let length = place.find('\n').map_or(place.len(), |end| place[..end].trim_end().len());
    span.range.start..span.range.start + length
}

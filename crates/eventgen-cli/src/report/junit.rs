//! The report as `JUnit` XML: one test case for each file, which fails with all errors in it.

use std::collections::BTreeMap;
use std::io;

use eventgen_schema::{Diagnostic, Diagnostics, Severity, SourceId};
use quick_xml::Writer;

use super::location::{Location, shown};
use super::title::Title;
use crate::failure::Failure;

/// The test case of diagnostics without a location.
const CONTRACT: &str = "contract";

pub(super) fn junit(found: &Diagnostics, title: Title) -> Result<String, Failure> {
    let mut cases: BTreeMap<Option<SourceId>, Vec<&Diagnostic>> =
        found.sources().ids().map(|id| (Some(id), Vec::new())).collect();
    for diagnostic in found.iter() {
        let file = diagnostic.labels.first().map(|(span, _)| span.source);
        cases.entry(file).or_default().push(diagnostic);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, &cases, found, title)?;
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}",
        String::from_utf8_lossy(&writer.into_inner())
    ))
}

fn write(
    writer: &mut Writer<Vec<u8>>,
    cases: &BTreeMap<Option<SourceId>, Vec<&Diagnostic>>,
    found: &Diagnostics,
    title: Title,
) -> io::Result<()> {
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    let failures = cases.values().filter(|diagnostics| diagnostics.iter().any(is_error)).count();
    let (tests, failures) = (cases.len().to_string(), failures.to_string());
    let counts = [("tests", &*tests), ("failures", &*failures), ("errors", "0")];
    writer.create_element("testsuites").with_attributes(counts).write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attribute(("name", title.suite));
        suite.with_attributes(counts).write_inner_content(|writer| {
            cases.iter().try_for_each(|(file, diagnostics)| case(writer, *file, diagnostics, (found, title)))
        })?;
        Ok(())
    })?;
    Ok(())
}

fn case(
    writer: &mut Writer<Vec<u8>>,
    file: Option<SourceId>,
    diagnostics: &[&Diagnostic],
    (found, title): (&Diagnostics, Title),
) -> io::Result<()> {
    let name = file.map_or_else(|| CONTRACT.to_owned(), |id| shown(found.sources().path(id)));
    let element = writer
        .create_element("testcase")
        .with_attribute(("name", &*allowed(&name)))
        .with_attribute(("classname", title.class));
    if diagnostics.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    let is_error = |diagnostic: &&&Diagnostic| diagnostic.severity == Severity::Error;
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(is_error).copied().collect();
    let warnings: Vec<&Diagnostic> =
        diagnostics.iter().filter(|diagnostic| !is_error(diagnostic)).copied().collect();
    element.write_inner_content(|writer| {
        failure(writer, &errors, found)?;
        output(writer, &warnings, found)
    })?;
    Ok(())
}

/// The errors of a test case as its one failure, which has the place and the message of the first.
fn failure(writer: &mut Writer<Vec<u8>>, errors: &[&Diagnostic], found: &Diagnostics) -> io::Result<()> {
    let Some(first) = errors.first() else { return Ok(()) };
    let place = first.labels.first().map(|(span, _)| Location::of(span, found.sources()));
    let place = place.map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column));
    let more = if errors.len() > 1 { format!(" (and {} more)", errors.len() - 1) } else { String::new() };
    let message = allowed(&format!("{}{}{more}", place.unwrap_or_default(), first.message));
    let text = rendered(errors, found);
    writer
        .create_element("failure")
        .with_attribute(("type", first.code.id))
        .with_attribute(("message", &*message))
        .write_text_content(quick_xml::events::BytesText::new(&text))?;
    Ok(())
}

/// The warnings of a test case, for which `JUnit` has no element.
fn output(writer: &mut Writer<Vec<u8>>, warnings: &[&Diagnostic], found: &Diagnostics) -> io::Result<()> {
    if !warnings.is_empty() {
        let text = rendered(warnings, found);
        let element = writer.create_element("system-out");
        element.write_text_content(quick_xml::events::BytesText::new(&text))?;
    }
    Ok(())
}

fn rendered(diagnostics: &[&Diagnostic], found: &Diagnostics) -> String {
    let all = diagnostics.iter().map(|diagnostic| found.render_one(diagnostic, false));
    allowed(&all.collect::<Vec<_>>().join("\n\n"))
}

/// Text without the characters that XML 1.0 has no way to write ("Characters", production 2).
fn allowed(text: &str) -> String {
    let has = |char: char| !matches!(char, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|char| if has(char) { char } else { char::REPLACEMENT_CHARACTER }).collect()
}

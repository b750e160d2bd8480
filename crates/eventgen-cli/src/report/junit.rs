//! The report as `JUnit` XML: one test case for each file, one failure for each error in it.

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
    let (tests, failures) = (cases.len().to_string(), found.error_count().to_string());
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
    element.write_inner_content(|writer| {
        diagnostics.iter().try_for_each(|diagnostic| entry(writer, diagnostic, found))
    })?;
    Ok(())
}

/// An error is a failure of the test case. A warning, for which `JUnit` has no element, is its output.
fn entry(writer: &mut Writer<Vec<u8>>, diagnostic: &Diagnostic, found: &Diagnostics) -> io::Result<()> {
    let rendered = allowed(&found.render_one(diagnostic, false));
    let text = quick_xml::events::BytesText::new(&rendered);
    if diagnostic.severity == Severity::Warning {
        writer.create_element("system-out").write_text_content(text)?;
        return Ok(());
    }
    let place = diagnostic.labels.first().map(|(span, _)| Location::of(span, found.sources()));
    let place = place.map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column));
    let message = allowed(&format!("{}{}", place.unwrap_or_default(), diagnostic.message));
    writer
        .create_element("failure")
        .with_attribute(("type", diagnostic.code.id))
        .with_attribute(("message", &*message))
        .write_text_content(text)?;
    Ok(())
}

/// Text without the characters that XML 1.0 has no way to write ("Characters", production 2).
fn allowed(text: &str) -> String {
    let has = |char: char| !matches!(char, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|char| if has(char) { char } else { char::REPLACEMENT_CHARACTER }).collect()
}

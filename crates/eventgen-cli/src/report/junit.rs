//! The report as `JUnit` writes its XML: one test case for each file, whose mistakes are its failures.

use std::collections::BTreeMap;
use std::io;

use eventgen_schema::{Diagnostic, Diagnostics, Severity, SourceId};
use quick_xml::Writer;

use super::{Place, shown};
use crate::failure::Failure;

/// The class of all cases.
const CLASS: &str = "eventgen.check";
/// The case of mistakes that are in no file.
const CONTRACT: &str = "contract";

pub(super) fn junit(told: &Diagnostics) -> Result<String, Failure> {
    let mut cases: BTreeMap<Option<SourceId>, Vec<&Diagnostic>> =
        told.sources().ids().map(|id| (Some(id), Vec::new())).collect();
    for diagnostic in told.iter() {
        let file = diagnostic.labels.first().map(|(span, _)| span.source);
        cases.entry(file).or_default().push(diagnostic);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, &cases, told)?;
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}",
        String::from_utf8_lossy(&writer.into_inner())
    ))
}

fn write(
    writer: &mut Writer<Vec<u8>>,
    cases: &BTreeMap<Option<SourceId>, Vec<&Diagnostic>>,
    told: &Diagnostics,
) -> io::Result<()> {
    let (tests, failures) = (cases.len().to_string(), told.error_count().to_string());
    let counts = [("tests", &*tests), ("failures", &*failures), ("errors", "0")];
    writer.create_element("testsuites").with_attributes(counts).write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attribute(("name", "eventgen check"));
        suite.with_attributes(counts).write_inner_content(|writer| {
            cases.iter().try_for_each(|(file, diagnostics)| case(writer, *file, diagnostics, told))
        })?;
        Ok(())
    })?;
    Ok(())
}

fn case(
    writer: &mut Writer<Vec<u8>>,
    file: Option<SourceId>,
    diagnostics: &[&Diagnostic],
    told: &Diagnostics,
) -> io::Result<()> {
    let name = file.map_or_else(|| CONTRACT.to_owned(), |id| shown(told.sources().path(id)));
    let element = writer
        .create_element("testcase")
        .with_attribute(("name", &*allowed(&name)))
        .with_attribute(("classname", CLASS));
    if diagnostics.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|writer| {
        diagnostics.iter().try_for_each(|diagnostic| entry(writer, diagnostic, told))
    })?;
    Ok(())
}

/// A failure; a warning, for which there is no element, is output of the case.
fn entry(writer: &mut Writer<Vec<u8>>, diagnostic: &Diagnostic, told: &Diagnostics) -> io::Result<()> {
    let rendered = allowed(&told.render_one(diagnostic, false));
    let text = quick_xml::events::BytesText::new(&rendered);
    if diagnostic.severity == Severity::Warning {
        writer.create_element("system-out").write_text_content(text)?;
        return Ok(());
    }
    let place = diagnostic.labels.first().map(|(span, _)| Place::of(span, told.sources()));
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

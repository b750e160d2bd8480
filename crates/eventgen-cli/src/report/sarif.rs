//! The report as [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), for code scanning.

use eventgen_schema::code::Code;
use eventgen_schema::{Diagnostic, Diagnostics, Span};
use serde_json::{Value, json};

use super::location::{Location, severity_name};
use crate::failure::Failure;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn sarif(found: &Diagnostics) -> Result<String, Failure> {
    let mut codes: Vec<Code> = found.iter().map(|diagnostic| diagnostic.code).collect();
    codes.sort();
    codes.dedup();
    let results = found.iter().map(|diagnostic| result(diagnostic, &codes, found));
    let report = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "eventgen",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            } },
            // Not UTF-16 code units, which are the default.
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    });
    Ok(serde_json::to_string_pretty(&report)?)
}

/// The rule of a code, with its page as the help.
fn rule(code: Code) -> Value {
    let level = code.lint.and_then(|lint| lint.default.severity()).map_or("error", severity_name);
    let mut rule = json!({
        "id": code.id,
        "shortDescription": { "text": code.title },
        "help": { "text": code.page(), "markdown": code.page() },
        "defaultConfiguration": { "level": level },
    });
    // A name that is the id is no name (3.49.7).
    if let Some(lint) = code.lint {
        rule["name"] = lint.name.into();
    }
    rule
}

fn result(diagnostic: &Diagnostic, codes: &[Code], found: &Diagnostics) -> Value {
    let mut message = diagnostic.message.clone();
    if let Some((_, remark)) = diagnostic.labels.first() {
        message = format!("{message}: {remark}");
    }
    if let Some(help) = &diagnostic.help {
        message = format!("{message}. Help: {help}");
    }
    let mut result = json!({
        "ruleId": diagnostic.code.id,
        "ruleIndex": codes.iter().position(|code| *code == diagnostic.code),
        "level": severity_name(diagnostic.severity),
        "message": { "text": message },
        "locations": diagnostic.labels.first().map(|(span, _)| location(span, found)).as_slice(),
    });
    if !diagnostic.facts.is_empty() {
        let facts = diagnostic.facts.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
        result["properties"] = Value::Object(facts.collect());
    }
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .skip(1)
        .enumerate()
        .map(|(index, (span, remark))| {
            let mut location = location(span, found);
            location["id"] = index.into();
            location["message"] = json!({ "text": remark });
            location
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn location(span: &Span, found: &Diagnostics) -> Value {
    let Location { file, line, column, end_line, end_column } = Location::of(span, found.sources());
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&file) },
        "region": {
            "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
        },
    } })
}

/// A path as a relative reference (RFC 3986): other bytes than those of a path's segments are percent-encoded.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=@".contains(&byte);
    let written = path
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    written.collect()
}

//! The report as [workflow commands](https://docs.github.com/actions/reference/workflow-commands-for-github-actions),
//! which GitHub Actions shows beside the lines of a pull request.

use eventgen_schema::{Diagnostic, Diagnostics};

use super::location::{Location, severity_name};

pub(super) fn github(found: &Diagnostics) -> String {
    let commands: Vec<String> = found.iter().map(|diagnostic| command(diagnostic, found)).collect();
    commands.join("\n")
}

fn command(diagnostic: &Diagnostic, found: &Diagnostics) -> String {
    let mut properties = Vec::new();
    let mut message = diagnostic.message.clone();
    if let Some((span, remark)) = diagnostic.labels.first() {
        let Location { file, line, column, end_line, end_column } = Location::of(span, found.sources());
        properties.extend([("file", file), ("line", line.to_string()), ("endLine", end_line.to_string())]);
        // GitHub accepts columns only within one line.
        if line == end_line {
            properties.extend([("col", column.to_string()), ("endColumn", end_column.to_string())]);
        }
        message = format!("{message}: {remark}");
    }
    for (span, remark) in diagnostic.labels.iter().skip(1) {
        let Location { file, line, column, .. } = Location::of(span, found.sources());
        message = format!("{message}\n{file}:{line}:{column}: {remark}");
    }
    if let Some(help) = &diagnostic.help {
        message = format!("{message}\nhelp: {help}");
    }
    properties.push(("title", format!("{} {}", diagnostic.code.id, diagnostic.code.title)));
    let properties: Vec<String> =
        properties.into_iter().map(|(name, value)| format!("{name}={}", escape_property(&value))).collect();
    format!("::{} {}::{}", severity_name(diagnostic.severity), properties.join(","), escape(&message))
}

/// Escapes a message as the runner decodes it. Other control characters, which a terminal would obey, are written as in Rust.
fn escape(text: &str) -> String {
    let is_obeyed = |char: char| char.is_control() && !"\t\r\n".contains(char);
    let shown = text
        .chars()
        .map(|char| if is_obeyed(char) { char.escape_default().to_string() } else { char.to_string() });
    let shown: String = shown.collect();
    shown.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, which ends at a comma.
fn escape_property(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_end_a_command_are_escaped() {
        assert_eq!(escape("100 %\r\n::error::"), "100 %25%0D%0A::error::");
        assert_eq!(escape("\u{1b}[31m\0"), "\\u{1b}[31m\\u{0}");
        assert_eq!(escape_property("a,b:c%"), "a%2Cb%3Ac%25");
    }
}

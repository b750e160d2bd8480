//! Parses TOML into the same tree as JSON.

use toml_edit::{Document, Item, TableLike, Value as TomlValue};

use crate::diagnostics::{Diagnostic, code};
use crate::node::{Member, Node, Value};
use crate::source::{SourceId, Sources, Span};

/// Parses a TOML file.
pub(crate) fn parse_toml(sources: &Sources, source: SourceId) -> Result<Node, Diagnostic> {
    let text = sources.text(source);
    let span = |range: Option<std::ops::Range<usize>>| sources.span(source, &range.unwrap_or(0..text.len()));
    let document = Document::parse(text).map_err(|error| {
        Diagnostic::error(
            code::NOT_TOML,
            format!("this is not TOML: {}", error.message().lines().next().unwrap_or_default()),
        )
        .at(&span(error.span()), "it cannot be read from here on")
        .help("see https://toml.io; text with backslashes reads best in single quotes")
    })?;
    Ok(table(document.as_table(), span(None)))
}

fn table(table: &dyn TableLike, whole: Span) -> Node {
    let member = |(name, item): (&str, &Item)| {
        let within = |range: Option<std::ops::Range<usize>>| Span {
            source: whole.source,
            range: range.unwrap_or_else(|| whole.range.clone()),
        };
        let key = table.get_key_value(name).and_then(|(key, _)| key.span());
        Member { name: name.to_owned(), name_span: within(key), value: node(item, within(item.span())) }
    };
    Node { value: Value::Object(table.iter().map(member).collect()), span: whole }
}

fn node(item: &Item, span: Span) -> Node {
    match item {
        Item::None => Node { value: Value::Null, span },
        Item::Value(inner) => value(inner, span),
        Item::Table(inner) => table(inner, span),
        Item::ArrayOfTables(tables) => {
            let items = tables.iter().map(|inner| {
                let range = inner.span().unwrap_or_else(|| span.range.clone());
                table(inner, Span { source: span.source, range })
            });
            Node { value: Value::Array(items.collect()), span }
        }
    }
}

fn value(inner: &TomlValue, span: Span) -> Node {
    let converted = match inner {
        TomlValue::String(text) => Value::String(text.value().clone()),
        TomlValue::Integer(number) => Value::Number(number.value().to_string()),
        TomlValue::Float(number) => Value::Number(number.value().to_string()),
        TomlValue::Boolean(value) => Value::Boolean(*value.value()),
        TomlValue::Datetime(datetime) => Value::String(datetime.value().to_string()),
        TomlValue::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| {
                    let range = item.span().unwrap_or_else(|| span.range.clone());
                    value(item, Span { source: span.source, range })
                })
                .collect(),
        ),
        TomlValue::InlineTable(inner) => return table(inner, span),
    };
    Node { value: converted, span }
}

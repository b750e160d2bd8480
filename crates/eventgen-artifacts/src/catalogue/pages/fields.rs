//! The types of an event, with what the contract uses of them.

use std::collections::BTreeMap;

use eventgen_schema::contract::{
    Content, Event, FieldDescription, FieldPath, HeaderValue, RuleDescription, TypeDescription, TypePart,
};

use crate::catalogue::prose::paragraphs;
use crate::catalogue::rich::Rich;
use crate::catalogue::site::{EventEntry, short_name};

/// A type on the page of an event.
#[derive(Debug)]
pub(super) struct TypeSection {
    /// The full name, which is also the anchor.
    pub(super) name: String,
    pub(super) short: String,
    pub(super) kind: &'static str,
    pub(super) doc: Vec<Rich>,
    pub(super) former_names: String,
    pub(super) tags: Vec<String>,
    pub(super) rules: Vec<RuleRow>,
    pub(super) fields: Vec<FieldRow>,
    pub(super) symbols: Vec<SymbolRow>,
    /// The size of a fixed.
    pub(super) size: Option<u32>,
}

/// A field.
#[derive(Debug)]
pub(super) struct FieldRow {
    pub(super) name: String,
    pub(super) number: Option<u32>,
    pub(super) parts: Vec<Shown>,
    pub(super) badges: Vec<String>,
    pub(super) doc: Vec<Rich>,
    pub(super) default: Option<String>,
    pub(super) oneof: Option<String>,
    pub(super) former_names: String,
    pub(super) tags: Vec<String>,
    pub(super) rules: Vec<RuleRow>,
}

/// A rule of values.
#[derive(Debug)]
pub(super) struct RuleRow {
    pub(super) name: String,
    /// The condition; empty if the rule has none.
    pub(super) condition: String,
    pub(super) doc: String,
}

/// A part of a type.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) text: String,
    /// The anchor of the type, if it is on the page.
    pub(super) anchor: Option<String>,
}

/// A symbol of an enum.
#[derive(Debug)]
pub(super) struct SymbolRow {
    pub(super) name: String,
    pub(super) number: Option<i32>,
    pub(super) doc: Vec<Rich>,
    pub(super) is_default: bool,
    pub(super) tags: Vec<String>,
    pub(super) rules: Vec<RuleRow>,
}

/// The types of an event. The event itself is the first.
pub(super) fn sections(entry: &EventEntry<'_>) -> Vec<TypeSection> {
    let types = &entry.description.types;
    let known: BTreeMap<&str, &TypeDescription> = types.iter().map(|ty| (ty.name.as_str(), ty)).collect();
    let badges = badges(entry.event, &known);
    types.iter().map(|ty| section(ty, &known, &badges)).collect()
}

/// What the contract uses of fields, by the type and the name of the field.
type Badges<'e> = BTreeMap<(&'e str, &'e str), Vec<String>>;

fn badges<'e>(event: &'e Event, known: &BTreeMap<&'e str, &'e TypeDescription>) -> Badges<'e> {
    let mut badges: Badges<'e> = BTreeMap::new();
    for path in &event.key {
        if let Some(at) = last_field(event, path, known) {
            badges.entry(at).or_default().push("key".to_owned());
        }
    }
    for (header, value) in &event.headers {
        if let HeaderValue::Field(path) = value
            && let Some(at) = last_field(event, path, known)
        {
            badges.entry(at).or_default().push(format!("header {header}"));
        }
    }
    badges
}

/// The type and the name of the field that a path leads to.
fn last_field<'e>(
    event: &'e Event,
    path: &'e FieldPath,
    known: &BTreeMap<&'e str, &'e TypeDescription>,
) -> Option<(&'e str, &'e str)> {
    let (last, before) = path.fields.split_last()?;
    let mut at = event.name.as_str();
    for name in before {
        let Content::Record(fields) = &known.get(at)?.content else { return None };
        let field = fields.iter().find(|field| field.name == *name)?;
        at = field.type_parts.iter().find_map(|part| match part {
            TypePart::Name(name) => Some(name.as_str()),
            _ => None,
        })?;
    }
    Some((at, last))
}

fn section(
    ty: &TypeDescription,
    known: &BTreeMap<&str, &TypeDescription>,
    badges: &Badges<'_>,
) -> TypeSection {
    let mut section = TypeSection {
        name: ty.name.clone(),
        short: short_name(&ty.name).0.to_owned(),
        kind: ty.kind,
        doc: paragraphs(ty.doc.as_deref()),
        former_names: ty.former_names.join(", "),
        tags: ty.tags.clone(),
        rules: ty.rules.iter().map(rule).collect(),
        fields: Vec::new(),
        symbols: Vec::new(),
        size: None,
    };
    match &ty.content {
        Content::Record(fields) => {
            let row = |field| row(&ty.name, field, known, badges);
            section.fields = fields.iter().map(row).collect();
        }
        Content::Enum { symbols, default, .. } => {
            let row = |symbol: &eventgen_schema::contract::SymbolDescription| SymbolRow {
                name: symbol.name.clone(),
                number: symbol.number,
                doc: paragraphs(symbol.doc.as_deref()),
                is_default: default.as_ref() == Some(&symbol.name),
                tags: symbol.tags.clone(),
                rules: symbol.rules.iter().map(rule).collect(),
            };
            section.symbols = symbols.iter().map(row).collect();
        }
        Content::Fixed { size, .. } => {
            section.size = Some(*size);
        }
        _ => {}
    }
    section
}

fn row(
    ty: &str,
    field: &FieldDescription,
    known: &BTreeMap<&str, &TypeDescription>,
    badges: &Badges<'_>,
) -> FieldRow {
    let parts = field.type_parts.iter().filter_map(|part| match part {
        TypePart::Text(text) => Some(Shown { text: text.clone(), anchor: None }),
        TypePart::Name(name) => Some(Shown {
            text: if known.contains_key(name.as_str()) {
                short_name(name).0.to_owned()
            } else {
                name.clone()
            },
            anchor: known.contains_key(name.as_str()).then(|| name.clone()),
        }),
        _ => None,
    });
    FieldRow {
        name: field.name.clone(),
        number: field.number,
        parts: parts.collect(),
        badges: badges.get(&(ty, field.name.as_str())).cloned().unwrap_or_default(),
        doc: paragraphs(field.doc.as_deref()),
        default: field.default.clone(),
        oneof: field.oneof.clone(),
        former_names: field.former_names.join(", "),
        tags: field.tags.clone(),
        rules: field.rules.iter().map(rule).collect(),
    }
}

fn rule(rule: &RuleDescription) -> RuleRow {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    RuleRow {
        name: text(&rule.name),
        condition: text(if rule.expression.is_some() { &rule.expression } else { &rule.sql }),
        doc: text(&rule.doc),
    }
}

//! The settings and how emitters ask for them.

use eventgen_schema::{Dates, Decimals, Manifest, RustSetting, Sources};

use crate::settings::rule::{Origin, Rule, matching};

/// How code is generated.
#[derive(Debug, Clone, Default)]
#[must_use = "`generate_with` applies the settings"]
pub struct Settings {
    pub(super) type_attributes: Vec<Rule>,
    pub(super) field_attributes: Vec<Rule>,
    pub(super) string_types: Vec<Rule>,
    pub(super) extern_paths: Vec<Rule>,
    pub(crate) without_clients: bool,
    serde: Option<bool>,
    borrowed: Option<bool>,
    builders: Option<usize>,
    decimals: Option<Decimals>,
    dates: Option<Dates>,
    /// Whether the contract lacks some of the schemas that `eventgen.toml` names.
    pub(super) is_partial: bool,
    /// The text of `eventgen.toml`, for diagnostics of its settings.
    pub(super) sources: Sources,
}

impl Settings {
    /// Adds the `[rust]` table of `eventgen.toml`. Settings made by calls take precedence over it. Attributes of both
    /// apply, those of the table first.
    pub fn with_manifest(mut self, manifest: &Manifest) -> Self {
        let table = manifest.rust();
        for (own, table) in [
            (&mut self.type_attributes, &table.type_attributes),
            (&mut self.field_attributes, &table.field_attributes),
            (&mut self.string_types, &table.string_types),
            (&mut self.extern_paths, &table.extern_paths),
        ] {
            // Of several rules for one path the last applies.
            own.splice(0..0, table.iter().map(table_rule));
        }
        self.serde = self.serde.or(table.serde);
        self.borrowed = self.borrowed.or(table.borrowed);
        self.builders = self.builders.or(table.builders);
        self.decimals = self.decimals.or(table.decimals);
        self.dates = self.dates.or(table.dates);
        self.sources = manifest.sources().clone();
        self
    }

    /// Says that the contract lacks some of the schemas that `eventgen.toml` names: a package of a workspace generates its own
    /// events only. A path of the table that matches nothing is then not an error.
    pub fn partial(mut self, partial: bool) -> Self {
        self.is_partial = partial;
        self
    }

    /// Adds an attribute to the structs and enums that the path matches. The enum of a union has the path of its field.
    pub fn type_attribute(mut self, path: &str, attribute: &str) -> Self {
        self.type_attributes.push(Rule::new(path, attribute));
        self
    }

    /// Adds an attribute to the fields of records and the symbols of enums that the path matches.
    pub fn field_attribute(mut self, path: &str, attribute: &str) -> Self {
        self.field_attributes.push(Rule::new(path, attribute));
        self
    }

    /// Sets the Rust type of strings in the fields that the path matches, in place of `String`. The type must
    /// dereference to `str` and implement `From<&str>`. The last call that matches a field applies. Keys of maps stay
    /// `String`.
    pub fn string_type(mut self, path: &str, rust_type: &str) -> Self {
        self.string_types.push(Rule::new(path, rust_type));
        self
    }

    /// Uses a type, or all types of a namespace, from another crate that generates them. The longest path that matches a
    /// type applies.
    pub fn extern_path(mut self, path: &str, rust_path: &str) -> Self {
        self.extern_paths.push(Rule::new(path, rust_path));
        self
    }

    /// Generates producers, consumers and handlers. Default: on. Without them, the code needs no feature `kafka` of eventgen.
    pub fn clients(mut self, on: bool) -> Self {
        self.without_clients = !on;
        self
    }

    /// Derives serde's traits for all types. Needs eventgen's feature `serde`.
    pub fn serde(mut self, on: bool) -> Self {
        self.serde = Some(on);
        self
    }

    /// Generates a second struct for each record, whose strings and bytes are borrowed from the payload:
    /// `OrderEventRef<'a>` in addition to `OrderEvent`.
    pub fn borrowed(mut self, on: bool) -> Self {
        self.borrowed = Some(on);
        self
    }

    /// Derives builders for records with at least `fields` fields. Needs eventgen's feature `builders`.
    pub fn builders(mut self, fields: usize) -> Self {
        self.builders = Some(fields);
        self
    }

    /// Sets the Rust type of decimals.
    pub fn decimals(mut self, decimals: Decimals) -> Self {
        self.decimals = Some(decimals);
        self
    }

    /// Sets the Rust types of dates, times and timestamps.
    pub fn dates(mut self, dates: Dates) -> Self {
        self.dates = Some(dates);
        self
    }

    /// Whether serde's traits are derived.
    pub(crate) fn derives_serde(&self) -> bool {
        self.serde.unwrap_or_default()
    }

    /// Whether structs that borrow from the payload are generated.
    pub(crate) fn generates_borrowed(&self) -> bool {
        self.borrowed.unwrap_or_default()
    }

    /// Whether a record with this number of fields has a builder.
    pub(crate) fn has_builder(&self, fields: usize) -> bool {
        self.builders.is_some_and(|least| fields >= least)
    }

    /// The Rust type of decimals.
    pub(crate) fn decimal_type(&self) -> Decimals {
        self.decimals.unwrap_or_default()
    }

    /// The Rust types of dates, times and timestamps.
    pub(crate) fn date_types(&self) -> Dates {
        self.dates.unwrap_or_default()
    }

    /// The attributes of a type as Rust source, in order.
    pub(crate) fn type_attributes_of(&self, full_name: &str) -> impl Iterator<Item = &str> {
        matching(&self.type_attributes, full_name)
    }

    /// The attributes of a field or a symbol as Rust source, in order.
    pub(crate) fn field_attributes_of(&self, full_name: &str, field: &str) -> Vec<&str> {
        if self.field_attributes.is_empty() {
            return Vec::new();
        }
        matching(&self.field_attributes, &format!("{full_name}.{field}")).collect()
    }

    /// The type of strings in a field as Rust source; `None` for `String`.
    pub(crate) fn string_type_of(&self, full_name: &str, field: &str) -> Option<&str> {
        if self.string_types.is_empty() {
            return None;
        }
        matching(&self.string_types, &format!("{full_name}.{field}")).next_back()
    }

    /// The Rust path that a type is below, and the rest of its full name; `None` for a type that is generated.
    pub(crate) fn extern_path_of<'a>(&self, full_name: &'a str) -> Option<(&str, &'a str)> {
        let rules = self.extern_paths.iter().filter(|rule| rule.matches(full_name));
        let rule = rules.max_by_key(|rule| rule.path.len())?;
        let rest = full_name.get(rule.path.len() - 1..).unwrap_or_default();
        Some((&rule.source, rest.trim_start_matches('.')))
    }
}

fn table_rule(setting: &RustSetting) -> Rule {
    let origin = Origin::Table { path: setting.path_span.clone(), source: setting.source_span.clone() };
    Rule { origin, ..Rule::new(&setting.path, &setting.source) }
}
#[cfg(test)]
mod tests {
    use super::Settings;

    #[test]
    fn the_longest_extern_path_applies() {
        let settings = Settings::default()
            .extern_path(".com.example", "::one")
            .extern_path(".com.example.common.Money", "::money::Money")
            .extern_path(".com.example.common", "::two");
        assert_eq!(settings.extern_path_of("com.example.Order"), Some(("::one", "Order")));
        assert_eq!(settings.extern_path_of("com.example.common.a.B"), Some(("::two", "a.B")));
        assert_eq!(settings.extern_path_of("com.example.common.Money"), Some(("::money::Money", "")));
        assert_eq!(settings.extern_path_of("org.Order"), None);
    }
}

//! Checks settings against a contract: every path must match, and every value must be valid Rust.

use std::collections::BTreeSet;

use eventgen_schema::Contract;
use eventgen_schema::types::Type;
use proc_macro2::Span;
use syn::parse::Parser as _;

use crate::settings::bad::BadSetting;
use crate::settings::rule::Rule;
use crate::settings::values::Settings;

/// Parses the value of a setting.
type Parse = fn(&str) -> syn::Result<()>;

impl Settings {
    /// All settings that cannot be applied to a contract.
    pub(crate) fn check(&self, contract: &Contract) -> Vec<BadSetting> {
        let rules = [&self.type_attributes, &self.field_attributes, &self.string_types, &self.extern_paths];
        if rules.iter().all(|rules| rules.is_empty()) {
            return Vec::new();
        }
        let Paths { types, fields } = Paths::of(contract);
        let rust_type: Parse = |text| syn::parse_str::<syn::Type>(text).map(drop);
        let rust_path: Parse = |text| syn::parse_str::<syn::Path>(text).map(drop);
        let mut bad = Vec::new();
        bad.extend(check("type_attribute", &self.type_attributes, attribute, &types));
        bad.extend(check("field_attribute", &self.field_attributes, attribute, &fields));
        bad.extend(check("string_type", &self.string_types, rust_type, &fields));
        bad.extend(check("extern_path", &self.extern_paths, rust_path, &types));
        for rule in self.extern_paths.iter().filter(|rule| !rule.path.starts_with('.')) {
            bad.push(bad_setting("extern_path", rule, "the path begins with a dot"));
        }
        bad
    }
}

/// The rules of one setting that cannot be applied.
fn check(call: &str, rules: &[Rule], parse: Parse, known: &BTreeSet<String>) -> Vec<BadSetting> {
    let mut bad = Vec::new();
    for rule in rules {
        if let Err(error) = parse(&rule.source) {
            bad.push(bad_setting(call, rule, &format!("the second argument is not Rust ({error})")));
        }
        if !known.iter().any(|path| rule.matches(path)) {
            bad.push(bad_setting(call, rule, "no schema has anything of this path"));
        }
    }
    bad
}

fn bad_setting(call: &str, rule: &Rule, reason: &str) -> BadSetting {
    BadSetting { call: format!("{call}({:?}, {:?})", rule.path, rule.source), reason: reason.to_owned() }
}

fn attribute(text: &str) -> syn::Result<()> {
    let attributes = syn::Attribute::parse_outer.parse_str(text)?;
    if attributes.is_empty() {
        return Err(syn::Error::new(Span::call_site(), "an attribute is `#[…]`"));
    }
    Ok(())
}

/// The paths that a setting can match.
#[derive(Default)]
struct Paths {
    types: BTreeSet<String>,
    fields: BTreeSet<String>,
}

impl Paths {
    fn of(contract: &Contract) -> Self {
        let mut paths = Self::default();
        for (_, ty) in contract.types.iter() {
            match ty {
                Type::Record(record) => {
                    for field in &record.fields {
                        // The enum of a union has the path of its field.
                        paths.types.insert(format!("{}.{}", record.name, field.name));
                        paths.fields.insert(format!("{}.{}", record.name, field.name));
                    }
                    paths.types.insert(record.name.to_string());
                }
                Type::Enum(definition) => {
                    let symbols = &definition.symbols;
                    paths.fields.extend(symbols.iter().map(|symbol| format!("{}.{symbol}", definition.name)));
                    paths.types.insert(definition.name.to_string());
                }
                _ => {}
            }
        }
        paths
    }
}

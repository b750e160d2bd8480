//! What an application may decide about generated code, by path where it makes sense.
//!
//! A path names types and fields by the schema's names. With a dot in front it is one from the root: `.com.example` is
//! everything in that namespace and below, `.com.example.Order` a type and its fields, `.com.example.Order.id` a field;
//! `.` is everything. Without one it is the end of a path: `Order.id`, `id`.

use std::collections::BTreeSet;
use std::fmt;

use eventgen_schema::Contract;
use eventgen_schema::types::Type;
use proc_macro2::TokenStream;
use syn::parse::Parser as _;

/// The type of `decimal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decimals {
    /// `rust_decimal::Decimal` up to 28 digits, `bigdecimal::BigDecimal` beyond them.
    #[default]
    RustDecimal,
    /// `bigdecimal::BigDecimal` for all.
    BigDecimal,
}

/// The types of dates, times and timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dates {
    /// chrono's.
    #[default]
    Chrono,
    /// jiff's; takes eventgen's feature `jiff`.
    Jiff,
    /// The numbers that are on the wire: `i32` for `date` and `time-millis`, `i64` for all others.
    Integers,
}

/// How code is generated.
#[derive(Debug, Clone, Default)]
#[must_use = "`generate_with` takes them"]
pub struct Settings {
    type_attributes: Vec<Rule>,
    field_attributes: Vec<Rule>,
    string_types: Vec<Rule>,
    extern_paths: Vec<Rule>,
    pub(crate) serde: bool,
    pub(crate) borrowed: bool,
    pub(crate) builders: Option<usize>,
    pub(crate) decimals: Decimals,
    pub(crate) dates: Dates,
}

/// A call with a path.
#[derive(Debug, Clone)]
struct Rule {
    path: String,
    text: String,
}

/// A setting that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSetting {
    /// The call, as it was made.
    pub call: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.call, self.reason)
    }
}

impl Settings {
    /// Puts an attribute on the structs and enums of a path; the enum of a union has the path of its field.
    pub fn type_attribute(mut self, path: &str, attribute: &str) -> Self {
        self.type_attributes.push(Rule::new(path, attribute));
        self
    }

    /// Puts an attribute on the fields of records and the symbols of enums of a path.
    pub fn field_attribute(mut self, path: &str, attribute: &str) -> Self {
        self.field_attributes.push(Rule::new(path, attribute));
        self
    }

    /// The type of strings in the fields of a path, in the place of `String`. It must deref to `str` and be
    /// `From<&str>`. Of several calls for one field the last counts. Keys of maps stay `String`.
    pub fn string_type(mut self, path: &str, rust_type: &str) -> Self {
        self.string_types.push(Rule::new(path, rust_type));
        self
    }

    /// Takes a type, or all types of a namespace, from elsewhere, where they were generated too. Of several calls for
    /// one type the longest path counts.
    pub fn extern_path(mut self, path: &str, rust_path: &str) -> Self {
        self.extern_paths.push(Rule::new(path, rust_path));
        self
    }

    /// Derives serde's traits for all types; takes eventgen's feature `serde`.
    pub fn serde(mut self, on: bool) -> Self {
        self.serde = on;
        self
    }

    /// Generates records a second time, with strings and bytes that are borrowed from the payload: `OrderEventRef<'a>`
    /// beside `OrderEvent`.
    pub fn borrowed(mut self, on: bool) -> Self {
        self.borrowed = on;
        self
    }

    /// Derives builders for records of at least so many fields; takes eventgen's feature `builders`.
    pub fn builders(mut self, fields: usize) -> Self {
        self.builders = Some(fields);
        self
    }

    /// The type of decimals.
    pub fn decimals(mut self, decimals: Decimals) -> Self {
        self.decimals = decimals;
        self
    }

    /// The types of dates, times and timestamps.
    pub fn dates(mut self, dates: Dates) -> Self {
        self.dates = dates;
        self
    }

    /// The attributes of a type.
    pub(crate) fn type_attributes_of(&self, full_name: &str) -> TokenStream {
        matching(&self.type_attributes, full_name).map(Rule::tokens).collect()
    }

    /// The attributes of a field or a symbol.
    pub(crate) fn field_attributes_of(&self, full_name: &str, field: &str) -> TokenStream {
        if self.field_attributes.is_empty() {
            return TokenStream::new();
        }
        matching(&self.field_attributes, &format!("{full_name}.{field}")).map(Rule::tokens).collect()
    }

    /// The type of strings in a field, `None` for `String`.
    pub(crate) fn string_type_of(&self, full_name: &str, field: &str) -> Option<&str> {
        if self.string_types.is_empty() {
            return None;
        }
        matching(&self.string_types, &format!("{full_name}.{field}")).last().map(|rule| rule.text.as_str())
    }

    /// Where a type is, and what of its full name is to be looked for there; `None` for a type that is generated.
    pub(crate) fn extern_path_of<'a>(&self, full_name: &'a str) -> Option<(&str, &'a str)> {
        let rules = self.extern_paths.iter().filter(|rule| covers(&rule.path, full_name));
        let rule = rules.max_by_key(|rule| rule.path.len())?;
        let rest = full_name.get(rule.path.len() - 1..).unwrap_or_default();
        Some((&rule.text, rest.trim_start_matches('.')))
    }

    /// Everything that cannot be followed.
    pub(crate) fn check(&self, contract: &Contract) -> Vec<BadSetting> {
        let rules = [&self.type_attributes, &self.field_attributes, &self.string_types, &self.extern_paths];
        if rules.iter().all(|rules| rules.is_empty()) {
            return Vec::new();
        }
        let paths = Paths::of(contract);
        let mut bad = Vec::new();
        let mut check = |call: &str,
                         rule: &Rule,
                         parse: fn(&str) -> syn::Result<()>,
                         known: &BTreeSet<String>| {
            let mut complain = |reason: String| {
                bad.push(BadSetting { call: format!("{call}({:?}, {:?})", rule.path, rule.text), reason });
            };
            if let Err(error) = parse(&rule.text) {
                complain(format!("the second argument is not Rust ({error})"));
            }
            if !known.iter().any(|path| covers(&rule.path, path)) {
                complain("no schema has anything of this path".to_owned());
            }
        };
        let attribute: fn(&str) -> syn::Result<()> = |text| {
            syn::Attribute::parse_outer.parse_str(text).and_then(|attributes| {
                if attributes.is_empty() {
                    return Err(syn::Error::new(proc_macro2::Span::call_site(), "an attribute is `#[…]`"));
                }
                Ok(())
            })
        };
        for rule in &self.type_attributes {
            check("type_attribute", rule, attribute, &paths.types);
        }
        for rule in &self.field_attributes {
            check("field_attribute", rule, attribute, &paths.fields);
        }
        for rule in &self.string_types {
            check("string_type", rule, |text| syn::parse_str::<syn::Type>(text).map(drop), &paths.fields);
        }
        for rule in &self.extern_paths {
            check("extern_path", rule, |text| syn::parse_str::<syn::Path>(text).map(drop), &paths.types);
        }
        for rule in self.extern_paths.iter().filter(|rule| !rule.path.starts_with('.')) {
            let call = format!("extern_path({:?}, {:?})", rule.path, rule.text);
            bad.push(BadSetting { call, reason: "the path begins with a dot".to_owned() });
        }
        bad
    }
}

/// Every path that a setting can be about.
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
                        // A field that is a union may be a type as well.
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

impl Rule {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// What was checked to be Rust.
    fn tokens(&self) -> TokenStream {
        tokens(&self.text)
    }
}

/// Text that was checked to be Rust.
pub(crate) fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

/// The rules whose path covers this one, in the order of the calls.
fn matching<'a>(rules: &'a [Rule], path: &str) -> impl Iterator<Item = &'a Rule> {
    rules.iter().filter(move |rule| covers(&rule.path, path))
}

/// Whether a rule's path covers a type's or field's.
fn covers(rule: &str, path: &str) -> bool {
    match rule.strip_prefix('.') {
        Some("") => true,
        Some(start) => path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
        None => path.strip_suffix(rule).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_covers_what_it_begins_or_ends() {
        for (rule, path) in [
            (".", "com.example.Order.id"),
            (".com", "com.example.Order"),
            (".com.example.Order", "com.example.Order.id"),
            (".com.example.Order", "com.example.Order"),
            ("Order", "com.example.Order"),
            ("Order.id", "com.example.Order.id"),
            ("id", "com.example.Order.id"),
            ("com.example.Order", "com.example.Order"),
        ] {
            assert!(covers(rule, path), "{rule} {path}");
        }
        for (rule, path) in [
            (".com.example.Ord", "com.example.Order"),
            (".example", "com.example.Order"),
            ("rder", "com.example.Order"),
            ("Order", "com.example.Order.id"),
            ("", "com.example.Order"),
        ] {
            assert!(!covers(rule, path), "{rule} {path}");
        }
    }

    #[test]
    fn the_longest_extern_path_counts() {
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

//! Checks settings against a contract: every path must match, and every value must be valid Rust.

use std::collections::BTreeSet;

use eventgen_schema::types::Type;
use eventgen_schema::{Contract, Diagnostic, Diagnostics, code, did_you_mean};
use proc_macro2::Span;
use syn::parse::Parser as _;

use crate::error::Error;
use crate::settings::bad::BadSetting;
use crate::settings::rule::{Origin, Rule};
use crate::settings::values::Settings;

/// A setting that is selected by path.
struct Kind {
    /// The call.
    call: &'static str,
    /// The table in `[rust]`.
    table: &'static str,
    /// Parses a value.
    parse: fn(&str) -> syn::Result<()>,
}

const TYPE_ATTRIBUTE: Kind = Kind { call: "type_attribute", table: "type-attributes", parse: attribute };
const FIELD_ATTRIBUTE: Kind = Kind { call: "field_attribute", table: "field-attributes", parse: attribute };
const STRING_TYPE: Kind = Kind { call: "string_type", table: "string-types", parse: rust_type };
const EXTERN_PATH: Kind = Kind { call: "extern_path", table: "extern-paths", parse: rust_path };

/// The reasons why a rule cannot be applied.
enum Reason {
    NotRust(syn::Error),
    /// Nothing in the schemas has such a path; the nearest one that they have.
    NoMatch(Option<String>),
    /// The path of an extern type has no leading dot.
    NotAnchored,
}

/// The settings that cannot be applied.
#[derive(Default)]
struct Problems {
    is_partial: bool,
    calls: Vec<BadSetting>,
    table: Vec<Diagnostic>,
}

impl Settings {
    /// # Errors
    /// All settings that cannot be applied to a contract: those of `eventgen.toml` if there are any, those of calls
    /// otherwise.
    pub(crate) fn check(&self, contract: &Contract) -> Result<(), Error> {
        let rules = [&self.type_attributes, &self.field_attributes, &self.string_types, &self.extern_paths];
        if rules.iter().all(|rules| rules.is_empty()) {
            return Ok(());
        }
        let Paths { types, fields } = Paths::of(contract);
        let mut problems = Problems { is_partial: self.is_partial, ..Problems::default() };
        problems.check(&TYPE_ATTRIBUTE, &self.type_attributes, &types);
        problems.check(&FIELD_ATTRIBUTE, &self.field_attributes, &fields);
        problems.check(&STRING_TYPE, &self.string_types, &fields);
        problems.check(&EXTERN_PATH, &self.extern_paths, &types);
        for rule in self.extern_paths.iter().filter(|rule| !rule.path.starts_with('.')) {
            problems.add(&EXTERN_PATH, rule, &Reason::NotAnchored);
        }
        match problems {
            Problems { table, .. } if !table.is_empty() => {
                Err(Error::Manifest(Diagnostics::new(self.sources.clone(), table)))
            }
            Problems { calls, .. } if !calls.is_empty() => Err(Error::Settings(calls)),
            _ => Ok(()),
        }
    }
}

impl Problems {
    fn check(&mut self, kind: &Kind, rules: &[Rule], known: &BTreeSet<String>) {
        for rule in rules {
            if let Err(error) = (kind.parse)(&rule.source) {
                self.add(kind, rule, &Reason::NotRust(error));
            }
            let may_be_elsewhere = self.is_partial && matches!(rule.origin, Origin::Table { .. });
            if !may_be_elsewhere && !known.iter().any(|path| rule.matches(path)) {
                self.add(kind, rule, &Reason::NoMatch(nearest(&rule.path, known)));
            }
        }
    }

    fn add(&mut self, kind: &Kind, rule: &Rule, reason: &Reason) {
        match &rule.origin {
            Origin::Call => self.calls.push(bad_call(kind, rule, reason)),
            Origin::Table { path, source } => {
                let (message, span, remark, help) = match reason {
                    Reason::NotRust(error) => (
                        format!("the value of `{}` in `{}` is not valid Rust", rule.path, kind.table),
                        source,
                        error.to_string(),
                        "attributes are written as in Rust, `#[…]`; types and paths without quotes within the string",
                    ),
                    Reason::NoMatch(near) => (
                        format!(
                            "the path `{}` in `{}` matches nothing in the schemas",
                            rule.path, kind.table
                        ),
                        path,
                        near.as_ref().map_or_else(
                            || "no schema has such a name".to_owned(),
                            |near| format!("did you mean `{near}`?"),
                        ),
                        "a path with a leading dot is a full name or a namespace; one without is the end of a full name",
                    ),
                    Reason::NotAnchored => (
                        format!("the path `{}` in `{}` has no leading dot", rule.path, kind.table),
                        path,
                        format!("write `.{}`", rule.path),
                        "extern types are selected by full name or by namespace",
                    ),
                };
                let diagnostic = Diagnostic::error(code::WRONG_VALUE, message).at(span, remark).help(help);
                self.table.push(diagnostic);
            }
        }
    }
}

fn bad_call(kind: &Kind, rule: &Rule, reason: &Reason) -> BadSetting {
    let reason = match reason {
        Reason::NotRust(error) => format!("the second argument is not Rust ({error})"),
        Reason::NoMatch(None) => "no schema has anything of this path".to_owned(),
        Reason::NoMatch(Some(near)) => format!("no schema has anything of this path: did you mean {near:?}?"),
        Reason::NotAnchored => "the path begins with a dot".to_owned(),
    };
    BadSetting { call: format!("{}({:?}, {:?})", kind.call, rule.path, rule.source), reason }
}

/// The known path nearest to one that matches nothing, in the same form.
fn nearest(path: &str, known: &BTreeSet<String>) -> Option<String> {
    let segments = path.split('.').count();
    let forms: BTreeSet<String> = known
        .iter()
        .map(|name| match path.strip_prefix('.') {
            Some(_) => format!(".{name}"),
            None => {
                let mut end: Vec<&str> = name.rsplit('.').take(segments).collect();
                end.reverse();
                end.join(".")
            }
        })
        .collect();
    did_you_mean(path, forms.iter().map(String::as_str)).map(str::to_owned)
}

fn attribute(text: &str) -> syn::Result<()> {
    let attributes = syn::Attribute::parse_outer.parse_str(text)?;
    if attributes.is_empty() {
        return Err(syn::Error::new(Span::call_site(), "an attribute is `#[…]`"));
    }
    Ok(())
}

fn rust_type(text: &str) -> syn::Result<()> {
    syn::parse_str::<syn::Type>(text).map(drop)
}

fn rust_path(text: &str) -> syn::Result<()> {
    syn::parse_str::<syn::Path>(text).map(drop)
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

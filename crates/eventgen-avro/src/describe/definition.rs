//! Schemas as fragments: a derive sees only one type, so it emits text with placeholders for other types. Composed,
//! they are one schema that defines every named type once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::fingerprint;

/// The schema of one type, as fragments.
#[derive(Debug)]
pub struct Definition {
    /// The short name of a record, an enum or a fixed; `None` for other types.
    pub name: Option<&'static str>,
    /// Its namespace; `None` inherits that of the enclosing type.
    pub namespace: Option<&'static str>,
    /// Whether it is a union. Its fragments are the branches without the brackets.
    pub is_union: bool,
    /// The JSON text.
    pub text: &'static [Fragment],
    /// The parsing canonical form (specification 1.12, "Parsing Canonical Form for Schemas").
    pub canonical: &'static [Fragment],
    /// The fields of a record.
    pub fields: &'static [Field],
}

/// A field of a record, for paths in annotations.
#[derive(Debug)]
pub struct Field {
    /// Its name in Rust.
    pub rust_name: &'static str,
    /// Its name in the schema.
    pub name: &'static str,
    /// Its type, if it has fields.
    pub definition: Option<fn() -> &'static Definition>,
}

/// A fragment of a schema.
#[derive(Debug)]
pub enum Fragment {
    /// Literal text.
    Text(&'static str),
    /// The name of the type that is defined, which is written in quotes with its namespace.
    Name(&'static str),
    /// Another type.
    Type(fn() -> &'static Definition),
    /// Another type as a branch of a union. A union contributes its branches.
    Branch(fn() -> &'static Definition),
    /// The annotation, which is written in files only.
    Annotation(&'static [Fragment]),
    /// The path to a field, by its names in Rust.
    Path(&'static [&'static str]),
}

/// The form to compose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Registered,
    File,
    Canonical,
}

/// Composes the schema of a type: its text and the fingerprint of its canonical form.
pub fn compose(definition: &'static Definition) -> (String, u64) {
    let canonical = write(definition, Form::Canonical);
    (write(definition, Form::Registered), fingerprint(canonical.as_bytes()))
}

impl Definition {
    /// The schema with its annotation, as in a file.
    #[doc(hidden)]
    pub fn file(&'static self) -> String {
        write(self, Form::File)
    }
}

fn write(definition: &'static Definition, form: Form) -> String {
    let mut writer = Writer { form, out: String::new(), written: BTreeMap::new(), root: definition };
    writer.definition(definition, "", false);
    writer.out
}

struct Writer {
    form: Form,
    out: String,
    /// The full names of definitions that have been written.
    written: BTreeMap<*const Definition, String>,
    root: &'static Definition,
}

impl Writer {
    /// Writes a definition at its first use and its name afterwards.
    fn definition(&mut self, definition: &'static Definition, around: &str, is_branch: bool) {
        let namespace = definition.namespace.unwrap_or(around);
        if let Some(name) = definition.name {
            let full = full_name(namespace, name);
            let written = self.written.entry(std::ptr::from_ref(definition)).or_default();
            if !written.is_empty() {
                let _ = write!(self.out, "\"{written}\"");
                return;
            }
            *written = full;
        }
        let fragments = if self.form == Form::Canonical { definition.canonical } else { definition.text };
        match fragments {
            // An alias of another type.
            [Fragment::Type(inner)] if is_branch => self.definition(inner(), namespace, true),
            _ if definition.is_union && !is_branch => {
                self.out.push('[');
                self.fragments(fragments, namespace);
                self.out.push(']');
            }
            _ => self.fragments(fragments, namespace),
        }
    }

    fn fragments(&mut self, fragments: &'static [Fragment], namespace: &str) {
        for fragment in fragments {
            match fragment {
                Fragment::Text(text) => self.out.push_str(text),
                Fragment::Name(name) => {
                    let _ = write!(self.out, "\"{}\"", full_name(namespace, name));
                }
                Fragment::Type(definition) => self.definition(definition(), namespace, false),
                Fragment::Branch(definition) => self.definition(definition(), namespace, true),
                Fragment::Annotation(fragments) if self.form == Form::File => {
                    self.fragments(fragments, namespace);
                }
                Fragment::Annotation(_) => {}
                Fragment::Path(path) => {
                    let _ = write!(self.out, "\"{}\"", schema_path(self.root, path).join("."));
                }
            }
        }
    }
}

fn full_name(namespace: &str, name: &str) -> String {
    if namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
}

/// The path by the names of the schema.
fn schema_path(root: &'static Definition, path: &[&'static str]) -> Vec<&'static str> {
    let mut definition = Some(root);
    let step = |step: &&'static str| {
        let fields = definition.map_or(&[][..], |definition| definition.fields);
        let field = fields.iter().find(|field| field.rust_name == *step);
        definition = field.and_then(|field| field.definition).map(|next| next());
        field.map_or(*step, |field| field.name)
    };
    path.iter().map(step).collect()
}

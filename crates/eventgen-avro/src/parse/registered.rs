//! The registered form of a definition: one self-contained text that defines every type where it is first used.
//!
//! A registry takes every property as part of a schema's identity. The annotation of the front end can be left out, so that
//! a change of it does not make a new version. Documentation, aliases and the properties of other tools are kept, in order.

use std::collections::BTreeSet;

use super::declare::{Declaration, Declarations, named_kind};
use super::names::{PRIMITIVES, qualify};
use super::{Member, Node, Value};

/// The maximum nesting that the JSON parsers of Avro implementations accept.
pub const MAX_NESTING: usize = 127;

/// Why a definition has no self-contained form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormError {
    /// It would be nested more than [`MAX_NESTING`] levels deep.
    TooDeep,
    /// A type of the null namespace that contains itself would be referred to inside of a namespace, where readers take its
    /// name for another one.
    Unreferable {
        /// The name of the type.
        name: String,
    },
}

/// The self-contained form of the definition `full_name`, on one line, with every property of definitions but `omitted`.
///
/// # Errors
/// A form that other readers would not accept.
pub fn registered_form(
    full_name: &str,
    declarations: &Declarations<'_>,
    omitted: Option<&str>,
) -> Result<String, FormError> {
    let Some(declaration) = declarations.get(full_name) else { return Ok(String::new()) };
    let mut writer = Writer::new(declarations, omitted, BTreeSet::new());
    writer.definition(declaration, None);
    if writer.has_short_reference {
        // Which names a reference may be mistaken for is known only now.
        writer = Writer::new(declarations, omitted, writer.written);
        writer.definition(declaration, None);
    }
    match writer {
        Writer { too_deep: true, .. } => Err(FormError::TooDeep),
        Writer { unreferable: Some(name), .. } => Err(FormError::Unreferable { name }),
        Writer { out, .. } => Ok(out),
    }
}

struct Writer<'a, 'd> {
    declarations: &'d Declarations<'a>,
    omitted: Option<&'d str>,
    /// Full names that are defined already and only referred to from then on.
    written: BTreeSet<String>,
    /// The full names of all definitions of the form, if they are known already.
    all: BTreeSet<String>,
    /// Full names of the definitions that are being written, and of those that refer to themselves.
    open: Vec<String>,
    recursive: BTreeSet<String>,
    /// A type that cannot be referred to where it is used.
    unreferable: Option<String>,
    /// Whether a type of the null namespace is referred to inside of a namespace.
    has_short_reference: bool,
    /// The number of open lists and objects.
    depth: usize,
    too_deep: bool,
    out: String,
}

impl<'a, 'd> Writer<'a, 'd> {
    fn new(declarations: &'d Declarations<'a>, omitted: Option<&'d str>, all: BTreeSet<String>) -> Self {
        Self {
            declarations,
            omitted,
            written: BTreeSet::new(),
            all,
            open: Vec::new(),
            recursive: BTreeSet::new(),
            unreferable: None,
            has_short_reference: false,
            depth: 0,
            too_deep: false,
            out: String::new(),
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push_str(&serde_json::Value::from(text).to_string());
    }

    /// A schema, written in the namespace `home` and read in `here`.
    fn schema(&mut self, node: &Node, home: Option<&str>, here: Option<&str>) {
        match &node.value {
            Value::String(name) if PRIMITIVES.contains(&name.as_str()) => self.string(name),
            Value::String(name) => match self.declarations.resolve(name, home) {
                Some(declaration) => self.definition(declaration, here),
                None => self.string(name),
            },
            Value::Array(branches) => {
                self.list(branches, |writer, branch| writer.schema(branch, home, here));
            }
            Value::Object(members) if named_kind(node).is_none() => {
                self.object(members, |writer, member| match member.name.as_str() {
                    "type" if matches!(member.value.as_str(), Some("array" | "map")) => {
                        writer.plain(&member.value);
                    }
                    "type" | "items" | "values" => writer.schema(&member.value, home, here),
                    _ => writer.plain(&member.value),
                });
            }
            Value::Object(_) => {
                let name = qualify(
                    node.get("name").and_then(Node::as_str).unwrap_or_default(),
                    node.get("namespace").and_then(Node::as_str).or(home),
                );
                match self.declarations.get(&name.to_string()) {
                    Some(declaration) => self.definition(declaration, here),
                    None => self.plain(node),
                }
            }
            _ => self.plain(node),
        }
    }

    /// A definition at its first use, its full name at every other.
    ///
    /// The full name of a type in the null namespace has no dot. Inside of a namespace, readers take such a name for one of
    /// that namespace first. If there is one, the definition is repeated: it is the only unambiguous reference.
    fn definition(&mut self, declaration: &Declaration<'_>, here: Option<&str>) {
        let name = &declaration.name;
        let full_name = name.to_string();
        if !self.written.insert(full_name.clone()) {
            let is_open = self.open.contains(&full_name);
            if is_open {
                self.recursive.insert(full_name.clone());
            }
            let mistaken =
                here.filter(|_| name.namespace.is_none()).map(|here| format!("{here}.{}", name.name));
            self.has_short_reference |= mistaken.is_some();
            let is_mistaken = mistaken.as_ref().is_some_and(|mistaken| self.all.contains(mistaken));
            // To Java, an enclosing definition is not one of the null namespace.
            if mistaken.is_some() && is_open || is_mistaken && self.recursive.contains(&full_name) {
                self.unreferable = Some(full_name.clone());
            }
            if !is_mistaken || is_open {
                return self.string(&full_name);
            }
        }
        let home = name.namespace.as_deref();
        let members = declaration.node.members();
        let has_namespace = members.iter().any(|member| {
            member.name == "namespace" && member.value.as_str().is_some()
                || member.name == "name" && member.value.as_str().is_some_and(|n| n.contains('.'))
        });
        // A namespace that was inherited must be written out in another place.
        let writes_namespace = !has_namespace && home != here;
        let is_kept = |member: &&Member| {
            Some(member.name.as_str()) != self.omitted && !(writes_namespace && member.name == "namespace")
        };
        let kept: Vec<&Member> = members.iter().filter(is_kept).collect();
        if !self.begin('{') {
            return;
        }
        self.open.push(full_name);
        for (index, member) in kept.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.string(&member.name);
            self.out.push(':');
            match (member.name.as_str(), &member.value.value) {
                ("fields", Value::Array(fields)) => self.list(fields, |writer, field| {
                    writer.object(field.members(), |writer, member| match member.name.as_str() {
                        "type" => writer.schema(&member.value, home, home),
                        _ => writer.plain(&member.value),
                    });
                }),
                // `error` is for protocols. Some parsers accept only `record` elsewhere.
                ("type", _) if member.value.as_str() == Some("error") => self.string("record"),
                _ => self.plain(&member.value),
            }
            if member.name == "name" && writes_namespace {
                self.out.push_str(",\"namespace\":");
                self.string(home.unwrap_or_default());
            }
        }
        self.open.pop();
        self.close('}');
    }

    /// Opens a list or an object, unless it is too deep.
    fn begin(&mut self, bracket: char) -> bool {
        if self.depth >= MAX_NESTING {
            self.too_deep = true;
            return false;
        }
        self.depth += 1;
        self.out.push(bracket);
        true
    }

    fn close(&mut self, bracket: char) {
        self.depth -= 1;
        self.out.push(bracket);
    }

    fn list(&mut self, nodes: &[Node], mut item: impl FnMut(&mut Self, &Node)) {
        if !self.begin('[') {
            return;
        }
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            item(self, node);
        }
        self.close(']');
    }

    fn object(&mut self, members: &[Member], mut value: impl FnMut(&mut Self, &Member)) {
        if !self.begin('{') {
            return;
        }
        for (index, member) in members.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.string(&member.name);
            self.out.push(':');
            value(self, member);
        }
        self.close('}');
    }

    /// A value that is not a schema, as it is written.
    fn plain(&mut self, node: &Node) {
        match &node.value {
            Value::Null => self.out.push_str("null"),
            Value::Boolean(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Number(text) => self.out.push_str(text),
            Value::String(text) => self.string(text),
            Value::Array(items) => self.list(items, Self::plain),
            Value::Object(members) => self.object(members, |writer, member| writer.plain(&member.value)),
        }
    }
}

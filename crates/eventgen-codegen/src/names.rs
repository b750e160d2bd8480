//! Rust names for the contract's names: idiomatic case, never a keyword, never two alike in one place.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::types::{Enum, Record, Type, TypeGraph, TypeId};
use eventgen_schema::{Contract, Event, EventFormat};
use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::existing::{Existing, Kind};
use crate::protobuf::{Descriptors, constant};
use crate::reserved::{KEYWORDS, PRELUDE};
use crate::settings::tokens;
use crate::unions::Unions;

/// Module names from the root of the generated code inwards.
pub(crate) type ModulePath = Vec<String>;

/// The names of everything that is generated.
#[derive(Default)]
pub(crate) struct Names {
    types: BTreeMap<TypeId, (ModulePath, String)>,
    fields: BTreeMap<TypeId, Vec<String>>,
    /// Events by full name.
    events: BTreeMap<String, (ModulePath, String)>,
    /// The constants of Protobuf files.
    files: BTreeMap<String, (ModulePath, String)>,
    topics: BTreeMap<String, TopicNames>,
    /// Modules with types of the prelude's names.
    hiding: BTreeSet<ModulePath>,
    /// Rust paths of types that are not generated here.
    externs: BTreeMap<TypeId, String>,
    /// The borrowed forms of records.
    borrowed: BTreeMap<TypeId, String>,
}

/// The names around one topic.
#[derive(Debug, Clone)]
pub(crate) struct TopicNames {
    module: ModulePath,
    /// The enum of its events; other names are made from it.
    enumeration: String,
    constants: String,
}

impl Names {
    pub(crate) fn of(
        types: &TypeGraph,
        unions: &Unions,
        descriptors: &Descriptors,
        events: &BTreeMap<&str, Vec<&Event>>,
        externs: BTreeMap<TypeId, String>,
    ) -> Self {
        // Names taken in each module, types' and modules' together: they share Rust's type namespace.
        let mut taken: BTreeMap<ModulePath, Scope> = BTreeMap::new();
        let mut names = Self { externs, ..Self::default() };
        // What prost names is not ours to choose.
        for (module, name) in descriptors.taken() {
            taken.entry(module).or_default().0.insert(name);
        }
        let local = types.iter().filter(|(id, _)| !names.externs.contains_key(id));
        let generated = local.filter_map(|(id, ty)| match ty {
            Type::Record(Record { name, .. }) | Type::Enum(Enum { name, .. }) => {
                Some((id, &name.name, module_path(name.namespace.as_deref())))
            }
            _ => None,
        });
        let generated: Vec<_> = generated.collect();
        // Modules first: a namespace is shared, so its name cannot give way.
        for (_, _, module) in &generated {
            for depth in 0..module.len() {
                taken.entry(module[..depth].to_vec()).or_default().0.insert(module[depth].clone());
            }
        }
        for (id, name, module) in generated {
            let ident = taken.entry(module.clone()).or_default().claim(&type_name(name));
            if PRELUDE.contains(&ident.as_str()) {
                names.hiding.insert(module.clone());
            }
            names.types.insert(id, (module, ident));
        }
        for (file, module) in descriptors.files() {
            let constant = taken.entry(module.clone()).or_default().claim(&constant(file));
            names.files.insert(file.to_owned(), (module, constant));
        }
        for event in events.values().flatten() {
            let place = match event.format {
                EventFormat::Avro { .. } => names.types.get(&event.type_id).cloned(),
                EventFormat::Protobuf { .. } => descriptors.message(&event.name),
            };
            names.events.extend(place.map(|place| (event.name.clone(), place)));
        }
        for (topic, events) in events {
            let Some(event) = events.first() else { continue };
            // A message may be nested in others; its topic is not.
            let module = match &event.format {
                EventFormat::Avro { .. } => names.event_module(event),
                // Messages that are there already need no file.
                EventFormat::Protobuf { file, .. } => {
                    names.files.get(file).map(|file| file.0.clone()).unwrap_or_default()
                }
            };
            let scope = taken.entry(module.clone()).or_default();
            // Generated code has a type parameter of this name.
            scope.0.insert("H".to_owned());
            // A topic is often called as its only event.
            let enumeration = scope.claim_all(&type_name(topic), &["", "Handler", "Dispatch"], "Events");
            let constants = scope.claim(&snake_case(topic));
            names.topics.insert((*topic).to_owned(), TopicNames { module, enumeration, constants });
        }
        // Unions last: their names were made up here, so they give way to all others.
        for union in &unions.enums {
            if names.is_extern(union.record) {
                continue;
            }
            let module = names.module(union.record);
            let ident = taken.entry(module.clone()).or_default().claim_all(&union.name, &[""], "Union");
            names.types.insert(union.id, (module, ident));
        }
        for (id, first) in unions.iter() {
            if let Some(name) = names.types.get(&first).cloned() {
                names.types.insert(id, name);
            }
        }
        for (id, ty) in types.iter() {
            if let Type::Record(record) = ty {
                let mut scope = Scope::default();
                let fields = record.fields.iter().map(|field| scope.claim(&snake_case(&field.name)));
                names.fields.insert(id, fields.collect());
            }
        }
        names.claim_borrowed(types);
        names
    }

    /// The names of a type that is there already. What is generated for it stands beside it, without modules.
    pub(crate) fn take(&mut self, existing: &Existing, contract: &Contract) {
        let place = (ModulePath::new(), existing.name.clone());
        if let Kind::Struct(id, _) | Kind::Message(id) = existing.kind {
            self.types.insert(id, place.clone());
            for event in contract.events.iter().filter(|event| event.type_id == id) {
                self.events.insert(event.name.clone(), place.clone());
            }
        }
        self.fields.extend(existing.fields(contract));
        for topic in self.topics.values_mut() {
            topic.module.clear();
            if topic.enumeration == existing.name {
                topic.enumeration.push_str("Events");
            }
        }
    }

    /// Names for the borrowed forms of records: their own with `Ref` behind it, apart from all other types there.
    fn claim_borrowed(&mut self, types: &TypeGraph) {
        let mut taken: BTreeSet<(ModulePath, String)> = self.types.values().cloned().collect();
        for (id, ty) in types.iter() {
            let (Type::Record(_), Some((module, name))) = (ty, self.types.get(&id)) else { continue };
            let mut claim = (module.clone(), format!("{}Ref", name.trim_end_matches('_')));
            while !taken.insert(claim.clone()) {
                claim.1.push('_');
            }
            self.borrowed.insert(id, claim.1);
        }
    }

    /// The fields of a record, in order.
    pub(crate) fn fields(&self, record: TypeId) -> Vec<Ident> {
        self.fields.get(&record).into_iter().flatten().map(|name| ident(name)).collect()
    }

    /// The types that are taken from another crate.
    pub(crate) fn externs(&self) -> &BTreeMap<TypeId, String> {
        &self.externs
    }

    /// Whether a type is taken from another crate.
    pub(crate) fn is_extern(&self, id: TypeId) -> bool {
        self.externs.contains_key(&id)
    }

    /// Whether a module has a type that hides one of the prelude's.
    pub(crate) fn hides_prelude(&self, module: &ModulePath) -> bool {
        self.hiding.contains(module)
    }

    /// The module of a named type.
    pub(crate) fn module(&self, id: TypeId) -> ModulePath {
        self.types[&id].0.clone()
    }

    /// The identifier of a named type.
    pub(crate) fn ident(&self, id: TypeId) -> Ident {
        ident(&self.types[&id].1)
    }

    /// The path of a named type as seen from a module.
    pub(crate) fn path(&self, id: TypeId, from: &ModulePath) -> TokenStream {
        if let Some(path) = self.externs.get(&id) {
            return tokens(path);
        }
        let (module, name) = &self.types[&id];
        relative(module, name, from)
    }

    /// The module of an event's type.
    pub(crate) fn event_module(&self, event: &Event) -> ModulePath {
        self.events[&event.name].0.clone()
    }

    /// The identifier of an event's type.
    pub(crate) fn event_ident(&self, event: &Event) -> Ident {
        ident(&self.events[&event.name].1)
    }

    /// The path of an event's type as seen from a module.
    pub(crate) fn event_path(&self, event: &Event, from: &ModulePath) -> TokenStream {
        let (module, name) = &self.events[&event.name];
        relative(module, name, from)
    }

    /// The module and the constant of a Protobuf file.
    pub(crate) fn file(&self, name: &str) -> (&ModulePath, &str) {
        let (module, constant) = &self.files[name];
        (module, constant)
    }

    /// The path of a Protobuf file's constant as seen from a module.
    pub(crate) fn file_path(&self, name: &str, from: &ModulePath) -> TokenStream {
        let (module, constant) = &self.files[name];
        relative(module, constant, from)
    }

    /// The path of a record's borrowed form as seen from a module.
    pub(crate) fn borrowed_path(&self, id: TypeId, from: &ModulePath) -> TokenStream {
        relative(&self.types[&id].0, &self.borrowed[&id], from)
    }

    pub(crate) fn topic(&self, topic: &str) -> &TopicNames {
        &self.topics[topic]
    }
}

impl TopicNames {
    pub(crate) fn module(&self) -> ModulePath {
        self.module.clone()
    }

    /// The enum of the topic's events.
    pub(crate) fn enumeration(&self) -> Ident {
        ident(&self.enumeration)
    }

    /// That enum's path as seen from a module.
    pub(crate) fn path(&self, from: &ModulePath) -> TokenStream {
        relative(&self.module, &self.enumeration, from)
    }

    /// The trait that an application implements.
    pub(crate) fn handler(&self) -> Ident {
        ident(&format!("{}Handler", self.enumeration))
    }

    /// What stands between that trait and the runtime's.
    pub(crate) fn dispatch(&self) -> Ident {
        ident(&format!("{}Dispatch", self.enumeration))
    }

    /// The module of the topic's constants.
    pub(crate) fn constants(&self) -> Ident {
        ident(&self.constants)
    }
}

/// The path of a name in a module as seen from another.
pub(crate) fn relative(module: &ModulePath, name: &str, from: &ModulePath) -> TokenStream {
    let common = module.iter().zip(from).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| quote!(super::));
    let down = module[common..].iter().map(|step| {
        let step = ident(step);
        quote!(#step::)
    });
    let name = ident(name);
    quote!(#(#up)* #(#down)* #name)
}

/// Names taken in one place.
#[derive(Debug, Default)]
pub(crate) struct Scope(BTreeSet<String>);

impl Scope {
    /// The name, or if it is taken the name with underscores behind it.
    pub(crate) fn claim(&mut self, name: &str) -> String {
        self.claim_all(name, &[""], "_")
    }

    /// A name that is free with each of these endings, with as many fillers behind it as that takes.
    fn claim_all(&mut self, name: &str, endings: &[&str], filler: &str) -> String {
        let mut name = name.to_owned();
        while endings.iter().any(|ending| self.0.contains(&format!("{name}{ending}"))) {
            name.push_str(filler);
        }
        self.0.extend(endings.iter().map(|ending| format!("{name}{ending}")));
        name
    }
}

/// Methods in snake case, in order, each different.
pub(crate) fn method_idents<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Ident> {
    let mut scope = Scope::default();
    names.into_iter().map(|name| ident(&scope.claim(&snake_case(name)))).collect()
}

/// Variants in Pascal case, in order, each different.
pub(crate) fn variant_idents<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Ident> {
    let mut scope = Scope::default();
    names.into_iter().map(|name| ident(&scope.claim(&type_name(name)))).collect()
}

/// Constants in upper case, in order, each different.
pub(crate) fn constant_idents<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Ident> {
    let mut scope = Scope::default();
    names
        .into_iter()
        .map(|name| ident(&scope.claim(&fit(ascii(name).to_shouty_snake_case(), "UNNAMED"))))
        .collect()
}

/// The modules of a namespace.
pub(crate) fn module_path(namespace: Option<&str>) -> ModulePath {
    namespace.map(|namespace| namespace.split('.').map(module_name).collect()).unwrap_or_default()
}

/// A module may not hide a primitive type from the code beside it.
fn module_name(space: &str) -> String {
    let name = snake_case(space);
    if matches!(name.as_str(), "bool" | "f32" | "f64" | "i32" | "i64" | "str" | "u8" | "usize") {
        return name + "_";
    }
    name
}

pub(crate) fn snake_case(name: &str) -> String {
    fit(ascii(name).to_snake_case(), "unnamed")
}

pub(crate) fn type_name(name: &str) -> String {
    fit(ascii(name).to_pascal_case(), "Unnamed")
}

/// A name without letters beyond ASCII: a group may have any, and rustc warns of those that look like others.
fn ascii(name: &str) -> String {
    name.replace(|char: char| !char.is_ascii(), "_")
}

/// A name that can stand as an identifier: not empty, no digit first, none of the keywords that cannot be raw.
fn fit(name: String, empty: &str) -> String {
    match (name.as_str(), name.bytes().next()) {
        (_, None) => empty.to_owned(),
        ("self" | "Self" | "super" | "crate", _) => name + "_",
        (_, Some(first)) if first.is_ascii_digit() => format!("_{name}"),
        (_, Some(_)) => name,
    }
}

/// The identifier of a name that can be one, raw if it is a keyword.
pub(crate) fn ident(name: &str) -> Ident {
    if KEYWORDS.contains(&name) {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}

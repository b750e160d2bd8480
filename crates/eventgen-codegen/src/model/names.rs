//! Names of everything that is generated: idiomatic case, valid identifiers, distinct in each scope.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_schema::types::{Enum, Record, Type, TypeGraph, TypeId};
use eventgen_schema::{Contract, Event};

use crate::model::case::{joined, module_path, snake_case, type_name};
use crate::model::existing::{Existing, Kind};
use crate::model::given::GivenNames;
use crate::model::paths::{ItemPath, ModulePath, RustPath};
use crate::model::reserved::PRELUDE;
use crate::model::scope::Scope;
use crate::model::unions::Unions;

/// The names of everything that is generated.
#[derive(Default)]
pub(crate) struct Names {
    types: BTreeMap<TypeId, ItemPath>,
    fields: BTreeMap<TypeId, Vec<String>>,
    /// The types of events, by full name.
    events: BTreeMap<String, ItemPath>,
    /// The constants of schema files.
    pub(crate) files: BTreeMap<String, ItemPath>,
    topics: BTreeMap<String, TopicNames>,
    /// Modules with types whose names shadow the prelude's.
    shadowing: BTreeSet<ModulePath>,
    /// Rust paths of types that are not generated here.
    externs: BTreeMap<TypeId, String>,
    /// The borrowed representations of records.
    borrowed: BTreeMap<TypeId, ItemPath>,
}

/// The names around one topic.
#[derive(Debug, Clone)]
pub(crate) struct TopicNames {
    pub(crate) module: ModulePath,
    /// The enum of its events. Other names are derived from it.
    pub(crate) enumeration: String,
    /// The module of its constants.
    pub(crate) constants: String,
}

/// The names taken in each module. Types and modules share one namespace in Rust.
type Taken = BTreeMap<ModulePath, Scope>;

impl Names {
    pub(crate) fn of(
        types: &TypeGraph,
        unions: &Unions,
        given: &GivenNames,
        events: &BTreeMap<&str, Vec<&Event>>,
        externs: BTreeMap<TypeId, String>,
    ) -> Self {
        let mut taken = Taken::new();
        let mut names = Self { externs, ..Self::default() };
        for ItemPath { module, name } in &given.taken {
            taken.entry(module.clone()).or_default().take(name.clone());
        }
        names.claim_types(types, &mut taken);
        for (file, ItemPath { module, name }) in &given.files {
            let constant = taken.entry(module.clone()).or_default().claim(name);
            names.files.insert(file.clone(), ItemPath::new(module.clone(), constant));
        }
        for event in events.values().flatten() {
            let item = match given.events.get(&event.name) {
                Some(given) => Some(&given.item),
                None => names.types.get(&event.type_id),
            };
            names.events.extend(item.cloned().map(|item| (event.name.clone(), item)));
        }
        names.claim_topics(given, events, &mut taken);
        names.claim_unions(unions, &mut taken);
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

    /// Claims the names of records and enums.
    fn claim_types(&mut self, types: &TypeGraph, taken: &mut Taken) {
        let local = types.iter().filter(|(id, _)| !self.externs.contains_key(id));
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
                taken.entry(module[..depth].to_vec()).or_default().take(module[depth].clone());
            }
        }
        for (id, name, module) in generated {
            let name = taken.entry(module.clone()).or_default().claim(&type_name(name));
            if PRELUDE.contains(&name.as_str()) {
                self.shadowing.insert(module.clone());
            }
            self.types.insert(id, ItemPath { module, name });
        }
    }

    /// Claims the names around topics, in the module of the topic's first event.
    fn claim_topics(&mut self, given: &GivenNames, events: &BTreeMap<&str, Vec<&Event>>, taken: &mut Taken) {
        for (topic, events) in events {
            let Some(event) = events.first() else { continue };
            // A message may be nested in others; its topic is in the module of the package.
            let item = match given.events.get(&event.name) {
                Some(given) => self.files.get(&given.file),
                None => self.events.get(&event.name),
            };
            let module = item.map(|item| item.module.clone()).unwrap_or_default();
            let scope = taken.entry(module.clone()).or_default();
            // Generated code has a type parameter of this name.
            scope.take("H".to_owned());
            // A topic often has the name of its only event.
            let enumeration = scope.claim_all(&type_name(topic), &["", "Handler", "Dispatch"], "Events");
            let constants = scope.claim(&snake_case(topic));
            self.topics.insert((*topic).to_owned(), TopicNames { module, enumeration, constants });
        }
    }

    /// Claims the names of the enums of unions. They come last: no schema has these names, so they give way to all
    /// others.
    fn claim_unions(&mut self, unions: &Unions, taken: &mut Taken) {
        for union in unions.enums.iter().filter(|union| !self.externs.contains_key(&union.record)) {
            let module = self.module(union.record).clone();
            let name = taken.entry(module.clone()).or_default().claim_all(&union.name, &[""], "Union");
            self.types.insert(union.id, ItemPath { module, name });
        }
        for (id, first) in unions.iter() {
            if let Some(item) = self.types.get(&first).cloned() {
                self.types.insert(id, item);
            }
        }
    }

    /// Claims the names of borrowed representations: the record's name with `Ref` appended, distinct from all other
    /// types of its module.
    fn claim_borrowed(&mut self, types: &TypeGraph) {
        let mut taken: BTreeSet<ItemPath> = self.types.values().cloned().collect();
        for (id, ty) in types.iter() {
            let (Type::Record(_), Some(item)) = (ty, self.types.get(&id)) else { continue };
            let mut claim = ItemPath::new(item.module.clone(), joined(&item.name, "Ref"));
            while !taken.insert(claim.clone()) {
                claim.name.push('_');
            }
            self.borrowed.insert(id, claim);
        }
    }

    /// Replaces the names of an existing type. What is generated for it is placed next to it, outside of modules.
    pub(crate) fn replace(&mut self, existing: &Existing, contract: &Contract) {
        let item = ItemPath::new(ModulePath::new(), &existing.name);
        if let Kind::Struct(id, _) | Kind::Message(id) = existing.kind {
            self.types.insert(id, item.clone());
            for event in contract.events.iter().filter(|event| event.type_id == id) {
                self.events.insert(event.name.clone(), item.clone());
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

    /// The fields of a record, in order.
    pub(crate) fn fields(&self, record: TypeId) -> &[String] {
        self.fields.get(&record).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a type is generated in another crate.
    pub(crate) fn is_extern(&self, id: TypeId) -> bool {
        self.externs.contains_key(&id)
    }

    /// Whether a type of a module shadows one of the prelude.
    pub(crate) fn shadows_prelude(&self, module: &ModulePath) -> bool {
        self.shadowing.contains(module)
    }

    /// The module of a named type.
    pub(crate) fn module(&self, id: TypeId) -> &ModulePath {
        &self.types[&id].module
    }

    /// The name of a named type in its module.
    pub(crate) fn name(&self, id: TypeId) -> &str {
        &self.types[&id].name
    }

    /// The path of a named type as seen from a module.
    pub(crate) fn path(&self, id: TypeId, from: &ModulePath) -> RustPath {
        match self.externs.get(&id) {
            Some(path) => RustPath::Extern(path.clone()),
            None => self.types[&id].seen_from(from),
        }
    }

    /// The borrowed representation of a record.
    pub(crate) fn borrowed(&self, id: TypeId) -> &ItemPath {
        &self.borrowed[&id]
    }

    /// The type of an event.
    pub(crate) fn event(&self, event: &Event) -> &ItemPath {
        &self.events[&event.name]
    }

    /// The names around a topic.
    pub(crate) fn topic(&self, topic: &str) -> &TopicNames {
        &self.topics[topic]
    }
}

impl TopicNames {
    /// The path of the enum of events as seen from a module.
    pub(crate) fn path(&self, from: &ModulePath) -> RustPath {
        ItemPath::new(self.module.clone(), &self.enumeration).seen_from(from)
    }

    /// The trait that an application implements.
    pub(crate) fn handler(&self) -> String {
        joined(&self.enumeration, "Handler")
    }

    /// The type that adapts that trait to the runtime's.
    pub(crate) fn dispatch(&self) -> String {
        joined(&self.enumeration, "Dispatch")
    }
}

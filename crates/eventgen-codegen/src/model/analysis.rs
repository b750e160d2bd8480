//! The model of a contract: everything that the passes of the analysis find, in one place for the emitters.

use std::collections::BTreeMap;

use eventgen_schema::types::{Type, TypeId};
use eventgen_schema::{Contract, Event, Topic};

use crate::model::borrowing::Borrowing;
use crate::model::codec::Codecs;
use crate::model::cycles::Cycles;
use crate::model::existing::{Existing, Representation};
use crate::model::given::GivenNames;
use crate::model::names::Names;
use crate::model::sizes::MinWireSizes;
use crate::model::unions::{UnionShape, Unions};
use crate::model::{externs, strings};
use crate::settings::{Dates, Settings};

/// A contract and what the passes found about it.
pub(crate) struct Model<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) settings: &'a Settings,
    /// The events that are generated here, in the order of the contract.
    pub(crate) local_events: Vec<&'a Event>,
    /// The events of each topic that carries any, ordered by full name.
    pub(crate) events: BTreeMap<&'a str, Vec<&'a Event>>,
    pub(crate) unions: Unions,
    pub(crate) cycles: Cycles,
    pub(crate) sizes: MinWireSizes<'a>,
    pub(crate) names: Names,
    pub(crate) codecs: Codecs<'a>,
    pub(crate) borrowing: Borrowing,
    /// The existing type that code is generated for.
    pub(crate) existing: Option<&'a Existing>,
}

impl<'a> Model<'a> {
    /// Analyses a contract whose types are all generated.
    pub(crate) fn of(contract: &'a Contract, settings: &'a Settings, given: &GivenNames) -> Self {
        let types = &contract.types;
        let unions = Unions::of(types);
        let cycles = Cycles::of(types, &unions);
        let externs = externs::find(types, settings);
        // Events of languages with their own code generator have ids in another graph.
        let is_extern =
            |event: &Event| !given.events.contains_key(&event.name) && externs.contains_key(&event.type_id);
        let local_events: Vec<&Event> = contract.events.iter().filter(|event| !is_extern(event)).collect();
        let mut events: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        for event in &local_events {
            events.entry(&event.topic).or_default().push(event);
        }
        let names = Names::of(types, &unions, given, &events, externs);
        let sizes = MinWireSizes::of(types);
        let codecs = Codecs::new(types, settings, strings::find(types, settings), BTreeMap::new());
        let borrowing = if settings.generates_borrowed() {
            Borrowing::of(types, &codecs, |id| names.is_extern(id))
        } else {
            Borrowing::default()
        };
        Self {
            contract,
            settings,
            local_events,
            events,
            unions,
            cycles,
            sizes,
            names,
            codecs,
            borrowing,
            existing: None,
        }
    }

    /// Analyses a contract for an existing type.
    pub(crate) fn for_existing(
        contract: &'a Contract,
        settings: &'a Settings,
        given: &GivenNames,
        existing: &'a Existing,
    ) -> Self {
        let mut model = Self::of(contract, settings, given);
        model.names.replace(existing, contract);
        for (id, form) in &existing.forms {
            match form {
                Representation::Text(rust_type) => drop(model.codecs.strings.insert(*id, rust_type)),
                form => drop(model.codecs.forms.insert(*id, form.clone())),
            }
        }
        model.existing = Some(existing);
        model
    }

    /// The events of a topic, ordered by full name.
    pub(crate) fn events_on(&self, topic: &Topic) -> &[&'a Event] {
        self.events.get(topic.name.as_str()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a type is an `Option`.
    pub(crate) fn is_option(&self, id: TypeId) -> bool {
        let types = &self.contract.types;
        match types.get(id) {
            Type::Union(branches) => match UnionShape::of(branches, types) {
                UnionShape::Single(inner) => self.is_option(inner),
                UnionShape::Nullable { .. } | UnionShape::Enum { null: Some(_), .. } => true,
                UnionShape::Enum { null: None, .. } => false,
            },
            _ => false,
        }
    }

    /// Whether a type contains a fixed value of more than `size` bytes itself, not in a named type.
    pub(crate) fn contains_fixed_over(&self, size: u32, id: TypeId) -> bool {
        let types = &self.contract.types;
        match types.get(id) {
            Type::Fixed(fixed) => fixed.size > size,
            Type::Array(inner) | Type::Map(inner) => self.contains_fixed_over(size, *inner),
            Type::Union(branches) => match UnionShape::of(branches, types) {
                UnionShape::Single(inner) | UnionShape::Nullable { inner, .. } => {
                    self.contains_fixed_over(size, inner)
                }
                UnionShape::Enum { .. } => false,
            },
            Type::Logical { base, .. } => self.codecs.is_fixed(id) && self.contains_fixed_over(size, *base),
            _ => false,
        }
    }

    /// The library that the dates of a type come from.
    pub(crate) fn dates(&self, id: TypeId) -> Dates {
        match self.codecs.forms.get(&id) {
            Some(Representation::Dates(dates)) => *dates,
            _ => self.settings.date_types(),
        }
    }
}

//! What each type of a schema is in Rust.

use std::collections::BTreeMap;

use eventgen_codegen::{Dates, Representation};
use eventgen_schema::types::{Type, TypeGraph, TypeId};

use super::foreign::ForeignTypes;
use crate::input::rust_type::RustType;
use crate::input::scalar::Scalar;

/// The representations of types, where they differ from those that a build script generates.
#[derive(Debug, Default)]
pub(crate) struct Representations {
    pub(crate) forms: BTreeMap<TypeId, Representation>,
    /// The foreign types among them, by the index in their placeholders.
    pub(crate) foreign: ForeignTypes,
}

impl Representations {
    /// Adds the representation of a type, and of the types in it, by this Rust type. `in_contract` says whether the
    /// contract has the schemas of foreign types.
    pub(crate) fn add(&mut self, ty: &RustType, id: TypeId, types: &TypeGraph, in_contract: bool) {
        let (inner, form) = match (ty, types.get(id)) {
            (RustType::Scalar(scalar, _), found) => (None, scalar_form(scalar, found)),
            (RustType::Fixed { boxed: true, .. }, _) => (None, Some(Representation::Boxed)),
            (RustType::Foreign { ty, .. }, _) => {
                let path = ForeignTypes::placeholder(self.foreign.index(ty));
                (None, Some(Representation::Foreign { path, known: in_contract }))
            }
            (RustType::List(inner, _), Type::Array(items)) => (Some((inner, *items)), None),
            (RustType::Map { values, hashed, .. }, Type::Map(id)) => {
                (Some((values, *id)), hashed.then_some(Representation::HashMap))
            }
            (RustType::Option(inner, _), Type::Union(branches)) => {
                let is_null = |id: &TypeId| *types.get(*id) == Type::Null;
                let others: Vec<TypeId> = branches.iter().copied().filter(|id| !is_null(id)).collect();
                let is_foreign = matches!(**inner, RustType::Foreign { .. });
                match others[..] {
                    [other] if is_foreign && !in_contract => {
                        (Some((inner, other)), Some(Representation::ForeignOption))
                    }
                    [other] => (Some((inner, other)), None),
                    // The branches other than null are one type in Rust.
                    _ => (None, Some(Representation::ForeignOption)),
                }
            }
            _ => (None, None),
        };
        self.forms.extend(form.map(|form| (id, form)));
        if let Some((inner, id)) = inner {
            self.add(inner, id, types, in_contract);
        }
    }
}

fn scalar_form(scalar: &Scalar, found: &Type) -> Option<Representation> {
    match scalar {
        Scalar::Text(path) => Some(Representation::Text(path.clone())),
        Scalar::Integer(_) if matches!(found, Type::Logical { .. }) => {
            Some(Representation::Dates(Dates::Integers))
        }
        Scalar::Integer(name) => match (name.as_str(), found) {
            ("i32", Type::Int) | ("i64", Type::Long) => None,
            _ => Some(Representation::Integer),
        },
        Scalar::BigDecimal => Some(Representation::BigDecimal),
        Scalar::Date(dates)
        | Scalar::Time(dates)
        | Scalar::Timestamp(dates)
        | Scalar::LocalTimestamp(dates) => Some(Representation::Dates(*dates)),
        _ => None,
    }
}

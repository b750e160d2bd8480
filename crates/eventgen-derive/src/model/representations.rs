//! Code first: what each type of the schema is in Rust.

use std::collections::BTreeMap;

use eventgen_codegen::{Dates, Form};
use eventgen_schema::types::{Type, TypeGraph, TypeId};

use crate::rust_type::{RustType, Scalar};

/// The forms of types.
pub(crate) type Forms = BTreeMap<TypeId, Form>;

/// Enters the forms of a type that was made of this Rust type, or that was found to be one of it.
pub(crate) fn enter(ty: &RustType, id: TypeId, types: &TypeGraph, known: bool, forms: &mut Forms) {
    let (ty, form) = match (ty, types.get(id)) {
        (RustType::Scalar(scalar, _), found) => {
            forms.extend(scalar_form(scalar, found).map(|form| (id, form)));
            return;
        }
        (RustType::Fixed { boxed: true, .. }, _) => (None, Some(Form::Boxed)),
        (RustType::Foreign { path, .. }, _) => (None, Some(Form::Foreign { path: path.clone(), known })),
        (RustType::List(inner, _), Type::Array(items)) => (Some((inner, *items)), None),
        (RustType::Map { values, hashed, .. }, Type::Map(of)) => {
            (Some((values, *of)), hashed.then_some(Form::HashMap))
        }
        (RustType::Option(inner, _), Type::Union(branches)) => {
            let is_null = |id: &TypeId| *types.get(*id) == Type::Null;
            let others: Vec<TypeId> = branches.iter().copied().filter(|id| !is_null(id)).collect();
            let foreign = matches!(**inner, RustType::Foreign { .. });
            match others[..] {
                [other] if foreign && !known => (Some((inner, other)), Some(Form::ForeignOption)),
                [other] => (Some((inner, other)), None),
                // Null and several others: the others are one type in Rust.
                _ => (None, Some(Form::ForeignOption)),
            }
        }
        _ => (None, None),
    };
    forms.extend(form.map(|form| (id, form)));
    if let Some((inner, id)) = ty {
        enter(inner, id, types, known, forms);
    }
}

fn scalar_form(scalar: &Scalar, found: &Type) -> Option<Form> {
    match scalar {
        Scalar::Text(path) => Some(Form::Text(path.clone())),
        Scalar::Integer(_) if matches!(found, Type::Logical { .. }) => Some(Form::Dates(Dates::Integers)),
        Scalar::Integer(name) => match (name.as_str(), found) {
            ("i32", Type::Int) | ("i64", Type::Long) => None,
            _ => Some(Form::Integer),
        },
        Scalar::BigDecimal => Some(Form::BigDecimal),
        Scalar::Date(dates)
        | Scalar::Time(dates)
        | Scalar::Timestamp(dates)
        | Scalar::LocalTimestamp(dates) => Some(Form::Dates(*dates)),
        _ => None,
    }
}

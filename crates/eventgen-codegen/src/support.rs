//! What code is generated for, and a clear word about the rest.

use std::collections::BTreeSet;
use std::fmt;

use eventgen_schema::Contract;
use eventgen_schema::types::{Fixed, Logical, Type, TypeGraph, TypeId};

/// Why there is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Parts of the contract that no code is generated for yet.
    #[error("{}", list(.0))]
    Unsupported(Vec<Unsupported>),
    /// The generated code is not Rust: a fault of eventgen.
    #[error("eventgen generated invalid Rust ({reason}); please report it with the schema")]
    Invalid {
        /// What the parser says.
        reason: String,
    },
}

/// A part of the contract that no code is generated for yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// Full name of the record and name of the field.
    pub field: String,
    /// What it is.
    pub what: String,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {} not generated yet", self.field, self.what)
    }
}

fn list(unsupported: &[Unsupported]) -> String {
    unsupported.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The most digits that a `rust_decimal::Decimal` holds.
const MAX_PRECISION: u32 = 28;

/// Reports everything that is not supported yet, in the order of the types.
pub(crate) fn check(contract: &Contract) -> Result<(), Error> {
    let mut found = Vec::new();
    for (id, ty) in contract.types.iter() {
        let Type::Record(record) = ty else { continue };
        for field in &record.fields {
            let mut report = |what: String| {
                found.push(Unsupported { field: format!("{}.{}", record.name, field.name), what });
            };
            if let Some(what) = unsupported(field.type_id, &contract.types) {
                report(what);
            } else if reaches(field.type_id, id, &contract.types, &mut BTreeSet::new()) {
                report("types that contain themselves are".to_owned());
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Error::Unsupported(found)) }
}

/// What of a field's type is not supported, without looking into named types.
fn unsupported(id: TypeId, types: &TypeGraph) -> Option<String> {
    match types.get(id) {
        Type::Null => Some("fields of type null are".to_owned()),
        Type::Array(inner) | Type::Map(inner) => unsupported(*inner, types),
        Type::Union(_) => match nullable(id, types) {
            Some((_, inner)) => unsupported(inner, types),
            None => Some("unions other than of null and one type are".to_owned()),
        },
        Type::Logical { logical, base } => match (logical, types.get(*base)) {
            (Logical::Decimal { precision, .. }, _) if *precision > MAX_PRECISION => {
                Some(format!("decimals of more than {MAX_PRECISION} digits are"))
            }
            (Logical::BigDecimal, _) => Some("big-decimal is".to_owned()),
            (Logical::Uuid, Type::Fixed(Fixed { .. })) => Some("uuid on fixed is".to_owned()),
            (Logical::Duration, _) => Some("duration is".to_owned()),
            (
                Logical::LocalTimestampMillis | Logical::LocalTimestampMicros | Logical::LocalTimestampNanos,
                _,
            ) => Some("local timestamps are".to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a type contains `target`.
fn reaches(id: TypeId, target: TypeId, types: &TypeGraph, seen: &mut BTreeSet<TypeId>) -> bool {
    if id == target {
        return true;
    }
    if !seen.insert(id) {
        return false;
    }
    match types.get(id) {
        Type::Array(inner) | Type::Map(inner) => reaches(*inner, target, types, seen),
        Type::Union(branches) => branches.iter().any(|&branch| reaches(branch, target, types, seen)),
        Type::Record(record) => record.fields.iter().any(|field| reaches(field.type_id, target, types, seen)),
        _ => false,
    }
}

/// For a union of null and one other type: the index of null, and the other type.
pub(crate) fn nullable(id: TypeId, types: &TypeGraph) -> Option<(u8, TypeId)> {
    let Type::Union(branches) = types.get(id) else { return None };
    match branches[..] {
        [first, second] if *types.get(first) == Type::Null => Some((0, second)),
        [first, second] if *types.get(second) == Type::Null => Some((1, first)),
        _ => None,
    }
}

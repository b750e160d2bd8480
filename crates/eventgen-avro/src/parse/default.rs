//! Checks defaults. [`encode_default`] decides; this module finds the location of what is wrong.

use std::collections::BTreeSet;

use super::enums::listed;
use super::{Node, Problem, ProblemKind, Value};
use crate::model::{DefaultError, EncodedDefault, Type, TypeGraph, TypeId, encode_default, is_value};

/// The most branches of a union that a message lists.
const LISTED: usize = 5;

/// What is wrong with a default, or doubtful. The problems of `unbuilt` types have been reported already.
pub(super) fn check_default(
    node: &Node,
    type_id: TypeId,
    types: &TypeGraph,
    unbuilt: &BTreeSet<TypeId>,
) -> Vec<Problem> {
    match encode_default(types, type_id, &node.to_json()) {
        Ok(encoded) => doubts(node, &encoded),
        Err(DefaultError::TooLarge) => vec![
            Problem::new(
                ProblemKind::DefaultTooLarge,
                &node.span,
                "with the defaults of fields that it leaves out",
            )
            .help("give the fields of the default, so that it does not contain itself or multiply"),
        ],
        Err(DefaultError::NotAValue) => {
            Search { types, unbuilt }.find(node, type_id).err().into_iter().collect()
        }
    }
}

fn doubts(node: &Node, encoded: &EncodedDefault) -> Vec<Problem> {
    let later = encoded.has_later_branch.then(|| {
        Problem::new(ProblemKind::LaterBranchDefault, &node.span, "a value of a later branch")
            .help("put the branch of the default first, for readers older than Avro 1.12")
    });
    let unreadable = encoded.unreadable.map(|logical| {
        let kind = ProblemKind::UnreadableDefault { logical: logical.name() };
        Problem::new(kind, &node.span, "accepted as the base type only").help(format!(
            "write a value of the logical type `{}`, or remove the default: records without the field cannot be read \
             with this one",
            logical.name()
        ))
    });
    later.into_iter().chain(unreadable).collect()
}

struct Search<'t> {
    types: &'t TypeGraph,
    unbuilt: &'t BTreeSet<TypeId>,
}

impl Search<'_> {
    /// The first value that is not one of its type.
    fn find(&self, node: &Node, type_id: TypeId) -> Result<(), Problem> {
        if self.unbuilt.contains(&type_id) {
            return Ok(());
        }
        let types = self.types;
        let wrong = |expected: String| {
            let help = format!("write {expected}, or change the type");
            let kind = ProblemKind::InvalidDefault { found: node.kind(), expected };
            Problem::new(kind, &node.span, "not a value of the field's type").help(help)
        };
        let is_value = |type_id| is_value(types, type_id, &node.to_json());
        match (types.get(type_id), &node.value) {
            (Type::Array(items), Value::Array(nodes)) => {
                nodes.iter().try_for_each(|node| self.find(node, *items))?;
            }
            (Type::Map(values), Value::Object(members)) => {
                members.iter().try_for_each(|member| self.find(&member.value, *values))?;
            }
            (Type::Logical { base, .. }, _) => self.find(node, *base)?,
            (Type::Union(branches), _) => {
                let is_known = branches.iter().all(|branch| !self.unbuilt.contains(branch));
                if is_known && !branches.iter().any(|&branch| is_value(branch)) {
                    return Err(wrong(self.expectation_of_union(branches)));
                }
            }
            (Type::Record(record), Value::Object(_)) => {
                for field in &record.fields {
                    match node.get(&field.name) {
                        Some(value) => self.find(value, field.type_id)?,
                        None if field.default.is_some() => {}
                        None => return Err(wrong(format!("an object with a field `{}`", field.name))),
                    }
                }
            }
            (ty, _) if !is_value(type_id) => return Err(wrong(expectation(ty))),
            _ => {}
        }
        Ok(())
    }

    fn expectation_of_union(&self, branches: &[TypeId]) -> String {
        let names: Vec<_> = branches.iter().take(LISTED).map(|&branch| self.branch(branch)).collect();
        match names.as_slice() {
            [] => "a value of a branch".to_owned(),
            _ if branches.len() > LISTED => format!("{}, or a value of another branch", names.join(", ")),
            _ => names.join(" or "),
        }
    }

    fn branch(&self, id: TypeId) -> String {
        match self.types.get(id) {
            Type::Logical { base, .. } => self.branch(*base),
            ty => expectation(ty),
        }
    }
}

fn expectation(ty: &Type) -> String {
    match ty {
        Type::Null => "null".to_owned(),
        Type::Boolean => "true or false".to_owned(),
        Type::Int => "a whole number of 32 bits".to_owned(),
        Type::Long => "a whole number of 64 bits".to_owned(),
        Type::Float | Type::Double => "a number".to_owned(),
        Type::Bytes => "a string of code points 0 to 255, one for each byte".to_owned(),
        Type::Fixed(fixed) => format!("a string of {} code points 0 to 255, one for each byte", fixed.size),
        Type::Enum(definition) => format!("one of {}", listed(&definition.symbols)),
        Type::String => "a string".to_owned(),
        Type::Array(_) => "a list".to_owned(),
        Type::Map(_) | Type::Record(_) => "an object".to_owned(),
        Type::Union(_) | Type::Logical { .. } => "a value of the type".to_owned(),
    }
}

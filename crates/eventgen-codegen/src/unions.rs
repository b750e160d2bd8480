//! Unions: which of them are an `Option`, which need an enum of their own, and what that enum is called.
//!
//! An enum is called after the record and the field that hold it. Fields of one record that hold the same union share
//! it; records do not, so that a new record in some other file never renames a type.

use std::collections::BTreeMap;

use eventgen_schema::types::{Fixed, Logical, Record, Type, TypeGraph, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::Generator;
use crate::codec::{Place, Spot};
use crate::docs::{docs, escaped};
use crate::literals::number;
use crate::names::{type_name, variant_idents};

/// What a union is in Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One branch: the branch.
    Single(TypeId),
    /// Null and one other branch: an `Option` of that. `null` is the index of null.
    Nullable { null: u8, inner: TypeId },
    /// Several branches: an enum; with null, whose index is `null`, an `Option` of the enum of the others.
    Enum { null: Option<u32>, branches: Vec<(u32, TypeId)> },
}

/// The shape of a union with these branches.
pub(crate) fn shape(branches: &[TypeId], types: &TypeGraph) -> Shape {
    let is_null = |id: TypeId| *types.get(id) == Type::Null;
    match *branches {
        [only] => return Shape::Single(only),
        [first, second] if is_null(first) => return Shape::Nullable { null: 0, inner: second },
        [first, second] if is_null(second) => return Shape::Nullable { null: 1, inner: first },
        _ => {}
    }
    let (null, branches): (Vec<_>, Vec<_>) =
        (0_u32..).zip(branches.iter().copied()).partition(|&(_, id)| is_null(id));
    Shape::Enum { null: null.first().map(|&(index, _)| index), branches }
}

/// A union that is an enum.
#[derive(Debug, Clone)]
pub(crate) struct UnionEnum {
    /// The union, at the first place that holds it.
    pub(crate) id: TypeId,
    /// The record that holds it.
    pub(crate) record: TypeId,
    /// The name of the field that holds it first.
    pub(crate) field: String,
    /// The name that it should have.
    pub(crate) name: String,
}

/// All unions that are enums.
#[derive(Debug, Default)]
pub(crate) struct Unions {
    pub(crate) enums: Vec<UnionEnum>,
    /// The union of the enum for every union that is one.
    first: BTreeMap<TypeId, TypeId>,
}

impl Unions {
    pub(crate) fn of(types: &TypeGraph) -> Self {
        let mut unions = Self::default();
        for (id, ty) in types.iter() {
            let Type::Record(record) = ty else { continue };
            // By what tells unions apart.
            let mut known = BTreeMap::new();
            for field in &record.fields {
                let place = Holder { id, record, field: &field.name };
                unions.walk(field.type_id, place, String::new(), types, &mut known);
            }
        }
        unions
    }

    /// The union whose enum stands for this one, `None` for what is no such union.
    pub(crate) fn first(&self, id: TypeId) -> Option<TypeId> {
        self.first.get(&id).copied()
    }

    /// The enums of a record, in the order of its fields.
    pub(crate) fn of_record(&self, record: TypeId) -> &[UnionEnum] {
        // Records were walked in the order of their ids.
        let start = self.enums.partition_point(|union| union.record < record);
        let end = self.enums.partition_point(|union| union.record <= record);
        &self.enums[start..end]
    }

    /// Every union that is an enum, with the union of its enum.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (TypeId, TypeId)> {
        self.first.iter().map(|(&id, &first)| (id, first))
    }

    fn walk(
        &mut self,
        id: TypeId,
        place: Holder<'_>,
        inside: String,
        types: &TypeGraph,
        known: &mut BTreeMap<String, TypeId>,
    ) {
        match types.get(id) {
            Type::Array(items) => self.walk(*items, place, inside + "Item", types, known),
            Type::Map(values) => self.walk(*values, place, inside + "Value", types, known),
            Type::Union(branches) => {
                if let Shape::Enum { .. } = shape(branches, types) {
                    let mut key = String::new();
                    identity(id, types, &mut key);
                    let first = *known.entry(key).or_insert(id);
                    self.first.insert(id, first);
                    if first == id {
                        let Holder { id: record, field, .. } = place;
                        let name = type_name(&place.record.name.name) + &type_name(field) + &inside;
                        self.enums.push(UnionEnum { id, record, field: field.to_owned(), name });
                    }
                }
                for &branch in branches {
                    self.walk(branch, place, inside.clone(), types, known);
                }
            }
            _ => {}
        }
    }
}

/// The field that a type is looked at in.
#[derive(Clone, Copy)]
struct Holder<'a> {
    id: TypeId,
    record: &'a Record,
    field: &'a str,
}

/// Text that two types have in common only if they are the same.
fn identity(id: TypeId, types: &TypeGraph, out: &mut String) {
    use std::fmt::Write as _;
    match types.get(id) {
        Type::Array(items) => {
            out.push_str("[]");
            identity(*items, types, out);
        }
        Type::Map(values) => {
            out.push_str("{}");
            identity(*values, types, out);
        }
        Type::Union(branches) => {
            out.push('(');
            for &branch in branches {
                identity(branch, types, out);
                out.push('|');
            }
            out.push(')');
        }
        Type::Logical { logical, base } => {
            let _ = write!(out, "{logical:?} ");
            identity(*base, types, out);
        }
        named if named.name().is_some() => {
            let _ = write!(out, "{id:?}");
        }
        plain => {
            let _ = write!(out, "{plain:?}");
        }
    }
}

impl Generator<'_> {
    /// The enum of a union, and how it writes and reads itself.
    pub(crate) fn union(&self, union: &UnionEnum) -> TokenStream {
        let types = &self.contract.types;
        let Type::Union(all) = types.get(union.id) else { return TokenStream::new() };
        let Shape::Enum { branches, .. } = shape(all, types) else { return TokenStream::new() };
        let (module, ident) = (self.names.module(union.id), self.names.ident(union.id));
        let record = types.get(union.record).name().map(ToString::to_string).unwrap_or_default();
        let doc = docs(None, &format!("What {} of {} can be.", escaped(&union.field), escaped(&record)));
        let spot = Spot { module: &module, holder: Some(union.id), in_union: true };
        let variants = self.branch_idents(&branches);
        let ids = branches.iter().map(|&(_, id)| id);
        let variant_docs =
            ids.clone().map(|id| docs(None, &format!("The branch {}.", escaped(&branch_name(id, types)))));
        let held = ids.clone().map(|id| self.rust_type(id, spot));
        let indices: Vec<_> = branches.iter().map(|&(index, _)| number(index)).collect();
        let encodes = ids.clone().map(|id| self.encode(id, &Place::reference("value")));
        let decodes = ids.map(|id| self.decode_call(id));
        let (size, count) = (number(self.sizes.of_enum(union.id)), number(all.len()));
        let attributes = self.type_attributes(&format!("{record}.{}", union.field));
        let variant_attributes = branches.iter().zip(&variants).map(|(&(_, id), variant)| {
            let (rename, fixed) = (self.serde_rename(&branch_name(id, types), variant), self.serde_fixed(id));
            quote!(#rename #fixed)
        });
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq)]
            #attributes
            pub enum #ident {
                #(#variant_docs #variant_attributes #variants(#held),)*
            }

            impl ::eventgen::avro::Encode for #ident {
                fn encode<S: ::eventgen::avro::Sink>(&self, sink: &mut S) {
                    match self {
                        #(Self::#variants(value) => {
                            sink.long(#indices);
                            #encodes;
                        })*
                    }
                }
            }

            impl<'a> ::eventgen::avro::Decode<'a> for #ident {
                const MIN_WIRE_SIZE: usize = #size;

                fn decode(
                    reader: &mut ::eventgen::avro::Reader<'a>,
                ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                    let position = reader.position();
                    match reader.long()? {
                        #(#indices => #decodes.map(Self::#variants),)*
                        index => ::std::result::Result::Err(::eventgen::avro::DecodeError::unknown_branch(
                            position, index, #count,
                        )),
                    }
                }
            }
        }
    }

    /// The variants: after their types, with as much of the namespace before them as it takes to tell them apart.
    pub(crate) fn branch_idents(&self, branches: &[(u32, TypeId)]) -> Vec<Ident> {
        let types = &self.contract.types;
        let spaces = |id: TypeId| -> Vec<&str> {
            let name = types.get(id).name().or_else(|| base_name(id, types));
            name.and_then(|name| name.namespace.as_deref())
                .map(|text| text.split('.').collect())
                .unwrap_or_default()
        };
        let mut names: Vec<String> =
            branches.iter().map(|&(_, id)| type_name(&short_branch_name(id, types))).collect();
        let deepest = branches.iter().map(|&(_, id)| spaces(id).len()).max().unwrap_or(0);
        for depth in 1..=deepest {
            let mut count: BTreeMap<String, usize> = BTreeMap::new();
            for name in &names {
                *count.entry(name.clone()).or_default() += 1;
            }
            for (name, &(_, id)) in names.iter_mut().zip(branches) {
                let spaces = spaces(id);
                if count[name] > 1 && depth <= spaces.len() {
                    *name = type_name(spaces[spaces.len() - depth]) + name;
                }
            }
        }
        variant_idents(names.iter().map(String::as_str))
    }
}

/// The name of the fixed under a logical type.
fn base_name(id: TypeId, types: &TypeGraph) -> Option<&eventgen_schema::types::Name> {
    match types.get(id) {
        Type::Logical { base, .. } => types.get(*base).name(),
        _ => None,
    }
}

/// What tells a branch from the others, without its namespace.
fn short_branch_name(id: TypeId, types: &TypeGraph) -> String {
    match types.get(id) {
        Type::Null => "Null".to_owned(),
        Type::Boolean => "Boolean".to_owned(),
        Type::Int => "Int".to_owned(),
        Type::Long => "Long".to_owned(),
        Type::Float => "Float".to_owned(),
        Type::Double => "Double".to_owned(),
        Type::Bytes => "Bytes".to_owned(),
        Type::String => "String".to_owned(),
        Type::Array(_) => "Array".to_owned(),
        Type::Map(_) => "Map".to_owned(),
        Type::Union(_) => "Union".to_owned(),
        Type::Record(Record { name, .. }) | Type::Fixed(Fixed { name, .. }) => name.name.clone(),
        Type::Enum(definition) => definition.name.name.clone(),
        Type::Logical { logical, .. } => match base_name(id, types) {
            Some(name) => name.name.clone(),
            None => logical_name(*logical).to_owned(),
        },
    }
}

/// The name of a branch, with the namespace, as Avro's JSON encoding has it.
fn branch_name(id: TypeId, types: &TypeGraph) -> String {
    let name = types.get(id).name().or_else(|| base_name(id, types));
    match (name, types.get(id)) {
        (Some(name), _) => name.to_string(),
        (None, Type::Logical { base, .. }) => branch_name(*base, types),
        (None, _) => short_branch_name(id, types).to_lowercase(),
    }
}

fn logical_name(logical: Logical) -> &'static str {
    match logical {
        Logical::Decimal { .. } => "Decimal",
        Logical::BigDecimal => "BigDecimal",
        Logical::Uuid => "Uuid",
        Logical::Date => "Date",
        Logical::TimeMillis => "TimeMillis",
        Logical::TimeMicros => "TimeMicros",
        Logical::TimestampMillis => "TimestampMillis",
        Logical::TimestampMicros => "TimestampMicros",
        Logical::TimestampNanos => "TimestampNanos",
        Logical::LocalTimestampMillis => "LocalTimestampMillis",
        Logical::LocalTimestampMicros => "LocalTimestampMicros",
        Logical::LocalTimestampNanos => "LocalTimestampNanos",
        Logical::Duration => "Duration",
    }
}

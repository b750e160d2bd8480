//! Oneofs: a field of the message, an enum in its module, and a variant for each member.

use prost_types::DescriptorProto;

use super::fields::Members;
use super::scope::{Scope, first_free};
use crate::model::protobuf::prost_names::{oneof_name, upper_camel};

/// Renames oneofs and their members; `types` are the types in the module of the message, `members` the fields of the
/// message.
pub(super) fn rename(message: &mut DescriptorProto, types: &mut Scope, members: &mut Members) {
    for index in 0..message.oneof_decl.len() {
        let fields: Vec<usize> = (0..message.field.len())
            .filter(|field| {
                let field = &message.field[*field];
                !field.proto3_optional()
                    && field.oneof_index.is_some_and(|of| usize::try_from(of) == Ok(index))
            })
            .collect();
        if fields.is_empty() {
            continue;
        }
        let name = first_free(message.oneof_decl[index].name(), |name| {
            members.is_free(name) && types.is_free(&oneof_name(message, name))
        });
        members.take(&name);
        types.take(oneof_name(message, &name));
        message.oneof_decl[index].name = Some(name);
        let mut variants = Scope::default();
        for field in fields {
            let field = &mut message.field[field];
            let name = first_free(field.name(), |name| variants.is_free(&upper_camel(name)));
            variants.take(upper_camel(&name));
            field.name = Some(name);
        }
    }
}

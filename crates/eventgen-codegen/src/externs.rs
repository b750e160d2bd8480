//! Types that are taken from another crate.

use std::collections::BTreeMap;

use eventgen_schema::types::{Type, TypeGraph, TypeId};

use crate::names::{Scope, ident, module_path, type_name};
use crate::settings::Settings;

/// The Rust path of every type that is not generated here. The last step is what generation calls the type there: of
/// the namespace's types in the same order.
pub(crate) fn find(types: &TypeGraph, settings: &Settings) -> BTreeMap<TypeId, String> {
    let mut scopes: BTreeMap<&Option<String>, Scope> = BTreeMap::new();
    let mut externs = BTreeMap::new();
    for (id, ty) in types.iter().filter(|(_, ty)| matches!(ty, Type::Record(_) | Type::Enum(_))) {
        let Some(name) = ty.name() else { continue };
        let full_name = name.to_string();
        let Some((path, rest)) = settings.extern_path_of(&full_name) else { continue };
        let claimed = scopes.entry(&name.namespace).or_default().claim(&type_name(&name.name));
        let mut path = path.to_owned();
        if !rest.is_empty() {
            let namespace = rest.rsplit_once('.').map(|(namespace, _)| namespace);
            for step in module_path(namespace).iter().chain([&claimed]) {
                path += "::";
                path += &ident(step).to_string();
            }
        }
        externs.insert(id, path);
    }
    externs
}

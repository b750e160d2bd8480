//! Types that are generated in another crate.

use std::collections::BTreeMap;

use eventgen_schema::types::{Type, TypeGraph, TypeId};

use crate::model::case::{module_path, type_name};
use crate::model::reserved::raw;
use crate::model::scope::Scope;
use crate::settings::Settings;

/// The Rust path of every type that is not generated here. The last segment is the name that generation gives the type
/// in the other crate, where the types of the namespace come in the same order.
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
                path += &raw(step);
            }
        }
        externs.insert(id, path);
    }
    externs
}

//! Values of an enum: prost writes them in camel case and panics where two are equal.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::EnumDescriptorProto;

use super::scope::{Scope, first_free};
use crate::model::paths::{ItemPath, ModulePath};
use crate::model::protobuf::prost_names::{type_path, upper_camel};

/// Renames values whose variants would have equal names, and keeps the names that they have in Protobuf.
pub(super) fn rename(
    definition: &mut EnumDescriptorProto,
    module: &ModulePath,
    values: &mut BTreeMap<ItemPath, BTreeMap<String, String>>,
) {
    let mut names: BTreeSet<String> = definition.value.iter().map(|value| value.name().to_owned()).collect();
    let (mut scope, mut numbers) = (Scope::default(), BTreeSet::new());
    let mut renamed = BTreeMap::new();
    for value in &mut definition.value {
        // prost skips aliases.
        if !numbers.insert(value.number()) {
            continue;
        }
        let name = first_free(value.name(), |name| {
            scope.is_free(&upper_camel(name)) && (name == value.name() || !names.contains(name))
        });
        scope.take(upper_camel(&name));
        if name != value.name() {
            names.insert(name.clone());
            renamed.insert(name.clone(), value.name().to_owned());
            value.name = Some(name);
        }
    }
    if !renamed.is_empty() {
        values.insert(type_path(module, definition.name()), renamed);
    }
}

//! Packages, messages and enums: prost writes packages and messages as modules in snake case and types in camel case, so
//! that `HTTPServer` and `HttpServer` are one name.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use super::kinds::{is_generated, is_map_entry};
use super::scope::{Scope, first_free};
use crate::model::paths::ModulePath;
use crate::model::protobuf::prost_names::{inner_module, package_module, snake, upper_camel};

/// The types of each module.
pub(super) type Taken = BTreeMap<ModulePath, Scope>;

/// Types that prost's code names without a path: a module of that name would hide them.
const PRIMITIVES: [&str; 9] = ["bool", "f32", "f64", "i32", "i64", "str", "u32", "u64", "u8"];

/// Renames packages, messages and enums, and all references to them. Returns the names that are taken.
pub(super) fn rename(files: &mut [FileDescriptorProto]) -> Taken {
    let mut renaming = Renaming::default();
    for file in files.iter_mut().filter(|file| is_generated(file)) {
        let (old, new) = (file.package().to_owned(), package(file.package()));
        renaming.enter_authors(&old, &file.message_type, &file.enum_type);
        if old != new {
            file.package = Some(new);
        }
        let module = package_module(file.package());
        for depth in 0..module.len() {
            renaming.take_module(&module[..depth], &module[depth]);
        }
        renaming.packages.push(old);
    }
    // Names that are the same in Rust stay.
    for stays in [true, false] {
        let old = renaming.packages.clone();
        for (file, package) in files.iter_mut().filter(|file| is_generated(file)).zip(&old) {
            let module = package_module(file.package());
            renaming.scope(stays, package, &module, &mut file.message_type, &mut file.enum_type);
        }
    }
    // The types inside of a message are in the module of its new name.
    let old = renaming.packages.clone();
    for (file, package) in files.iter_mut().filter(|file| is_generated(file)).zip(&old) {
        let module = package_module(file.package());
        renaming.inside(package, &module, &mut file.message_type);
    }
    let mut full_names = FullNames::default();
    for (file, package) in files.iter().filter(|file| is_generated(file)).zip(&old) {
        full_names.enter(package, file.package(), &file.message_type, &file.enum_type, &renaming.original);
    }
    for file in files.iter_mut() {
        for message in &mut file.message_type {
            full_names.replace(message);
        }
    }
    renaming.taken
}

#[derive(Default)]
struct Renaming {
    taken: Taken,
    packages: Vec<String>,
    /// The author's full names.
    authors: BTreeSet<String>,
    /// The author's name of each type that was renamed, by the full name of its scope and its new name.
    original: BTreeMap<(String, String), String>,
}

impl Renaming {
    fn take_module(&mut self, path: &[String], name: &str) {
        self.taken.entry(path.to_vec()).or_default().take(name);
    }

    fn enter_authors(&mut self, scope: &str, messages: &[DescriptorProto], enums: &[EnumDescriptorProto]) {
        self.authors.extend(enums.iter().map(|definition| joined(scope, definition.name())));
        for message in messages {
            let full_name = joined(scope, message.name());
            self.enter_authors(&full_name, &message.nested_type, &message.enum_type);
            self.authors.insert(full_name);
        }
    }

    /// Renames the types of one scope: those whose names are the same in Rust, or the others.
    fn scope(
        &mut self,
        stays: bool,
        scope: &str,
        module: &ModulePath,
        messages: &mut [DescriptorProto],
        enums: &mut [EnumDescriptorProto],
    ) {
        let is_due = |name: &str| (upper_camel(name) == name) == stays;
        for message in messages.iter_mut().filter(|message| !is_map_entry(message)) {
            if is_due(message.name()) {
                let has_module = has_module(message);
                let name = self.claim(scope, module, message.name(), has_module);
                message.name = Some(name);
            }
        }
        for definition in enums.iter_mut().filter(|definition| is_due(definition.name())) {
            let name = self.claim(scope, module, definition.name(), false);
            definition.name = Some(name);
        }
    }

    /// Renames the types inside of messages, level by level.
    fn inside(&mut self, scope: &str, module: &ModulePath, messages: &mut [DescriptorProto]) {
        for message in messages.iter_mut().filter(|message| !is_map_entry(message)) {
            let key = (scope.to_owned(), message.name().to_owned());
            let original = self.original.get(&key).map_or(message.name(), String::as_str);
            let (scope, module) = (joined(scope, original), inner_module(module, message.name()));
            for stays in [true, false] {
                self.scope(stays, &scope, &module, &mut message.nested_type, &mut message.enum_type);
            }
            self.inside(&scope, &module, &mut message.nested_type);
        }
    }

    fn claim(&mut self, scope: &str, module: &ModulePath, name: &str, has_module: bool) -> String {
        // A renamed type is claimed once: its new name is its own.
        if self.original.contains_key(&(scope.to_owned(), name.to_owned())) {
            return name.to_owned();
        }
        let taken = self.taken.entry(module.clone()).or_default();
        let authors = &self.authors;
        let new = first_free(name, |candidate| {
            let inner = snake(candidate);
            taken.is_free(&upper_camel(candidate))
                && (candidate == name || !authors.contains(&joined(scope, candidate)))
                && !(has_module && (PRIMITIVES.contains(&inner.as_str()) || inner == upper_camel(candidate)))
        });
        taken.take(upper_camel(&new));
        if new != name {
            self.original.insert((scope.to_owned(), new.clone()), name.to_owned());
        }
        new
    }
}

/// Whether prost writes a module for the types inside of a message.
fn has_module(message: &DescriptorProto) -> bool {
    !message.enum_type.is_empty()
        || !message.oneof_decl.is_empty()
        || message.nested_type.iter().any(|nested| !is_map_entry(nested))
}

/// A package whose modules have valid names that hide no primitive type.
fn package(package: &str) -> String {
    let parts = package.split('.').map(|part| {
        let is_valid = |name: &str| {
            package.is_empty() || !snake(name).is_empty() && !PRIMITIVES.contains(&snake(name).as_str())
        };
        first_free(part, is_valid)
    });
    parts.collect::<Vec<_>>().join(".")
}

/// New full names by old ones, with a dot in front.
#[derive(Default)]
struct FullNames(BTreeMap<String, String>);

impl FullNames {
    /// The compiler bounds the depth.
    fn enter(
        &mut self,
        old: &str,
        new: &str,
        messages: &[DescriptorProto],
        enums: &[EnumDescriptorProto],
        original: &BTreeMap<(String, String), String>,
    ) {
        let names =
            messages.iter().map(DescriptorProto::name).chain(enums.iter().map(EnumDescriptorProto::name));
        let original_of = |name: &str| {
            original.get(&(old.to_owned(), name.to_owned())).cloned().unwrap_or_else(|| name.to_owned())
        };
        for name in names {
            let (old, new) = (joined(old, &original_of(name)), joined(new, name));
            if old != new {
                self.0.insert(format!(".{old}"), format!(".{new}"));
            }
        }
        for message in messages {
            let (old, new) = (joined(old, &original_of(message.name())), joined(new, message.name()));
            self.enter(&old, &new, &message.nested_type, &message.enum_type, original);
        }
    }

    fn replace(&self, message: &mut DescriptorProto) {
        for field in &mut message.field {
            if let Some(new) = field.type_name.as_ref().and_then(|name| self.0.get(name)) {
                field.type_name = Some(new.clone());
            }
        }
        for nested in &mut message.nested_type {
            self.replace(nested);
        }
    }
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

//! No type of another crate in a public signature, but for those that `allowed.rs` lists: a new major version of such a
//! crate is a new major version of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::allowed::Exposed;
use super::modules::{Crate, ModuleId};
use super::resolve::Definition;

/// Published packages whose API is internal: nobody but eventgen's own packages may depend on it.
const INTERNAL: [&str; 2] = ["eventgen-codegen", "eventgen-schema"];

/// A published package with a library.
pub(super) struct Library {
    pub(super) package: String,
    /// The root file.
    pub(super) root: String,
    /// The packages that it may name, by their names in code.
    pub(super) dependencies: BTreeMap<String, Dependency>,
}

pub(super) struct Dependency {
    pub(super) package: String,
    pub(super) version: String,
    pub(super) is_ours: bool,
}

/// The entries of the list that were needed, by package and user.
pub(super) type Used = BTreeSet<(String, String)>;

/// The types of other crates in the signatures of a library that are not on the list. Those that are go to `used`.
pub(super) fn violations(
    repository: &Path,
    library: &Library,
    found: &Crate,
    allowed: &[Exposed],
    used: &mut Used,
) -> BTreeSet<String> {
    let names = Names { found, library };
    let mut violations = BTreeSet::new();
    if INTERNAL.contains(&library.package.as_str()) {
        return violations;
    }
    for (id, module) in found.modules.iter().enumerate().filter(|(id, _)| !found.is_hidden(*id)) {
        for exposed in &module.surface.signatures {
            if exposed.owners.iter().any(|owner| names.is_private(id, owner)) {
                continue;
            }
            for name in names.outside(id, &exposed.mention.path) {
                let dependency = &library.dependencies[&name];
                let Dependency { package, version, is_ours } = dependency;
                let is_listed = |entry: &&Exposed| {
                    entry.package == package && entry.users.contains(&library.package.as_str())
                };
                if *is_ours && !INTERNAL.contains(&package.as_str()) {
                    continue;
                }
                if allowed.iter().any(|entry| is_listed(&entry)) {
                    used.insert((package.clone(), library.package.clone()));
                    continue;
                }
                let file = module.file.strip_prefix(repository).unwrap_or(&module.file).display();
                violations.insert(format!(
                    "{file}:{} exposes `{}` of {package} {version} in the API of {}",
                    exposed.mention.line,
                    exposed.mention.path.join("::"),
                    library.package
                ));
            }
        }
    }
    violations
}

/// The entries of the list that no signature needs.
pub(super) fn unused(allowed: &[Exposed], used: &Used) -> Vec<String> {
    let entries = allowed.iter().flat_map(|entry| entry.users.iter().map(move |user| (entry, user)));
    entries
        .filter(|(entry, user)| !used.contains(&(entry.package.to_owned(), (**user).to_owned())))
        .map(|(Exposed { package, reason, .. }, user)| {
            format!("no signature of {user} has a type of {package} ({reason}): remove it from allowed.rs")
        })
        .collect()
}

/// Resolves names in the signatures of a library.
struct Names<'a> {
    found: &'a Crate,
    library: &'a Library,
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// An item of the crate.
    Local(ModuleId, String),
    /// Anything in another crate, by the name of the crate in code.
    Outside(String),
}

/// Names on the way, by module: an import may lead back to itself.
type Seen = BTreeSet<(ModuleId, String)>;

impl Names<'_> {
    /// The other crates that a path leads to, also through private aliases.
    fn outside(&self, module: ModuleId, path: &[String]) -> BTreeSet<String> {
        let mut outside = BTreeSet::new();
        let mut queue = vec![(module, path.to_vec())];
        let mut seen = BTreeSet::new();
        while let Some((module, path)) = queue.pop() {
            if !seen.insert((module, path.clone())) {
                continue;
            }
            for named in self.resolve(module, &path) {
                match named {
                    Named::Outside(name) => {
                        outside.insert(name);
                    }
                    Named::Local(module, name) => {
                        let aliased = self.found.modules[module].surface.aliases.get(&name);
                        queue.extend(aliased.into_iter().flatten().map(|to| (module, to.path.clone())));
                    }
                }
            }
        }
        outside
    }

    /// Whether a path leads to items of the crate that are not public, and to nothing else.
    fn is_private(&self, module: ModuleId, path: &[String]) -> bool {
        let named = self.resolve(module, path);
        let is_private = |named: &Named| match named {
            Named::Local(module, name) => {
                self.found.is_hidden(*module) || !self.found.modules[*module].surface.items.contains(name)
            }
            Named::Outside(_) => false,
        };
        !named.is_empty() && named.iter().all(is_private)
    }

    fn resolve(&self, module: ModuleId, path: &[String]) -> BTreeSet<Named> {
        let mut named = BTreeSet::new();
        self.follow(module, path, &mut Seen::new(), &mut named);
        if named.is_empty()
            && let Some(first) = path.first()
            && self.library.dependencies.contains_key(first)
        {
            named.insert(Named::Outside(first.clone()));
        }
        named
    }

    /// Follows a path inside the crate, and imports out of it.
    fn follow(&self, module: ModuleId, path: &[String], seen: &mut Seen, named: &mut BTreeSet<Named>) {
        let Some((first, rest)) = path.split_first() else { return };
        let this = &self.found.modules[module];
        match first.as_str() {
            "crate" => return self.follow(0, rest, seen, named),
            "self" => return self.follow(module, rest, seen, named),
            "super" => return this.parent.into_iter().for_each(|id| self.follow(id, rest, seen, named)),
            _ => {}
        }
        if !seen.insert((module, first.clone())) {
            return;
        }
        if this.items.contains(first) {
            // An import of the same name is of a macro, such as the derive of `thiserror::Error`.
            named.insert(Named::Local(module, first.clone()));
            seen.remove(&(module, first.clone()));
            return;
        }
        for &child in this.children.get(first).into_iter().flatten() {
            self.follow(child, rest, seen, named);
        }
        for import in this.imports.iter().filter(|import| import.name.as_ref() == Some(first)) {
            let path: Vec<String> = import.path.iter().chain(rest).cloned().collect();
            let before = named.len();
            self.follow(module, &path, seen, named);
            if named.len() == before && self.library.dependencies.contains_key(&path[0]) {
                named.insert(Named::Outside(path[0].clone()));
            }
        }
        // What a glob of another crate imports is not known.
        for import in this.imports.iter().filter(|import| import.name.is_none()) {
            for definition in self.found.definitions(module, &import.path) {
                if let Definition::Module(whole) = definition {
                    self.follow(whole, path, seen, named);
                }
            }
        }
        seen.remove(&(module, first.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::planted;

    const ALLOWED: &[Exposed] =
        &[Exposed { package: "chrono", users: &["eventgen"], reason: "dates of events" }];

    /// The violations of a library that depends on some packages.
    fn check(files: &[(&str, &str)]) -> (Vec<String>, Used) {
        let folder = planted::files(files);
        let root = folder.path().join(files[0].0);
        let found = Crate::read(&root).expect("the files parse");
        let dependency = |name: &str, version: &str, is_ours| {
            let package = name.replace('_', "-");
            (name.to_owned(), Dependency { package, version: version.to_owned(), is_ours })
        };
        let dependencies = [
            dependency("rdkafka", "0.37.0", false),
            dependency("chrono", "0.4.0", false),
            dependency("eventgen_schema", "0.1.0", true),
            dependency("eventgen_registry", "0.1.0", true),
        ];
        let library = Library {
            package: "eventgen".to_owned(),
            root: root.display().to_string(),
            dependencies: dependencies.into(),
        };
        let mut used = Used::new();
        let found = violations(folder.path(), &library, &found, ALLOWED, &mut used);
        (found.into_iter().collect(), used)
    }

    fn exposed(code: &str) -> Vec<String> {
        check(&[("lib.rs", code)]).0
    }

    #[test]
    fn every_public_signature_is_checked() {
        for code in [
            "pub fn f(_: rdkafka::Message) {}",
            "pub fn f() -> Result<(), Vec<rdkafka::Error>> {}",
            "pub fn f<T>() where T: rdkafka::Context {}",
            "pub struct S { pub client: rdkafka::Client }",
            "pub struct S(pub rdkafka::Client);",
            "pub struct S<T: rdkafka::Context>(T);",
            "pub enum E { Kafka(rdkafka::Error) }",
            "pub trait T { fn f(&self) -> rdkafka::Message; }",
            "pub trait T { type A: rdkafka::Context; }",
            "pub trait T: rdkafka::Context {}",
            "pub type A = rdkafka::Message;",
            "pub const C: Option<rdkafka::Message> = None;",
            "pub use rdkafka::Message;",
            "pub use ::rdkafka::Message as Record;",
            "pub use rdkafka;",
            "pub struct S; impl S { pub fn f(&self, _: &rdkafka::Message) {} }",
            "pub struct S; impl From<rdkafka::Error> for S {}",
            "pub struct S; impl rdkafka::Context for S {}",
            "pub struct S; impl Iterator for S { type Item = rdkafka::Message; }",
        ] {
            let found = exposed(code);
            assert!(!found.is_empty(), "{code}");
            assert!(found[0].ends_with("of rdkafka 0.37.0 in the API of eventgen"), "{}", found[0]);
        }
    }

    #[test]
    fn private_and_hidden_code_is_not_checked() {
        for code in [
            "fn f(_: rdkafka::Message) {}",
            "pub(crate) fn f(_: rdkafka::Message) {}",
            "pub fn f() { let _: rdkafka::Message; }",
            "pub struct S { client: rdkafka::Client }",
            "pub struct S; impl S { pub(crate) fn f(_: rdkafka::Message) {} }",
            "struct S; impl rdkafka::Context for S {}",
            "trait Private {} impl Private for rdkafka::Message {}",
            "#[doc(hidden)] pub fn f(_: rdkafka::Message) {}",
            "#[doc(hidden)] pub mod private { pub use rdkafka::Message; }",
            "#[cfg(test)] pub fn f(_: rdkafka::Message) {}",
            "use rdkafka::Error; #[derive(Error)] pub enum Error {} pub fn f() -> Error {}",
            "use rdkafka::Message;",
        ] {
            assert_eq!(exposed(code), [""; 0], "{code}");
        }
    }

    #[test]
    fn names_are_followed_through_imports_aliases_and_other_modules() {
        let uses = [
            "use crate::kafka::Record;\n\npub fn f(_: Record) {}\n",
            "use crate::kafka::*;\n\npub fn f(_: Record) {}\n",
            "use crate::kafka;\n\npub fn f(_: kafka::Record) {}\n",
            "use crate::kafka::Alias;\n\npub fn f(_: Alias) {}\n",
            "use super::kafka::{self as k};\n\npub fn f(_: &[k::Alias]) {}\n",
        ];
        for code in uses {
            let kafka = "pub(crate) use rdkafka::message::Record;\n\npub(crate) type Alias = Box<Record>;\n";
            let (found, _) = check(&[
                ("lib.rs", "mod kafka;\nmod api;\npub use api::f;\n"),
                ("kafka.rs", kafka),
                ("api.rs", code),
            ]);
            assert_eq!(found.len(), 1, "{code}: {found:?}");
            assert!(found[0].starts_with("api.rs:3 exposes"), "{}", found[0]);
        }
    }

    #[test]
    fn an_import_with_the_name_of_its_crate_ends() {
        let found = exposed("use rdkafka::rdkafka;\n\npub fn f(_: rdkafka) {}\n");
        assert_eq!(found, ["lib.rs:3 exposes `rdkafka` of rdkafka 0.37.0 in the API of eventgen"]);
    }

    #[test]
    fn of_our_packages_only_internal_ones_are_foreign() {
        assert_eq!(exposed("pub fn f(_: eventgen_registry::Schema) {}"), [""; 0]);
        assert_eq!(exposed("pub fn f(_: eventgen_schema::Contract) {}").len(), 1);
    }

    #[test]
    fn the_list_allows_a_package_and_has_no_entry_too_many() {
        let (found, used) = check(&[("lib.rs", "pub fn f(_: chrono::NaiveDate) {}")]);
        assert_eq!(found, [""; 0]);
        assert_eq!(unused(ALLOWED, &used), [""; 0]);
        let expected =
            "no signature of eventgen has a type of chrono (dates of events): remove it from allowed.rs";
        assert_eq!(unused(ALLOWED, &Used::new()), [expected]);
    }
}

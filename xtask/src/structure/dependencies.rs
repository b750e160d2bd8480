//! Which packages a crate must not depend on, directly or through others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::signatures::{Dependency, Library};
use crate::cargo;
use crate::error::{Context as _, Failure};

/// Clients of HTTP, and servers.
const HTTP: [&str; 6] = ["axum", "hyper", "reqwest", "ureq", "tungstenite", "tonic"];
const KAFKA: [&str; 2] = ["rdkafka", "rdkafka-sys"];

/// What a crate never uses.
struct Rule {
    package: &'static str,
    never: &'static [&'static [&'static str]],
    /// Packages through which it may.
    but_through: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule::new("eventgen-avro", &[&HTTP, &KAFKA, &["tokio"]]),
    Rule::new("eventgen-schema", &[&HTTP, &KAFKA, &["tokio", "quote"]]),
    Rule::new("eventgen-artifacts", &[&HTTP, &KAFKA, &["tokio", "eventgen-codegen"]]),
    Rule::new("eventgen-codegen", &[&HTTP, &KAFKA, &["tokio"]]),
    Rule::new("eventgen-build", &[&HTTP, &KAFKA, &["tokio"]]),
    Rule::new("eventgen-derive", &[&HTTP, &KAFKA, &["tokio"]]),
    Rule::new("eventgen-registry", &[&KAFKA]),
    Rule::new("eventgen", &[&["eventgen-codegen", "eventgen-artifacts", "eventgen-cli"]]),
    Rule {
        but_through: &["eventgen-admin", "eventgen-outbox"],
        ..Rule::new("eventgen-cli", &[&KAFKA, &["eventgen"]])
    },
];

impl Rule {
    const fn new(package: &'static str, never: &'static [&'static [&'static str]]) -> Self {
        Self { package, never, but_through: &[] }
    }
}

/// The packages of a workspace with all their features, and what they depend on.
#[derive(Default)]
pub(super) struct Packages {
    /// By package id: the name, and whether it is a procedural macro, which is code of the compiler.
    names: BTreeMap<String, (String, bool)>,
    /// By package id. Dependencies of tests and build scripts do not count.
    dependencies: BTreeMap<String, Vec<String>>,
    /// The root files of the workspace's targets.
    pub(super) roots: Vec<String>,
    /// The libraries that are published, but for procedural macros, whose API has no types.
    pub(super) libraries: Vec<Library>,
}

impl Packages {
    pub(super) fn read(repository: &Path) -> Result<Self, Failure> {
        let output = Command::new(cargo::program())
            .args(["metadata", "--format-version", "1", "--all-features", "--locked"])
            .current_dir(repository)
            .output()
            .context("cargo metadata")?;
        if !output.status.success() {
            return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let members = list(&metadata["workspace_members"]);
        let mut found = Self::default();
        let (mut versions, mut roots_by_id) = (BTreeMap::new(), BTreeMap::new());
        for package in list(&metadata["packages"]) {
            let targets = list(&package["targets"]);
            let is_macro = targets.iter().any(|target| list(&target["kind"]).contains(&"proc-macro".into()));
            if members.contains(&package["id"]) {
                // A package may build the sources of another one under other flags. They are read once.
                let roots = targets.iter().map(|target| text(&target["src_path"]));
                found.roots.extend(roots.filter(|root| !root.contains("..")));
            }
            let library = targets.iter().find(|target| list(&target["kind"]).contains(&"lib".into()));
            if let Some(library) = library
                && members.contains(&package["id"])
                && package["publish"].is_null()
            {
                roots_by_id.insert(text(&package["id"]), text(&library["src_path"]));
            }
            versions.insert(text(&package["id"]), text(&package["version"]));
            found.names.insert(text(&package["id"]), (text(&package["name"]), is_macro));
        }
        for node in list(&metadata["resolve"]["nodes"]) {
            let normal = |dependency: &Value| {
                list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] == Value::Null)
            };
            let used = list(&node["deps"])
                .iter()
                .filter(|used| normal(used))
                .map(|used| text(&used["pkg"]))
                .collect();
            let id = text(&node["id"]);
            if let Some(root) = roots_by_id.remove(&id) {
                let dependency = |used: &Value| {
                    let id = text(&used["pkg"]);
                    let dependency = Dependency {
                        package: found.names[&id].0.clone(),
                        version: versions[&id].clone(),
                        is_ours: members.contains(&used["pkg"]),
                    };
                    (text(&used["name"]), dependency)
                };
                let dependencies = list(&node["deps"]).iter().map(dependency).collect();
                found.libraries.push(Library { package: found.names[&id].0.clone(), root, dependencies });
            }
            found.dependencies.insert(id, used);
        }
        Ok(found)
    }

    /// What is wrong: for each forbidden dependency the way to it.
    pub(super) fn violations(&self) -> Vec<String> {
        RULES.iter().flat_map(|rule| self.violations_of(rule)).collect()
    }

    fn violations_of(&self, rule: &Rule) -> Vec<String> {
        let mut violations = Vec::new();
        let Some(start) = self.names.iter().find(|(_, (name, _))| name == rule.package) else {
            return violations;
        };
        let mut seen = BTreeSet::from([start.0]);
        let mut queue = VecDeque::from([(start.0, rule.package.to_owned())]);
        while let Some((id, way)) = queue.pop_front() {
            for used in self.dependencies.get(id).into_iter().flatten().filter(|used| seen.insert(used)) {
                let (name, is_macro) = &self.names[used];
                let way = format!("{way} -> {name}");
                if rule.never.iter().any(|group| group.contains(&name.as_str())) {
                    violations.push(format!("{} must not depend on {name}: {way}", rule.package));
                } else if !is_macro && !rule.but_through.contains(&name.as_str()) {
                    queue.push_back((used, way));
                }
            }
        }
        violations
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::planted;

    /// The violations of a workspace: packages, each with its manifest after the name.
    fn check(packages: &[(&str, &str)]) -> Vec<String> {
        let mut files =
            vec![("Cargo.toml".to_owned(), "[workspace]\nmembers = [\"*\"]\nresolver = \"3\"\n".to_owned())];
        for (name, rest) in packages {
            files.push((
                format!("{name}/Cargo.toml"),
                format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{rest}"),
            ));
            files.push((format!("{name}/src/lib.rs"), String::new()));
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let folder = planted::files(&files);
        let lock = ["generate-lockfile", "--offline", "--quiet"];
        let locked = Command::new(cargo::program()).args(lock).current_dir(folder.path()).status();
        assert!(locked.expect("cargo runs").success());
        Packages::read(folder.path()).expect("cargo reads the workspace").violations()
    }

    #[test]
    fn forbidden_packages_are_found_through_others_and_behind_features() {
        let found = check(&[
            ("eventgen-avro", "[dependencies]\nhelper = { path = \"../helper\", optional = true }\n"),
            ("helper", "[dependencies]\ntokio = { path = \"../tokio\" }\n"),
            ("tokio", ""),
        ]);
        let expected = "eventgen-avro must not depend on tokio: eventgen-avro -> helper -> tokio";
        assert_eq!(found, [expected]);
    }

    #[test]
    fn tests_build_scripts_and_macros_may_use_anything() {
        let found = check(&[
            (
                "eventgen-schema",
                "[dependencies]\nmacros = { path = \"../macros\" }\n\
                 [dev-dependencies]\ntokio = { path = \"../tokio\" }\n\
                 [build-dependencies]\nureq = { path = \"../ureq\" }\n",
            ),
            ("macros", "[lib]\nproc-macro = true\n[dependencies]\nquote = { path = \"../quote\" }\n"),
            ("quote", ""),
            ("tokio", ""),
            ("ureq", ""),
        ]);
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn the_command_reaches_librdkafka_through_the_admin_crate_only() {
        let admin = ("eventgen-admin", "[dependencies]\nrdkafka = { path = \"../rdkafka\" }\n");
        let through = "[dependencies]\neventgen-admin = { path = \"../eventgen-admin\" }\n";
        assert_eq!(check(&[("eventgen-cli", through), admin, ("rdkafka", "")]), [""; 0]);
        let direct = format!("{through}rdkafka = {{ path = \"../rdkafka\" }}\n");
        assert_eq!(check(&[("eventgen-cli", &direct), admin, ("rdkafka", "")]).len(), 1);
    }
}

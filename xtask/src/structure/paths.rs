//! Paths of `std` and of other crates that may be named in some places only.

use std::collections::BTreeSet;
use std::path::Path;

use super::modules::Crate;

/// What the files of a crate name only in some folders.
struct Rule {
    package: &'static str,
    path: &'static [&'static str],
    /// Folders of the crate. None: the crate never names it.
    folders: &'static [&'static str],
}

/// Code generation is a pure function of a contract: the caller reads, writes and knows the time. librdkafka is used in
/// one folder, so that another client can replace it.
const RULES: &[Rule] = &[
    Rule { package: "eventgen-codegen", path: &["std", "env"], folders: &[] },
    Rule { package: "eventgen-codegen", path: &["std", "fs"], folders: &[] },
    Rule { package: "eventgen-codegen", path: &["std", "net"], folders: &[] },
    Rule { package: "eventgen-codegen", path: &["std", "process"], folders: &[] },
    Rule { package: "eventgen-codegen", path: &["std", "time", "Instant"], folders: &[] },
    Rule { package: "eventgen-codegen", path: &["std", "time", "SystemTime"], folders: &[] },
    Rule { package: "eventgen", path: &["rdkafka"], folders: &["kafka"] },
    Rule { package: "eventgen-admin", path: &["rdkafka"], folders: &["kafka"] },
];

/// The uses of a crate that are in the wrong place.
pub(super) fn violations(repository: &Path, found: &Crate) -> BTreeSet<String> {
    let mut violations = BTreeSet::new();
    for rule in RULES {
        let source = repository.join("crates").join(rule.package).join("src");
        for module in found.modules.iter().filter(|module| module.file.starts_with(&source)) {
            if rule.folders.iter().any(|folder| module.file.starts_with(source.join(folder))) {
                continue;
            }
            let imports = module.imports.iter().map(|import| (&import.path, import.line));
            let mentions = module.mentions.iter().map(|mention| (&mention.path, mention.line));
            for (_, line) in imports.chain(mentions).filter(|(path, _)| starts_with(path, rule.path)) {
                let file = module.file.strip_prefix(repository).unwrap_or(&module.file).display();
                let path = rule.path.join("::");
                violations.insert(match rule.folders {
                    [] => format!("{file}:{line} names {path}, which {} never uses", rule.package),
                    folders => {
                        format!("{file}:{line} names {path} outside of the folder {}", folders.join(", "))
                    }
                });
            }
        }
    }
    violations
}

fn starts_with(path: &[String], start: &[&str]) -> bool {
    path.len() >= start.len() && path.iter().zip(start).all(|(name, wanted)| name == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::planted;

    fn check(package: &str, files: &[(&str, &str)]) -> Vec<String> {
        let named: Vec<(String, &str)> =
            files.iter().map(|(path, text)| (format!("crates/{package}/src/{path}"), *text)).collect();
        let named: Vec<(&str, &str)> = named.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let folder = planted::files(&named);
        let found = Crate::read(&folder.path().join(named[0].0)).expect("the files parse");
        violations(folder.path(), &found).into_iter().collect()
    }

    #[test]
    fn files_and_the_environment_are_out_of_reach_of_code_generation() {
        let code = "use std::{fmt, fs};\n\nfn f() {\n    std::env::var(\"A\");\n}\n";
        let expected = [
            "crates/eventgen-codegen/src/lib.rs:1 names std::fs, which eventgen-codegen never uses",
            "crates/eventgen-codegen/src/lib.rs:4 names std::env, which eventgen-codegen never uses",
        ];
        assert_eq!(check("eventgen-codegen", &[("lib.rs", code)]), expected);
        assert_eq!(check("eventgen-build", &[("lib.rs", code)]), [""; 0]);
    }

    #[test]
    fn librdkafka_is_used_in_its_folder() {
        let files = [
            ("lib.rs", "mod kafka;\nmod producer;\n"),
            ("kafka/mod.rs", "use rdkafka::ClientConfig;\n"),
            ("producer.rs", "fn f(_: rdkafka::Message) {}\n"),
        ];
        let expected = "crates/eventgen/src/producer.rs:1 names rdkafka outside of the folder kafka";
        assert_eq!(check("eventgen", &files), [expected]);
    }
}

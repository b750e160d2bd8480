//! What one file defines and what it lacks, found without judging the file: so that a tool can find the other files that
//! it needs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use eventgen_avro::parse::{PRIMITIVES, Root};

use super::super::context::Context;
use super::super::files::find;
use super::format::EXTENSIONS;
use super::parse::declare;
use super::read::read;
use crate::diagnostics::Diagnostics;
use crate::node::{Node, Value};
use crate::source::Sources;

/// The names in a schema file, those of the files it imports among them.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Full names of the records, enums and fixed types that are defined.
    pub defines: BTreeSet<String>,
    /// References that nothing defines: for each the full names it may mean, the likeliest first.
    pub lacks: BTreeSet<Vec<String>>,
}

impl Outline {
    /// Reads a file.
    ///
    /// # Errors
    /// What makes the file unreadable.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, Diagnostics> {
        let (mut sources, mut diagnostics) = (Sources::default(), Vec::new());
        let (roots, _) = read(&[path.into()], &mut Context::new(&mut sources, &mut diagnostics));
        if !diagnostics.is_empty() {
            return Err(Diagnostics::new(sources, diagnostics));
        }
        // Errors in the definitions are reported when the file is loaded.
        let declarations = declare(&roots, &mut diagnostics);
        let defines: BTreeSet<String> = declarations.names().map(str::to_owned).collect();
        let mut references = BTreeSet::new();
        for Root { node, namespace, is_parameter } in &roots {
            let node = if *is_parameter { node.get("type") } else { Some(node) };
            if let Some(node) = node {
                walk(node, namespace.as_deref(), &mut references);
            }
        }
        references.retain(|names: &Vec<String>| names.iter().all(|name| !defines.contains(name)));
        Ok(Self { defines, lacks: references })
    }

    /// The Avro files in a folder and in the folders below, sorted.
    pub fn files(folder: &Path) -> Vec<PathBuf> {
        find(&[folder.to_owned()], EXTENSIONS, &mut Vec::new()).files.into_iter().collect()
    }
}

fn walk(node: &Node, namespace: Option<&str>, references: &mut BTreeSet<Vec<String>>) {
    match &node.value {
        Value::String(name) if PRIMITIVES.contains(&name.as_str()) => {}
        Value::String(name) => {
            let full = namespace.filter(|_| !name.contains('.')).map(|space| format!("{space}.{name}"));
            references.insert(full.into_iter().chain([name.trim_start_matches('.').to_owned()]).collect());
        }
        Value::Array(branches) => branches.iter().for_each(|branch| walk(branch, namespace, references)),
        Value::Object(_) => match node.get("type").and_then(Node::as_str) {
            Some("record" | "error") => {
                let name = node.get("name").and_then(Node::as_str).unwrap_or_default();
                let own = node.get("namespace").and_then(Node::as_str);
                let own = name.rsplit_once('.').map(|(space, _)| space).or(own).or(namespace);
                if let Some(Value::Array(fields)) = node.get("fields").map(|fields| &fields.value) {
                    let types = fields.iter().filter_map(|field| field.get("type"));
                    types.for_each(|ty| walk(ty, own.filter(|space| !space.is_empty()), references));
                }
            }
            Some("enum" | "fixed") => {}
            Some("array" | "map") => {
                let inner = node.get("items").into_iter().chain(node.get("values"));
                inner.for_each(|inner| walk(inner, namespace, references));
            }
            _ => node.get("type").into_iter().for_each(|ty| walk(ty, namespace, references)),
        },
        _ => {}
    }
}

//! Reads the tables of `eventgen.toml`.

use std::path::{Path, PathBuf};

use super::environment::EnvironmentProperties;
use super::file::{FILE_NAME, Manifest};
use super::naming::name_pattern;
use super::rust::RustSettings;
use crate::annotation::{TOPIC_PROPERTIES, TopicProperties};
use crate::contract::ReferenceStrategy;
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::lint::Levels;
use crate::node::{Node, Value};
use crate::reader::{Casing, Properties};
use crate::source::{Span, Spanned};
use crate::vocabulary::{ANNOTATIONS, MANIFEST, REFERENCES, REGISTRY, names};

/// The tables and properties of the file.
const VOCABULARY: [&str; MANIFEST.len()] = names(&MANIFEST);

impl Manifest {
    /// Reads the root table.
    pub(super) fn read_properties(&mut self, root: &Node) {
        let diagnostics = &mut self.diagnostics;
        let read = Properties::read(root, FILE_NAME, &VOCABULARY, Casing::Kebab, diagnostics);
        let Some(mut properties) = read else { return };
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let listed = &mut self.listed;
        let mut paths = |property: &str| -> Vec<PathBuf> {
            let paths = properties.strings(property).map(|paths| paths.value).unwrap_or_default();
            let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
            if let Some(Value::Array(items)) = properties.get(property).map(|node| &node.value) {
                listed.extend(paths.iter().cloned().zip(items.iter().map(|item| item.span.clone())));
            }
            paths
        };
        (self.schemas, self.include) = (paths("schemas"), paths("include"));
        let is_empty = |node: &Node| matches!(&node.value, Value::Array(items) if items.is_empty());
        if self.schemas.is_empty() && properties.get("schemas").is_some_and(|node| !is_empty(node)) {
            self.misread.insert("schemas".to_owned());
        }
        let unknown = root.members().iter().filter(|member| !VOCABULARY.contains(&member.name.as_str()));
        let meant = unknown.filter_map(|member| did_you_mean(&member.name, VOCABULARY));
        self.misread.extend(meant.map(str::to_owned));
        if let Some(node) = properties.get("defaults") {
            self.defaults = topic_properties(node, "[defaults]", properties.diagnostics).unwrap_or_default();
        }
        for member in properties.table("topics") {
            let what = format!("[topics.\"{}\"]", member.name);
            let read = topic_properties(&member.value, &what, properties.diagnostics);
            let span = member.name_span.clone();
            self.topics.extend(read.map(|value| (member.name.clone(), Spanned { value, span })));
        }
        if let Some(node) = properties.get("naming") {
            self.name_pattern = name_pattern(node, properties.diagnostics);
        }
        if let Some(node) = properties.get("lint") {
            self.levels = Levels::read(node, properties.diagnostics);
        }
        if let Some(node) = properties.get("rust") {
            self.rust = RustSettings::read(node, properties.diagnostics);
        }
        if let Some(node) = properties.get("registry") {
            (self.kept_annotations, self.references) = registry(node, properties.diagnostics);
        }
        if properties.get("environments").is_some_and(|node| !matches!(node.value, Value::Object(_))) {
            self.misread.insert("environments".to_owned());
        }
        for member in properties.table("environments") {
            let read = EnvironmentProperties::read(&member.value, &member.name, properties.diagnostics);
            if read.is_none() {
                self.misread.insert(format!("environments.{}", member.name));
            }
            self.environments.extend(read.map(|read| (member.name.clone(), read)));
        }
    }
}

/// The table `[registry]`: where it says that annotations are kept, and the strategy of references.
fn registry(
    node: &Node,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Option<Span>, Option<Spanned<ReferenceStrategy>>) {
    let read = Properties::read(node, "[registry]", &names(&REGISTRY), Casing::Kebab, diagnostics);
    let Some(mut properties) = read else { return (None, None) };
    let annotations = properties.one_of("annotations", &ANNOTATIONS);
    let kept = annotations.filter(|kept| kept.value).map(|kept| kept.span);
    (kept, properties.one_of("references", &REFERENCES))
}

fn topic_properties(node: &Node, what: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<TopicProperties> {
    let mut properties = Properties::read(node, what, &TOPIC_PROPERTIES, Casing::Kebab, diagnostics)?;
    Some(TopicProperties::read(&mut properties, Casing::Kebab))
}

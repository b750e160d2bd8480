//! The files of all versions, and where in them an element is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::version::VersionText;
use crate::compatibility::Element;
use crate::frontend::{FrontEnd, front_ends};
use crate::source::{SourceId, Sources, Span};

/// Files, and the locations of what they define.
#[derive(Debug, Default)]
pub(super) struct Places {
    sources: Sources,
    /// By the first file of a version. Files are parsed when the first element is looked for in them.
    known: BTreeMap<usize, BTreeMap<Element, Span>>,
}

/// The files of one version among all.
#[derive(Debug, Clone)]
pub(super) struct Files {
    first: usize,
    count: usize,
    /// The language, if the names of the files do not say it.
    schema_type: Option<String>,
}

impl Files {
    /// A span in the files of a version as a span in all files.
    pub(super) fn span(&self, span: &Span) -> Span {
        Span { source: SourceId::new(span.source.index() + self.first), range: span.range.clone() }
    }

    /// The start of the only file.
    pub(super) fn first(&self) -> Option<Span> {
        (self.count == 1).then(|| Span { source: SourceId::new(self.first), range: 0..0 })
    }
}

impl Places {
    /// Adds the files of a version under the paths that are shown.
    pub(super) fn add(&mut self, sources: &Sources, show: impl Fn(&Path) -> PathBuf) -> Files {
        let first = self.sources.len();
        for id in sources.ids() {
            self.sources.add(show(sources.path(id)), sources.text(id).to_owned());
        }
        Files { first, count: sources.len(), schema_type: None }
    }

    /// Adds a version that is no file.
    pub(super) fn add_text(&mut self, name: &str, version: &VersionText) -> Files {
        let first = self.sources.len();
        self.sources.add(name, version.text.clone());
        for (reference, text) in &version.references {
            self.sources.add(format!("{name}, {reference}"), text.clone());
        }
        let count = self.sources.len() - first;
        Files { first, count, schema_type: Some(version.schema_type.clone()) }
    }

    /// Where an element is, else where the type around it is.
    pub(super) fn find(&mut self, files: &Files, element: &Element) -> Option<Span> {
        // Only in the case of one file it is clear which schema is meant.
        let around = element.enclosing_type();
        if around.is_none() && files.count > 1 {
            return None;
        }
        let sources = &self.sources;
        let known = self.known.entry(files.first).or_insert_with(|| all(sources, files));
        known.get(element).or_else(|| known.get(&around?)).cloned()
    }

    pub(super) fn into_sources(self) -> Sources {
        self.sources
    }
}

/// Everything that some files define. The first definition of a name counts.
fn all(sources: &Sources, files: &Files) -> BTreeMap<Element, Span> {
    let front_ends = front_ends();
    let mut known = BTreeMap::new();
    for id in (files.first..files.first + files.count).map(SourceId::new) {
        let reads = |front_end: &&&dyn FrontEnd| match &files.schema_type {
            Some(schema_type) => front_end.schema_type() == schema_type,
            None => {
                let extension = sources.path(id).extension().and_then(|extension| extension.to_str());
                extension.is_some_and(|extension| front_end.extensions().contains(&extension))
            }
        };
        if let Some(front_end) = front_ends.iter().find(reads).or(front_ends.first()) {
            for (element, span) in front_end.places(sources, id) {
                known.entry(element).or_insert(span);
            }
        }
    }
    known
}

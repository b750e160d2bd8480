//! Loads a contract: finds the schema files, lets the front ends read them, and assembles what they found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::assembly::Assembly;
use crate::contract::Language;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, code};
use crate::frontend::{Annotated, Context, DerivedSchema, FrontEnd, Input, Schemas, find, front_ends};
use crate::lint::{check_key_names, check_key_subjects, check_references, check_unused};
use crate::loaded::{Annotation, Loaded};
use crate::manifest::Manifest;
use crate::source::{SourceId, Sources, Span};
use crate::stack::with_shared_room;

/// The remark at a path of `eventgen.toml`.
const LISTED: &str = "listed here";
/// The folder where most projects keep their schemas.
const USUAL: &str = "schemas";

/// Loads a [`Contract`](crate::Contract).
#[derive(Debug, Clone)]
#[must_use = "`load` reads the schemas"]
pub struct Loader {
    paths: Vec<PathBuf>,
    includes: Vec<PathBuf>,
    manifest: Option<Manifest>,
    environment: Option<String>,
    derived: Option<DerivedSchema>,
    front_ends: Vec<&'static dyn FrontEnd>,
    is_linted: bool,
}

impl Default for Loader {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            includes: Vec::new(),
            manifest: None,
            environment: None,
            derived: None,
            front_ends: front_ends(),
            is_linted: true,
        }
    }
}

impl Loader {
    /// A loader without any paths.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a schema file, or a folder: all schema files in it and in the folders below. Without a path, the loader reads
    /// those that the manifest lists.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// Adds a folder that imports are searched in: an include path of Protobuf, a class path of Avro IDL. The folders are
    /// searched in order, then those that the manifest lists.
    ///
    /// A file that is found in them is read for the files that import it. Its events stay out of the contract, and
    /// of its types only those that are used are generated, unless the file is among the paths, too.
    pub fn include(mut self, folder: impl Into<PathBuf>) -> Self {
        self.includes.push(folder.into());
        self
    }

    /// Reads the schema of a Rust type instead of files.
    pub fn derived(mut self, schema: DerivedSchema) -> Self {
        self.derived = Some(schema);
        self
    }

    /// Applies the defaults and settings of `eventgen.toml`.
    pub fn manifest(mut self, manifest: Option<Manifest>) -> Self {
        self.manifest = manifest;
        self
    }

    /// Applies the settings of an environment, too.
    pub fn environment(mut self, name: Option<&str>) -> Self {
        self.environment = name.map(str::to_owned);
        self
    }

    /// Leaves lints out. A version that is only compared with was accepted before, whatever its style.
    pub fn without_lints(mut self) -> Self {
        self.is_linted = false;
        self
    }

    /// Adds a front end. A schema type that is built in is read by the built-in one.
    #[doc(hidden)]
    pub fn front_end(mut self, front_end: &'static dyn FrontEnd) -> Self {
        self.front_ends.push(front_end);
        self
    }

    /// The manifest, if all that it names has to be found. With the prefix of an environment, topics have other names than their
    /// tables.
    fn covering_manifest(&self) -> Option<&Manifest> {
        let has_prefix = |manifest: &Manifest| {
            self.environment.as_ref().is_some_and(|name| manifest.topic_prefix(name).is_some())
        };
        let manifest = self.manifest.as_ref().filter(|manifest| manifest.is_covered_by(&self.paths))?;
        (self.derived.is_none() && !has_prefix(manifest)).then_some(manifest)
    }

    /// The error for annotations that are kept, where the schema is derived. Its text has none, and the file that it is
    /// exported to has one: what is registered from there would not be what the program looks up.
    fn kept_of_derived(&self) -> Option<Diagnostic> {
        let kept = self.manifest.as_ref().filter(|_| self.derived.is_some())?.kept_annotations()?;
        let message = "the annotation of a derived schema cannot be kept in it";
        let help =
            "remove the setting, or derive from a file that has the annotation: #[kafka(schema = \"…\")]";
        Some(Diagnostic::error(code::NOT_SUPPORTED, message).at(kept, "set here").help(help))
    }

    fn assembly(&self) -> Assembly<'_> {
        Assembly {
            manifest: self.manifest.as_ref(),
            environment: self.environment.as_deref(),
            is_derived: self.derived.is_some(),
        }
    }

    /// Reads everything.
    ///
    /// # Errors
    /// The diagnostics of all files, if one of them is an error.
    pub fn load(self) -> Result<Loaded, Diagnostics> {
        with_shared_room(|| self.load_here())
    }

    fn load_here(self) -> Result<Loaded, Diagnostics> {
        // The manifest's own file comes first among the sources, so that its spans stay valid.
        let mut sources =
            self.manifest.as_ref().map(|manifest| manifest.sources().clone()).unwrap_or_default();
        let mut diagnostics: Vec<Diagnostic> =
            self.manifest.iter().flat_map(Manifest::diagnostics).cloned().collect();
        let listed = self.manifest.as_ref().map(Manifest::schemas).unwrap_or_default();
        let is_listed = self.paths.is_empty() && self.derived.is_none();
        let paths = if is_listed { listed } else { &self.paths };
        let extensions: Vec<&str> =
            self.front_ends.iter().flat_map(|front_end| front_end.extensions()).copied().collect();
        let listed_at = |path: &PathBuf| self.manifest.as_ref().and_then(|manifest| manifest.span_of(path));
        let mut existing = paths.to_vec();
        if is_listed {
            existing.retain(|path| match (fs::symlink_metadata(path), listed_at(path)) {
                (Err(error), Some(span)) => {
                    diagnostics.push(Diagnostic::unreadable(path, &error).at(span, LISTED));
                    false
                }
                _ => true,
            });
        }
        let found = find(&existing, &extensions, &mut diagnostics);
        let listed_includes = self.manifest.as_ref().map(Manifest::include).unwrap_or_default();
        let includes = [&self.includes, listed_includes].concat();
        diagnostics.extend(self.includes.iter().filter_map(|folder| check_include(folder)));
        diagnostics.extend(listed_includes.iter().filter_map(|folder| {
            let diagnostic = check_include(folder)?;
            Some(match listed_at(folder) {
                Some(span) => diagnostic.at(span, LISTED),
                None => diagnostic,
            })
        }));
        let mut context = Context::new(&mut sources, &mut diagnostics);
        let mut read: Vec<(&dyn FrontEnd, Schemas)> = Vec::with_capacity(self.front_ends.len());
        for (front_end, files) in self.front_ends.iter().zip(found.by_front_end(&self.front_ends)) {
            let is_its = |schema: &&DerivedSchema| schema.schema_type() == front_end.schema_type();
            let derived = self.derived.as_ref().filter(is_its);
            let keeps_annotations = self.manifest.as_ref().is_some_and(Manifest::keeps_annotations);
            let input =
                Input { files: &files, paths, listed, includes: &includes, derived, keeps_annotations };
            read.push((*front_end, front_end.read(&input, &mut context)));
        }
        let is_misread = is_listed && self.manifest.as_ref().is_some_and(|file| file.is_misread("schemas"));
        if found.files.is_empty()
            && self.derived.is_none()
            && !is_misread
            && !context.diagnostics.iter().any(|diagnostic| diagnostic.code == code::UNREADABLE)
        {
            context.diagnostics.push(no_schemas(paths, &extensions, self.manifest.is_some()));
        }
        let languages = read.iter().map(|(front_end, schemas)| (*front_end, schemas));
        let mut contract = self.assembly().contract(languages, context.diagnostics);
        context.diagnostics.extend(self.kept_of_derived().filter(|_| !contract.events.is_empty()));
        let broken = read.iter().flat_map(|(_, schemas)| &schemas.broken);
        let identifiers = identifiers_in(broken, context.sources);
        context.diagnostics.retain(|diagnostic| !follows_from(&identifiers, diagnostic, context.sources));
        if context.diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Warning) {
            for (front_end, schemas) in &read {
                front_end.confirm(schemas, &mut context);
            }
            if let Some(manifest) = self.covering_manifest() {
                check_unused(manifest.topic_tables(), &contract, context.diagnostics);
            }
        }
        let annotated = read.iter().flat_map(|(_, schemas)| &schemas.annotated);
        let event_locations = event_locations(annotated.clone(), context.sources);
        let annotations = annotations(annotated);
        let read_files = context.files;
        for (front_end, schemas) in read {
            let Schemas { types, is_generated, referenced, data, .. } = schemas;
            let types = if is_generated {
                contract.types = types;
                None
            } else {
                Some(types)
            };
            contract.languages.insert(front_end.schema_type(), Language { types, referenced, data });
        }
        let strategy = self.manifest.as_ref().and_then(Manifest::references);
        check_references(&contract, strategy, &mut diagnostics);
        check_key_subjects(&contract, &mut diagnostics);
        check_key_names(&contract, &mut diagnostics);
        diagnostics.retain(|diagnostic| self.is_linted || diagnostic.code.lint.is_none());
        let levels = self.manifest.as_ref().map(|manifest| manifest.levels().clone()).unwrap_or_default();
        let (warnings, errors): (Vec<_>, Vec<_>) = levels
            .apply(diagnostics)
            .into_iter()
            .partition(|diagnostic| diagnostic.severity == Severity::Warning);
        if !errors.is_empty() {
            return Err(Diagnostics::new(sources, errors.into_iter().chain(warnings).collect()));
        }
        let manifest = self.manifest.iter().map(|manifest| manifest.path().to_owned());
        let files: BTreeSet<PathBuf> = found.files.into_iter().chain(read_files).collect();
        Ok(Loaded {
            contract,
            files: files.into_iter().chain(manifest).collect(),
            event_locations,
            folders: found.folders.into_iter().collect(),
            warnings: Diagnostics::new(sources, warnings),
            annotations,
        })
    }
}

/// The file and the line of each event's annotation, by its name.
fn event_locations<'a>(
    annotated: impl Iterator<Item = &'a Annotated>,
    sources: &Sources,
) -> BTreeMap<String, (PathBuf, usize)> {
    let location = |annotated: &Annotated| {
        let Span { source, range } = &annotated.span;
        (sources.path(*source).to_owned(), sources.position(*source, range.start).line)
    };
    annotated.map(|annotated| (annotated.full_name.clone(), location(annotated))).collect()
}

/// The annotations by the names of the events.
fn annotations<'a>(annotated: impl Iterator<Item = &'a Annotated>) -> BTreeMap<String, Annotation> {
    let annotation = |Annotated { span, annotation, casing, .. }: &Annotated| Annotation {
        span: span.clone(),
        node: annotation.clone(),
        casing: *casing,
    };
    annotated.map(|annotated| (annotated.full_name.clone(), annotation(annotated))).collect()
}

/// Reports an include path that is not a folder.
fn check_include(folder: &Path) -> Option<Diagnostic> {
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => None,
        Ok(_) => Some(
            Diagnostic::error(code::UNREADABLE, format!("include path {} is not a folder", folder.display()))
                .help("name the folder that imports start at"),
        ),
        Err(error) => Some(Diagnostic::unreadable(folder, &error)),
    }
}

/// Reports that there is nothing to read.
fn no_schemas(paths: &[PathBuf], extensions: &[&str], has_manifest: bool) -> Diagnostic {
    let message = match paths {
        [] if has_manifest => "no schemas are named: eventgen.toml lists none".to_owned(),
        [] => "no schemas are named, and no eventgen.toml was found in this folder or above it".to_owned(),
        paths => {
            let extensions: Vec<String> =
                extensions.iter().map(|extension| format!(".{extension}")).collect();
            let listed: Vec<String> = paths.iter().map(|path| Path::display(path).to_string()).collect();
            format!("there is no schema file ({}) in {}", extensions.join(", "), listed.join(", "))
        }
    };
    let help = if paths.is_empty() && Path::new(USUAL).is_dir() {
        "the folder `schemas` exists: name it, or list it in eventgen.toml: schemas = [\"schemas\"]"
    } else {
        "name a folder with schema files, or list it in eventgen.toml: schemas = [\"schemas\"]"
    };
    Diagnostic::error(code::NO_SCHEMAS, message).help(help)
}

/// Whether a type is not defined because the file that defines it could not be parsed: one fix mends both.
fn follows_from(identifiers: &BTreeSet<&str>, diagnostic: &Diagnostic, sources: &Sources) -> bool {
    let Some((span, _)) = diagnostic.labels.first().filter(|_| diagnostic.code == code::UNKNOWN_TYPE) else {
        return false;
    };
    let written = sources.text(span.source)[span.range.clone()].trim_matches('"');
    identifiers.contains(written.rsplit('.').next().unwrap_or_default())
}

/// Everything in some files that could be a name.
fn identifiers_in<'a, 'f>(
    files: impl Iterator<Item = &'f SourceId>,
    sources: &'a Sources,
) -> BTreeSet<&'a str> {
    let is_part = |char: char| char.is_alphanumeric() || char == '_';
    files.flat_map(|&file| sources.text(file).split(move |char| !is_part(char))).collect()
}

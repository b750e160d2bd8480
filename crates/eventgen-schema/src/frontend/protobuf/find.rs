//! Finds and reads `.proto` files: the given ones and those that they import.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use prost_reflect::DescriptorPool;

use super::super::context::Context;
use super::compile::{self, compile};
use super::file::{Import, ProtoFile, nesting};
use super::lexer::{Token, tokens};
use super::provided::{CONFLUENT_META, is_well_known};
use super::spans::{Spans, tag};
use super::vocabulary;
use crate::diagnostics::{Diagnostic, code};
use crate::reader::open_file;
use crate::source::{SourceId, Sources, Span};
use crate::types::Name;

/// The folders that imports are relative to.
#[derive(Debug, Default)]
pub(crate) struct Roots {
    /// The paths as given, and resolved. The outermost root is first, so that a file has the same name for every
    /// importer.
    given: Vec<(PathBuf, PathBuf)>,
    /// Include paths, as given and resolved. They come before the other roots, in their order.
    includes: Vec<(PathBuf, PathBuf)>,
    /// Folders below the roots that imports are relative to, as found: a folder may contain the schemas of several
    /// projects.
    inner: BTreeSet<PathBuf>,
}

impl Roots {
    /// Include paths, folders that were asked for, the folders of files that were, and those of `eventgen.toml` that
    /// they are part of.
    pub(crate) fn of(asked: &[PathBuf], listed: &[PathBuf], includes: &[PathBuf]) -> Self {
        let folder = |path: &PathBuf| {
            let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            Some((folder.to_owned(), folder.canonicalize().ok()?))
        };
        let mut roots: Vec<_> = asked.iter().filter_map(folder).collect();
        let holds = |outer: &(PathBuf, PathBuf)| roots.iter().any(|(_, inner)| inner.starts_with(&outer.1));
        let outer: Vec<_> = listed.iter().filter_map(folder).filter(holds).collect();
        roots.extend(outer);
        roots.sort_by(|(_, a), (_, b)| a.components().count().cmp(&b.components().count()).then(a.cmp(b)));
        roots.dedup_by(|(_, a), (_, b)| a == b);
        let includes = includes.iter().filter_map(folder).collect();
        Self { given: roots, includes, inner: BTreeSet::new() }
    }

    /// Adds the folders between a root and a file that the imports of the file are relative to.
    fn discover(&mut self, files: &[PathBuf]) {
        for path in files {
            let Ok(text) = open_file(path).and_then(io::read_to_string) else { continue };
            let Ok(resolved) = path.canonicalize() else { continue };
            // A file that is reached by a link is below the root by its path as given.
            let by_link =
                || self.given.iter().find(|(root, _)| path.starts_with(root)).map(|(root, _)| (path, root));
            let below = self.given.iter().find(|(_, root)| resolved.starts_with(root));
            let Some((path, root)) = below.map(|(_, root)| (&resolved, root)).or_else(by_link) else {
                continue;
            };
            for name in imported(&text) {
                // Folders that were found for other files do not count: each project has its own.
                let mut known = self.includes.iter().chain(&self.given);
                if !known.any(|(root, _)| root.join(&name).is_file()) && !is_there_anyway(&name) {
                    let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
                    let found = folders.into_iter().find(|folder| folder.join(&name).is_file());
                    self.inner.extend(found.and_then(|folder| folder.canonicalize().ok()));
                }
            }
        }
    }

    /// The name of a file: its path below a root, with `/` between folders.
    fn name(&self, path: &Path) -> String {
        let resolved = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let include = self.includes.iter().find_map(|(_, root)| resolved.strip_prefix(root).ok());
        // In order, a folder comes after the one that it is in.
        let inner = self.inner.iter().rev().find_map(|root| resolved.strip_prefix(root).ok());
        let below = include.or(inner);
        let below =
            below.or_else(|| self.given.iter().find_map(|(_, root)| resolved.strip_prefix(root).ok()));
        // A file that is reached by a link is below the root by its path as given.
        let below = below.or_else(|| self.given.iter().find_map(|(root, _)| path.strip_prefix(root).ok()));
        let below = below.unwrap_or(path).components();
        below.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// The file that a name imports, and whether it is in an include path.
    fn find(&self, name: &str) -> Option<(PathBuf, bool)> {
        let in_includes = self.includes.iter().map(|(root, _)| (root.join(name), true));
        let below = self.given.iter().map(|(root, _)| root).chain(&self.inner);
        in_includes.chain(below.map(|root| (root.join(name), false))).find(|(path, _)| path.is_file())
    }

    /// The folders that imports are searched in, as they are shown.
    fn shown(&self) -> String {
        let folders = self.includes.iter().chain(&self.given).map(|(root, _)| root).chain(&self.inner);
        let mut shown: Vec<String> = Vec::new();
        for folder in folders.map(|folder| folder.display().to_string()) {
            if !shown.contains(&folder) {
                shown.push(folder);
            }
        }
        shown.join(", ")
    }
}

/// The files that were read.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) by_name: BTreeMap<String, ProtoFile>,
    pub(super) sources: BTreeMap<String, SourceId>,
    /// Files that could not be read, parsed or compiled.
    pub(super) broken: BTreeSet<String>,
    /// Files that were found in include paths and are not among the given ones.
    pub(super) imported: BTreeSet<String>,
    /// Copies of files that are built in, which are not read.
    shadowed: BTreeSet<String>,
}

impl Files {
    /// Reads files and, one after another, those that they import.
    pub(super) fn read(asked: &[PathBuf], mut roots: Roots, context: &mut Context<'_>) -> Self {
        roots.discover(asked);
        let mut files = Self::default();
        let mut to_read: Vec<(String, PathBuf)> =
            asked.iter().map(|path| (roots.name(path), path.clone())).collect();
        // The name of each file, to find files with two of them.
        let mut names: BTreeMap<PathBuf, String> = to_read
            .iter()
            .filter_map(|(name, path)| Some((path.canonicalize().ok()?, name.clone())))
            .collect();
        while let Some((name, path)) = to_read.pop() {
            // A copy of the vocabulary or of Google's files among the schemas is for other compilers. It is ignored.
            if is_there_anyway(&name) {
                files.shadowed.insert(name);
                continue;
            }
            if let Some(&first) = files.sources.get(&name) {
                let first = context.sources.path(first);
                if !same_file(first, &path) {
                    context.diagnostics.push(one_name(&name, first, &path));
                }
                continue;
            }
            let Some(source) = context.read(&path, None) else {
                files.broken.insert(name);
                continue;
            };
            for import in files.parse(&name, source, context) {
                if files.sources.contains_key(&import.name) || is_there_anyway(&import.name) {
                    continue;
                }
                let Some((path, in_include)) = roots.find(&import.name) else {
                    // A copy among the schemas takes precedence: not every registry has it.
                    if import.name == CONFLUENT_META.0 {
                        continue;
                    }
                    files.broken.insert(name.clone());
                    context.diagnostics.push(not_found(&import, &roots));
                    continue;
                };
                let resolved = path.canonicalize().unwrap_or_else(|_| path.clone());
                match names.get(&resolved) {
                    Some(other) if *other != import.name => {
                        files.broken.insert(name.clone());
                        context.diagnostics.push(two_names(&path, other, &import));
                    }
                    // Before the others: an import comes before the files that use it in reports.
                    Some(_) => to_read.push((import.name, path)),
                    None => {
                        if in_include || files.imported.contains(&name) {
                            files.imported.insert(import.name.clone());
                        }
                        names.insert(resolved, import.name.clone());
                        to_read.push((import.name, path));
                    }
                }
            }
        }
        files
    }

    /// Loads a text like a file. It may import only what the compiler provides.
    pub(super) fn add_text(&mut self, path: PathBuf, text: String, context: &mut Context<'_>) {
        let name = path.display().to_string();
        let source = context.sources.add(path, text);
        self.parse(&name, source, context);
    }

    fn parse(&mut self, name: &str, source: SourceId, context: &mut Context<'_>) -> Vec<Import> {
        self.sources.insert(name.to_owned(), source);
        let text = context.sources.text(source);
        let parsed = if let Some(diagnostic) = nesting(text, source) {
            Err(vec![diagnostic])
        } else {
            ProtoFile::parse(name, text, source)
                .map_err(|error| error.diagnostics(&self.sources, context.sources))
        };
        match parsed {
            Ok(file) if !file.long_names.is_empty() => {
                self.broken.insert(name.to_owned());
                context.diagnostics.extend(file.long_names);
                Vec::new()
            }
            Ok(file) => {
                let imports = file.imports.clone();
                self.by_name.insert(name.to_owned(), file);
                imports
            }
            Err(more) => {
                self.broken.insert(name.to_owned());
                context.diagnostics.extend(more);
                Vec::new()
            }
        }
    }

    /// Whether the built-in file of Confluent's options is used under this name.
    pub(super) fn has_own(&self, name: &str) -> bool {
        name == CONFLUENT_META.0 && !self.by_name.contains_key(name)
    }

    /// The files without errors in themselves or in their imports, without our option.
    fn sound(&self, sources: &Sources) -> compile::Texts {
        let mut broken = self.broken.clone();
        loop {
            let more = self.by_name.values().filter(|file| {
                !broken.contains(&file.name)
                    && file.imports.iter().any(|import| broken.contains(&import.name))
            });
            let more: Vec<String> = more.map(|file| file.name.clone()).collect();
            if more.is_empty() {
                break;
            }
            broken.extend(more);
        }
        let mut texts = compile::Texts::default();
        for file in self.by_name.values().filter(|file| !broken.contains(&file.name)) {
            texts.insert(&file.name, file.blanked(sources.text(file.source)));
        }
        texts
    }

    /// Compiles all files that have no errors yet.
    pub(super) fn compile(
        &mut self,
        sources: &Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<compile::Compiled> {
        loop {
            let errors = match compile(&self.sound(sources)) {
                Ok(compiled) => return Some(compiled),
                Err(errors) => errors,
            };
            let known = self.broken.len();
            for error in errors {
                self.broken.insert(error.file().to_owned());
                // The compiler refuses a misplaced option. That has been reported with a better message.
                let said = |diagnostic: &Diagnostic| {
                    diagnostic
                        .labels
                        .iter()
                        .any(|(span, _)| self.misplaced().any(|place| overlap(place, span)))
                };
                let found = error.diagnostics(&self.sources, sources).into_iter();
                let found = found.filter(|diagnostic| !said(diagnostic));
                diagnostics.extend(found.map(|diagnostic| self.with_advice(diagnostic, error.file())));
            }
            if self.broken.len() == known {
                return None;
            }
        }
    }

    /// Says what to do about a name that is not defined because of what is built in.
    fn with_advice(&self, diagnostic: Diagnostic, file: &str) -> Diagnostic {
        let file = self.by_name.get(file).filter(|_| diagnostic.message.ends_with("is not defined"));
        let Some(file) = file else { return diagnostic };
        if file.imports_vocabulary() && diagnostic.message.contains("'kafka'") {
            return diagnostic.help("write the whole name of the option: `(eventgen.kafka)`");
        }
        match self.shadowed.iter().find(|name| file.reads(name)) {
            Some(name) => diagnostic.help(format!(
                "correct the name; the copy of `{name}` in the folder is not read, because eventgen has its own"
            )),
            None => diagnostic,
        }
    }

    /// The span of a message's name, if the message is in a file that was read.
    pub(super) fn place(&self, name: &Name, pool: &DescriptorPool, sources: &Sources) -> Option<Span> {
        let message = pool.get_message_by_name(&name.to_string())?;
        let file = message.parent_file();
        let source = *self.sources.get(file.name())?;
        let spans = Spans::of(file.file_descriptor_proto(), sources.text(source));
        let range = spans.get(&[message.path(), &[tag::NAME]].concat())?;
        Some(Span { source, range })
    }

    fn misplaced(&self) -> impl Iterator<Item = &Span> {
        self.by_name.values().flat_map(|file| &file.misplaced)
    }
}

fn overlap(a: &Span, b: &Span) -> bool {
    a.source == b.source && a.range.start < b.range.end && b.range.start < a.range.end
}

fn is_there_anyway(name: &str) -> bool {
    name == vocabulary::FILE_NAME || is_well_known(name)
}

/// The names that a text imports, before it is parsed.
fn imported(text: &str) -> Vec<String> {
    let tokens: Vec<_> = tokens(text, 0..text.len()).collect();
    let imports = tokens.windows(3).filter_map(|window| match window {
        [(Token::Ident(word), _), (Token::String(name), _), _] if word == "import" => Some(name.clone()),
        [(Token::Ident(word), _), (Token::Ident(_), _), (Token::String(name), _)] if word == "import" => {
            Some(name.clone())
        }
        _ => None,
    });
    imports.collect()
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn one_name(name: &str, first: &Path, second: &Path) -> Diagnostic {
    let message = format!("{} and {} are both imported as `{name}`", first.display(), second.display());
    Diagnostic::error(code::UNKNOWN_IMPORT, message)
        .help("give them different paths below the folder that is read")
}

/// One file in two roots would define its messages twice.
fn two_names(path: &Path, other: &str, import: &Import) -> Diagnostic {
    let message =
        format!("{} has two names: `{other}` and `{}`, below two folders", path.display(), import.name);
    Diagnostic::error(code::UNKNOWN_IMPORT, message)
        .at(&import.span, format!("elsewhere it is `{other}`"))
        .help(format!("import it as `{other}`, or use one of the folders only"))
}

fn not_found(import: &Import, roots: &Roots) -> Diagnostic {
    Diagnostic::error(code::UNKNOWN_IMPORT, format!("`{}` is not found", import.name))
        .at(&import.span, "imported here")
        .help(format!(
            "searched in {}; add a folder with `--include` or `include` in eventgen.toml. eventgen/kafka.proto, \
             google/protobuf/*.proto and confluent/meta.proto are built in",
            roots.shown()
        ))
}

//! Reads the files and those that they import. Each is read once.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use eventgen_avro::parse::Root;

use super::super::context::Context;
use super::format::Format;
use super::idl::{Import, parse_idl};
use super::protocol::protocol_roots;
use crate::diagnostics::{Diagnostic, code};
use crate::reader::parse_json;
use crate::source::{SourceId, Sources, Span};

/// A file to read.
struct Wanted {
    path: PathBuf,
    format: Format,
    /// The location that imports it.
    import: Option<Span>,
    /// Whether it was found in an include path, or is imported by such a file.
    is_included: bool,
}

/// The schemas that were read.
#[derive(Default)]
pub(super) struct Files {
    /// The schemas of the files that were given, and of those that they import by their own folder.
    pub(super) roots: Vec<Root>,
    /// The schemas of the files that were found in include paths.
    pub(super) included: Vec<Root>,
    /// The files that could not be parsed.
    pub(super) broken: Vec<SourceId>,
}

/// Reads files and what they import. An import is relative to the folder of its file, or to one of `includes`.
pub(super) fn read(files: &[PathBuf], includes: &[PathBuf], context: &mut Context<'_>) -> Files {
    let listed = files.iter().map(|path| Wanted {
        path: path.clone(),
        format: Format::of(path),
        import: None,
        is_included: false,
    });
    let mut queue: VecDeque<Wanted> = listed.collect();
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    let mut read = Files::default();
    while let Some(wanted) = queue.pop_front() {
        let Wanted { path, import, is_included, .. } = &wanted;
        // One file may be reached by several paths.
        if !seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
            context.files.insert(wanted.path);
            continue;
        }
        let Some(source) = context.read(path, import.as_ref()) else { continue };
        match parse(&wanted, source, includes, &mut queue, context) {
            Ok(parsed) if *is_included => read.included.extend(parsed),
            Ok(parsed) => read.roots.extend(parsed),
            Err(diagnostics) => {
                context.diagnostics.extend(diagnostics);
                read.broken.push(source);
            }
        }
    }
    read
}

fn parse(
    wanted: &Wanted,
    source: SourceId,
    includes: &[PathBuf],
    queue: &mut VecDeque<Wanted>,
    context: &mut Context<'_>,
) -> Result<Vec<Root>, Vec<Diagnostic>> {
    match wanted.format {
        Format::Schema => Ok(vec![Root::schema(parse_json(context.sources, source)?, None)]),
        Format::Protocol => Ok(protocol_roots(parse_json(context.sources, source)?, context.diagnostics)),
        Format::Idl => {
            let idl = parse_idl(context.sources, source)?;
            for import in idl.imports {
                match find(&import, &wanted.path, includes) {
                    Ok((path, is_included)) => queue.push_back(Wanted {
                        path,
                        format: import.format,
                        import: Some(import.span),
                        is_included: is_included || wanted.is_included,
                    }),
                    Err(diagnostic) => context.diagnostics.push(diagnostic),
                }
            }
            Ok(idl.roots)
        }
    }
}

/// The schemas of one file that was read; empty if it cannot be parsed.
pub(super) fn roots_of(sources: &Sources, file: SourceId) -> Vec<Root> {
    match Format::of(sources.path(file)) {
        Format::Schema => {
            parse_json(sources, file).map(|node| vec![Root::schema(node, None)]).unwrap_or_default()
        }
        Format::Protocol => {
            parse_json(sources, file).map(|node| protocol_roots(node, &mut Vec::new())).unwrap_or_default()
        }
        Format::Idl => parse_idl(sources, file).map(|idl| idl.roots).unwrap_or_default(),
    }
}

/// The file that is imported, and whether it was found in an include path.
fn find(import: &Import, by: &Path, includes: &[PathBuf]) -> Result<(PathBuf, bool), Diagnostic> {
    let folder = by.parent().unwrap_or(Path::new(""));
    let beside = folder.join(&import.path);
    if beside.exists() {
        return Ok((beside, false));
    }
    let elsewhere = includes.iter().map(|folder| folder.join(&import.path)).find(|path| path.exists());
    elsewhere.map(|path| (path, true)).ok_or_else(|| {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let searched: Vec<String> = std::iter::once(folder)
            .chain(includes.iter().map(PathBuf::as_path))
            .map(|folder| folder.display().to_string())
            .collect();
        let message = format!("`{}` is not found", import.path.display());
        Diagnostic::error(code::UNKNOWN_IMPORT, message).at(&import.span, "imported here").help(format!(
            "searched in {}; add a folder with `--include` or `include` in eventgen.toml",
            searched.join(", ")
        ))
    })
}

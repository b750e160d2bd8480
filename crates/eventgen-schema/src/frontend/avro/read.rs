//! Reads the files, and those that they import, each once.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use eventgen_avro::parse::Root;

use super::super::context::Context;
use super::format::Format;
use super::idl::parse_idl;
use super::protocol::protocol_roots;
use crate::diagnostics::Diagnostic;
use crate::reader::parse_json;
use crate::source::{SourceId, Span};

/// A file to read, and the location that imports it.
struct Wanted {
    path: PathBuf,
    format: Format,
    import: Option<Span>,
}

/// Reads files and what they import: the schemas, and the files that could not be parsed.
pub(super) fn read(files: &[PathBuf], context: &mut Context<'_>) -> (Vec<Root>, Vec<SourceId>) {
    let listed =
        files.iter().map(|path| Wanted { path: path.clone(), format: Format::of(path), import: None });
    let mut queue: VecDeque<Wanted> = listed.collect();
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    let (mut roots, mut broken) = (Vec::new(), Vec::new());
    while let Some(Wanted { path, format, import }) = queue.pop_front() {
        // One file may be reached by several paths.
        if !seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
            context.files.insert(path);
            continue;
        }
        let Some(source) = context.read(&path, import.as_ref()) else { continue };
        match parse(&path, format, source, &mut queue, context) {
            Ok(parsed) => roots.extend(parsed),
            Err(diagnostics) => {
                context.diagnostics.extend(diagnostics);
                broken.push(source);
            }
        }
    }
    (roots, broken)
}

fn parse(
    path: &Path,
    format: Format,
    source: SourceId,
    queue: &mut VecDeque<Wanted>,
    context: &mut Context<'_>,
) -> Result<Vec<Root>, Vec<Diagnostic>> {
    match format {
        Format::Schema => Ok(vec![Root::schema(parse_json(context.sources, source)?, None)]),
        Format::Protocol => Ok(protocol_roots(parse_json(context.sources, source)?, context.diagnostics)),
        Format::Idl => {
            let idl = parse_idl(context.sources, source)?;
            let folder = path.parent().unwrap_or(Path::new(""));
            queue.extend(idl.imports.into_iter().map(|import| Wanted {
                path: folder.join(&import.path),
                format: import.format,
                import: Some(import.span),
            }));
            Ok(idl.roots)
        }
    }
}

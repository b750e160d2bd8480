//! Finds schema files and reads them, with the files that they import: which is which is told by a table.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::avro::{Root, parse_idl, protocol_roots};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::code;
use crate::json::parse_json;
use crate::source::{SourceId, Sources, Span};

/// What a schema file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// An Avro schema in JSON.
    Schema,
    /// An Avro protocol in JSON.
    Protocol,
    /// Avro IDL.
    Idl,
    /// Protobuf, read by a compiler of its own.
    Protobuf,
}

/// How the files of each format end.
const EXTENSIONS: [(&str, Format); 4] = [
    ("avsc", Format::Schema),
    ("avpr", Format::Protocol),
    ("avdl", Format::Idl),
    ("proto", Format::Protobuf),
];

const MIB: u64 = 1024 * 1024;
/// The largest schema file, in bytes.
pub(crate) const MAX_SIZE: u64 = 16 * MIB;
/// The most that all files together may hold, in bytes.
const MAX_TOTAL_SIZE: u64 = 256 * MIB;
/// The most files.
const MAX_FILES: usize = 100_000;
/// The deepest nesting of folders.
const MAX_FOLDERS: usize = 64;

impl Format {
    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        EXTENSIONS.iter().find(|(known, _)| *known == extension).map(|(_, format)| *format)
    }
}

/// The endings of schema files, for a message.
pub(crate) fn extensions() -> String {
    EXTENSIONS.map(|(extension, _)| format!(".{extension}")).join(", ")
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Every schema.
    pub(crate) roots: Vec<Root>,
    /// Every Protobuf file, sorted: none of them is read here.
    pub(crate) protos: Vec<PathBuf>,
    /// Every file, sorted.
    pub(crate) files: BTreeSet<PathBuf>,
    /// Every folder listed, sorted.
    pub(crate) folders: BTreeSet<PathBuf>,
    /// The files that could not be parsed: what they define is not known.
    pub(crate) broken: Vec<SourceId>,
}

/// The schema files in a folder and those below, sorted.
pub(crate) fn list(folder: &Path) -> Vec<PathBuf> {
    let mut read = Read::default();
    find(folder, 0, &mut read, &mut Vec::new());
    read.files.into_iter().collect()
}

/// Reads all files under the given paths, and those that they import, each once.
pub(crate) fn read(paths: &[PathBuf], sources: &mut Sources, mistakes: &mut Vec<Diagnostic>) -> Read {
    let mut read = Read::default();
    for path in paths {
        find(path, 0, &mut read, mistakes);
    }
    let listed = read.files.iter().map(|path| Wanted {
        path: path.clone(),
        // A file that is named by itself may be called as its author likes.
        format: Format::of(path).unwrap_or(Format::Schema),
        import: None,
    });
    let mut reader = Reader {
        queue: listed.collect(),
        seen: BTreeSet::new(),
        total: 0,
        broken: Vec::new(),
        sources,
        mistakes,
    };
    while let Some(wanted) = reader.queue.pop_front() {
        if wanted.format == Format::Protobuf {
            read.protos.push(wanted.path);
            continue;
        }
        if reader.seen.len() >= MAX_FILES {
            reader.too_large(
                format!("there are more than {MAX_FILES} schema files"),
                "read fewer of them at once",
            );
            break;
        }
        read.roots.extend(reader.read(&wanted));
        read.files.insert(wanted.path);
    }
    read.broken = reader.broken;
    read
}

fn find(path: &Path, depth: usize, read: &mut Read, mistakes: &mut Vec<Diagnostic>) {
    if !path.is_dir() {
        read.files.insert(path.to_owned());
        return;
    }
    if depth > MAX_FOLDERS {
        let message = format!("folders are nested more than {MAX_FOLDERS} deep at {}", path.display());
        return mistakes.push(Diagnostic::error(code::TOO_DEEP, message));
    }
    read.folders.insert(path.to_owned());
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return mistakes.push(Diagnostic::unreadable(path, &error)),
    };
    for entry in entries.flatten().map(|entry| entry.path()) {
        // A link to a folder may lead in circles.
        if entry.is_dir() && !entry.is_symlink() {
            find(&entry, depth + 1, read, mistakes);
        } else if entry.is_file() && Format::of(&entry).is_some() {
            read.files.insert(entry);
        }
    }
}

/// A file to read, and the place that imports it.
struct Wanted {
    path: PathBuf,
    format: Format,
    import: Option<Span>,
}

struct Reader<'a> {
    queue: VecDeque<Wanted>,
    seen: BTreeSet<PathBuf>,
    total: u64,
    broken: Vec<SourceId>,
    sources: &'a mut Sources,
    mistakes: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn read(&mut self, wanted: &Wanted) -> Vec<Root> {
        let Wanted { path, format, import } = wanted;
        // One file may be reached by several paths.
        if !self.seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
            return Vec::new();
        }
        let text = match self.text(path) {
            Ok(text) => text,
            Err(error) => {
                let mistake = Diagnostic::unreadable(path, &error);
                self.mistakes.push(match import {
                    Some(span) => mistake
                        .at(span, "imported here")
                        .help("an import is relative to the folder of its file"),
                    None => mistake,
                });
                return Vec::new();
            }
        };
        if text.len() as u64 > MAX_SIZE {
            // What is in it is not looked at, nor shown.
            let source = self.sources.add(path, String::new());
            self.mistakes.push(file_too_large(source));
            return Vec::new();
        }
        if self.total > MAX_TOTAL_SIZE {
            let message = format!("the schema files have more than {} MiB together", MAX_TOTAL_SIZE / MIB);
            self.too_large(message, "read fewer of them at once");
            self.queue.clear();
            return Vec::new();
        }
        let source = self.sources.add(path, text);
        self.parse(path, *format, source).unwrap_or_else(|mistakes| {
            self.mistakes.extend(mistakes);
            self.broken.push(source);
            Vec::new()
        })
    }

    fn too_large(&mut self, message: String, help: &str) {
        self.mistakes.push(Diagnostic::error(code::TOO_LARGE, message).help(help));
    }

    /// The text of a file, without a byte order mark; no more of it than is wanted.
    fn text(&mut self, path: &Path) -> io::Result<String> {
        let mut bytes = Vec::new();
        fs::File::open(path)?.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
        self.total += bytes.len() as u64;
        let text = String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    fn parse(&mut self, path: &Path, format: Format, source: SourceId) -> Result<Vec<Root>, Vec<Diagnostic>> {
        match format {
            Format::Schema => Ok(vec![Root::schema(parse_json(self.sources, source)?, None)]),
            Format::Protocol => Ok(protocol_roots(parse_json(self.sources, source)?, self.mistakes)),
            Format::Protobuf => Ok(Vec::new()),
            Format::Idl => {
                let idl = parse_idl(self.sources, source)?;
                let folder = path.parent().unwrap_or(Path::new(""));
                let imports = idl.imports.into_iter().map(|import| Wanted {
                    path: folder.join(&import.path),
                    format: import.format,
                    import: Some(import.span),
                });
                self.queue.extend(imports);
                Ok(idl.roots)
            }
        }
    }
}

/// Refuses a file of more than [`MAX_SIZE`] bytes.
pub(crate) fn file_too_large(source: SourceId) -> Diagnostic {
    Diagnostic::error(code::TOO_LARGE, format!("the file has more than {} MiB", MAX_SIZE / MIB))
        .at(&Span { source, range: 0..0 }, "this file")
        .help("split it: schemas of several files may refer to each other")
}

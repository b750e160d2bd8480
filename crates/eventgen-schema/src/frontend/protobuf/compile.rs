//! Files to descriptors: the compiler over files that have been read already.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::FileDescriptorProto;
use protox::file::{FileResolver, GoogleFileResolver};

use super::error::{CompileError, Violation};
use super::extension_names::make_absolute;
use super::parsed::ParsedFile;
use super::places::{Places, tag};
use super::stack::with_room_for;
use super::vocabulary::Vocabulary;
use crate::guard::guarded;

/// Texts by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts(BTreeMap<String, String>);

impl Texts {
    pub(super) fn insert(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text);
    }
}

/// Compiles all texts. The vocabulary and Google's well-known types are available to each of them.
///
/// # Errors
/// The errors of each file. A file that imports one with an error has none of its own.
pub(super) fn compile(texts: &Texts) -> Result<Compiled, Vec<CompileError>> {
    with_room_for(texts.0.values().map(String::as_str), || {
        let mut compilation = Compilation::new(texts);
        for name in texts.0.keys() {
            compilation.open(name, &mut Vec::new());
        }
        compilation.finish()
    })
}

/// The result of the compiler.
pub(super) struct Compiled {
    pub(super) pool: DescriptorPool,
    /// The files in which a field without `optional` has no presence. The pool has all files as proto2.
    pub(super) proto3: BTreeSet<String>,
    /// A `google.protobuf.FileDescriptorSet`, encoded: every file after its imports.
    pub(super) descriptor_set: Vec<u8>,
}

/// Compiling in progress.
struct Compilation<'a> {
    texts: &'a Texts,
    pool: DescriptorPool,
    /// The files in the pool, in order.
    added: Vec<FileDescriptorProto>,
    /// The files that have been opened, and whether they compile.
    opened: BTreeMap<String, bool>,
    proto3: BTreeSet<String>,
    errors: Vec<CompileError>,
}

impl<'a> Compilation<'a> {
    fn new(texts: &'a Texts) -> Self {
        Self {
            texts,
            pool: DescriptorPool::new(),
            added: Vec::new(),
            opened: BTreeMap::new(),
            proto3: BTreeSet::new(),
            errors: Vec::new(),
        }
    }

    /// Adds a file after its imports; `importers` are the files on the way to it. Returns whether it compiles.
    fn open(&mut self, name: &str, importers: &mut Vec<String>) -> bool {
        if let Some(&compiles) = self.opened.get(name) {
            return compiles;
        }
        let compiles = match self.parse(name) {
            Ok(Some(file)) => self.add_after_imports(name, file, importers),
            Ok(None) => false,
            Err(error) => {
                self.errors.push(error);
                false
            }
        };
        self.opened.insert(name.to_owned(), compiles);
        compiles
    }

    /// The descriptor of a file; `None` if there is no such file.
    fn parse(&mut self, name: &str) -> Result<Option<FileDescriptorProto>, CompileError> {
        if let Some(text) = self.texts.0.get(name) {
            let file = ParsedFile::parse(name, text)?;
            if file.is_proto3 {
                self.proto3.insert(name.to_owned());
            }
            return Ok(Some(file.descriptor));
        }
        let provided = Vocabulary.open_file(name).or_else(|_| GoogleFileResolver::new().open_file(name));
        Ok(provided.ok().map(FileDescriptorProto::from))
    }

    fn add_after_imports(
        &mut self,
        name: &str,
        file: FileDescriptorProto,
        importers: &mut Vec<String>,
    ) -> bool {
        importers.push(name.to_owned());
        let mut compiles = true;
        for (index, import) in file.dependency.iter().enumerate() {
            let problem = if file.dependency[..index].contains(import) {
                Some(format!("import '{import}' was listed twice"))
            } else if importers.contains(import) {
                let cycle = importers.iter().skip_while(|importer| *importer != import);
                let cycle: Vec<&str> = cycle.map(String::as_str).chain([import.as_str()]).collect();
                Some(format!("import cycle detected: {}", cycle.join(" -> ")))
            } else if self.open(import, importers) {
                None
            } else if self.opened.contains_key(import) && self.knows(import) {
                // The import has an error, which is reported there.
                compiles = false;
                None
            } else {
                Some(format!("import '{import}' not found"))
            };
            if let Some(message) = problem {
                compiles = false;
                self.errors.push(self.import_error(name, &file, index, message));
            }
        }
        importers.pop();
        compiles && self.add(name, file)
    }

    fn knows(&self, name: &str) -> bool {
        self.texts.0.contains_key(name)
    }

    fn import_error(
        &self,
        name: &str,
        file: &FileDescriptorProto,
        index: usize,
        message: String,
    ) -> CompileError {
        let text = self.texts.0.get(name).map(String::as_str).unwrap_or_default();
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        let range = Places::of(file, text).get(&[tag::FILE_DEPENDENCY, index]).unwrap_or_default();
        let help = "import each file once, by its path below the folder that is read, and no file that imports this one";
        let violations = vec![Violation::invalid(message, range, "imported here", help)];
        CompileError::Rule { file: name.to_owned(), violations }
    }

    /// Adds a file whose imports are in the pool.
    fn add(&mut self, name: &str, mut file: FileDescriptorProto) -> bool {
        let (pool, added) = (&mut self.pool, &mut self.added);
        let result = guarded(|| {
            make_absolute(&mut file, pool);
            pool.add_file_descriptor_proto(file.clone())
        });
        let error = match result {
            Ok(Ok(())) => {
                added.push(file);
                return true;
            }
            Ok(Err(error)) => {
                let text = self.texts.0.get(name).map(String::as_str).unwrap_or_default();
                let error = protox::Error::from(error.with_source_code(text));
                CompileError::Resolve { file: name.to_owned(), error }
            }
            Err(cause) => CompileError::Panic { file: name.to_owned(), cause },
        };
        self.errors.push(error);
        // A pool that has refused a file with extensions still refers to them, and panics when they are looked for.
        self.pool = DescriptorPool::new();
        for file in self.added.clone() {
            let pool = &mut self.pool;
            if !matches!(guarded(|| pool.add_file_descriptor_proto(file)), Ok(Ok(()))) {
                break;
            }
        }
        false
    }

    fn finish(self) -> Result<Compiled, Vec<CompileError>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let descriptor_set = descriptor_set(&self.pool, &self.proto3);
        Ok(Compiled { pool: self.pool, proto3: self.proto3, descriptor_set })
    }
}

/// The files of a pool as an encoded `google.protobuf.FileDescriptorSet`, with the syntax that they are written in. It keeps
/// the options that the Rust type has no fields for.
fn descriptor_set(pool: &DescriptorPool, proto3: &BTreeSet<String>) -> Vec<u8> {
    // Field 1 of the set, and field 12 of a file, as they are on the wire.
    const FILE: u8 = 0x0a;
    const SYNTAX: &[u8] = b"\x62\x06proto3";
    let mut set = Vec::new();
    for file in pool.files() {
        let mut bytes = file.encode_to_vec();
        if proto3.contains(file.name()) {
            bytes.extend_from_slice(SYNTAX);
        }
        set.push(FILE);
        let mut length = bytes.len();
        while length >= 0x80 {
            set.push(length.to_le_bytes()[0] | 0x80);
            length >>= 7;
        }
        set.push(length.to_le_bytes()[0]);
        set.extend(bytes);
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_comments_and_texts_are_compiled() {
        let long = "🦀x".repeat(20_000);
        for text in [
            format!("syntax = \"proto3\";\n// {long}\nmessage A {{}}\n"),
            format!("syntax = \"proto3\";\n/* {}\n*/\nmessage A {{}}\n", long.replace('x', "\n")),
            format!("syntax = \"proto2\";\nmessage A {{ optional string a = 1 [default = \"{long}\"]; }}\n"),
        ] {
            let mut texts = Texts::default();
            texts.insert("a.proto", text);
            assert!(compile(&texts).is_ok());
        }
    }
}

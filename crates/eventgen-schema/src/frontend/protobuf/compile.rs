//! Compiles files that have been read to descriptors.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::prost_types::FileDescriptorProto;
use prost_reflect::{DescriptorError, DescriptorPool};

use super::edition::{check_maps, check_resolved, check_visibility, closed_enums, local_types, make_groups};
use super::error::{CompileError, Violation};
use super::extension_names::make_absolute;
use super::extensions::{check_extensions, check_numbers, extensions};
use super::parsed::ParsedFile;
use super::provided::provided;
use super::required::{check_required, check_unverified_lazy};
use super::spans::{Spans, tag};
use super::syntax::{Syntax, Written};
use crate::guard::guarded;
use crate::stack::with_room_for;

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
/// The errors of each file. A file that imports one with an error is not reported.
pub(super) fn compile(texts: &Texts) -> Result<Compiled, Vec<CompileError>> {
    with_room_for(texts.0.values().map(String::as_str), || {
        let compiled = guarded(|| {
            let mut compilation = Compilation::new(texts);
            for name in texts.0.keys() {
                compilation.open(name, &mut Vec::new());
            }
            compilation.finish()
        });
        // A panic that concerns one file is caught where that file is added.
        let file = texts.0.keys().next().cloned().unwrap_or_default();
        compiled.unwrap_or_else(|cause| Err(vec![CompileError::Panic { file, cause }]))
    })
}

/// The result of the compiler.
pub(super) struct Compiled {
    pub(super) pool: DescriptorPool,
    /// The files in which a field without `optional` has no presence. The pool has all files as proto2.
    pub(super) proto3: BTreeSet<String>,
    /// The syntax of each file.
    pub(super) written: BTreeMap<String, Written>,
    /// The full names of closed enums.
    pub(super) closed: BTreeSet<String>,
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
    written: BTreeMap<String, Written>,
    /// The full names of closed enums.
    closed: BTreeSet<String>,
    /// The full names of definitions that no other file may use.
    local: BTreeSet<String>,
    /// The files that each file in the pool imports publicly, directly or through others.
    public: BTreeMap<String, Vec<String>>,
    /// The extensions in the pool: full names by the message that is extended and the number.
    extensions: BTreeMap<(String, u32), String>,
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
            written: BTreeMap::new(),
            closed: BTreeSet::new(),
            local: BTreeSet::new(),
            public: BTreeMap::new(),
            extensions: BTreeMap::new(),
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

    /// A file; `None` if there is no such file.
    fn parse(&self, name: &str) -> Result<Option<ParsedFile>, CompileError> {
        if let Some(text) = self.texts.0.get(name) {
            return ParsedFile::parse(name, text).map(Some);
        }
        let file = |descriptor: FileDescriptorProto| {
            let is_proto3 = descriptor.syntax.is_some();
            ParsedFile { descriptor, syntax: if is_proto3 { Syntax::Proto3 } else { Syntax::Proto2 } }
        };
        Ok(provided(name).map(file))
    }

    fn add_after_imports(&mut self, name: &str, mut file: ParsedFile, importers: &mut Vec<String>) -> bool {
        importers.push(name.to_owned());
        let mut compiles = true;
        let imports = &file.descriptor.dependency;
        for (index, import) in imports.iter().enumerate() {
            let problem = if imports[..index].contains(import) {
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
                self.errors.push(self.import_error(name, &file.descriptor, index, message));
            }
        }
        importers.pop();
        if compiles {
            self.import_public(&mut file.descriptor);
        }
        compiles && self.add(name, file)
    }

    /// Adds what the imports of a file import publicly, however many files lie between: the compiler follows one.
    fn import_public(&mut self, file: &mut FileDescriptorProto) {
        let is_public = |file: &FileDescriptorProto, index: usize| {
            file.public_dependency.iter().any(|public| usize::try_from(*public) == Ok(index))
        };
        for index in 0..file.dependency.len() {
            for name in self.public.get(&file.dependency[index]).into_iter().flatten() {
                let known = file.dependency.iter().position(|import| import == name);
                let at = known.unwrap_or(file.dependency.len());
                if at == file.dependency.len() {
                    file.dependency.push(name.clone());
                }
                if is_public(file, index) && !is_public(file, at) {
                    file.public_dependency.extend(i32::try_from(at));
                }
            }
        }
        let public = (0..).zip(&file.dependency).filter(|(index, _)| is_public(file, *index));
        let public: Vec<String> = public.map(|(_, import)| import.clone()).collect();
        if !public.is_empty() {
            self.public.insert(file.name().to_owned(), public);
        }
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
        let range = Spans::of(file, text).get(&[tag::FILE_DEPENDENCY, index]).unwrap_or_default();
        let help = "import each file once, by its path below the folder that is read, and no file that imports this one";
        let violations = vec![Violation::invalid(message, range, "imported here", help)];
        CompileError::Rule { file: name.to_owned(), violations }
    }

    /// Adds a file whose imports are in the pool.
    fn add(&mut self, name: &str, file: ParsedFile) -> bool {
        let is_text = self.texts.0.contains_key(name);
        let ParsedFile { mut descriptor, syntax } = file;
        let result = guarded(|| self.resolve(name, &mut descriptor, &syntax));
        match result.unwrap_or_else(|cause| Err(CompileError::Panic { file: name.to_owned(), cause })) {
            Ok(()) => {
                self.written.insert(name.to_owned(), syntax.written());
                if is_text && syntax.is_implicit() {
                    self.proto3.insert(name.to_owned());
                }
                let file = self.pool.get_file_by_name(name);
                for extension in file.iter().flat_map(extensions) {
                    let of = extension.containing_message().full_name().to_owned();
                    let first = self.extensions.entry((of, extension.number()));
                    first.or_insert_with(|| extension.full_name().to_owned());
                }
                if let Syntax::Edition(lowered) = &syntax {
                    self.local.extend(local_types(&descriptor, &lowered.local));
                }
                self.added.push(descriptor);
                true
            }
            Err(error) => {
                self.errors.push(error);
                self.rebuild();
                false
            }
        }
    }

    fn resolve(
        &mut self,
        name: &str,
        descriptor: &mut FileDescriptorProto,
        syntax: &Syntax,
    ) -> Result<(), CompileError> {
        let text = self.texts.0.get(name).map(String::as_str).unwrap_or_default();
        let refused = |error: DescriptorError| CompileError::Resolve {
            file: name.to_owned(),
            error: error.with_source_code(text).into(),
        };
        let spans = Spans::of(descriptor, text);
        let violations = check_numbers(descriptor, &self.extensions, &spans);
        if !violations.is_empty() {
            return Err(CompileError::Rule { file: name.to_owned(), violations });
        }
        make_absolute(descriptor, &self.pool);
        if let Syntax::Edition(lowered) = syntax
            && lowered.has_delimited()
        {
            // Which fields are messages is known only when the file has been resolved.
            let mut pool = self.pool.clone();
            pool.add_file_descriptor_proto(descriptor.clone()).map_err(refused)?;
            if let Some(file) = pool.get_file_by_name(name) {
                make_groups(descriptor, lowered, file.file_descriptor_proto());
            }
        }
        self.pool.add_file_descriptor_proto(descriptor.clone()).map_err(refused)?;
        let Some(resolved) = self.pool.get_file_by_name(name) else { return Ok(()) };
        self.closed.extend(closed_enums(descriptor, syntax));
        let mut violations = check_resolved(resolved.file_descriptor_proto(), syntax, &self.closed, &spans);
        violations.extend(check_visibility(resolved.file_descriptor_proto(), &self.local, &spans));
        violations.extend(check_maps(&resolved, &spans));
        violations.extend(check_required(&resolved, &spans));
        violations.extend(check_unverified_lazy(&resolved, &spans));
        violations.extend(check_extensions(&resolved, &self.extensions, &spans));
        if violations.is_empty() {
            Ok(())
        } else {
            Err(CompileError::Rule { file: name.to_owned(), violations })
        }
    }

    /// Builds a new pool. A pool that has refused a file with extensions still refers to them, and panics when they are
    /// looked up.
    fn rebuild(&mut self) {
        self.pool = DescriptorPool::new();
        for file in self.added.clone() {
            let pool = &mut self.pool;
            if !matches!(guarded(|| pool.add_file_descriptor_proto(file)), Ok(Ok(()))) {
                break;
            }
        }
    }

    fn finish(self) -> Result<Compiled, Vec<CompileError>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let descriptor_set = descriptor_set(&self.pool, &self.proto3);
        let Self { pool, proto3, written, closed, .. } = self;
        Ok(Compiled { pool, proto3, written, closed, descriptor_set })
    }
}

/// The files of a pool as an encoded `google.protobuf.FileDescriptorSet`, with the syntax that they are written in. It
/// keeps the options that the Rust type has no fields for.
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

//! One file per type with a package. Types without one are nested in the file of the type that uses them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::definition::{Definition, Kind, Piece};
use crate::{ProtobufFile, Schema};

/// The file that declares the option `eventgen.kafka`.
const VOCABULARY: &str = "eventgen/kafka.proto";

/// A `.proto` file.
struct File {
    name: String,
    text: String,
    /// The types whose files it imports.
    imports: Vec<&'static Definition>,
}

/// The schema of an event. It is allocated and never freed, so call this once per event.
pub fn compose(definition: &'static Definition) -> Schema {
    Schema::protobuf(registered(definition, str::to_owned, &mut Vec::new()), &[0])
}

/// The same where `references` in `eventgen.toml` is `qualified`.
pub fn compose_qualified(definition: &'static Definition) -> Schema {
    // As `ReferenceStrategy::Qualified` of the contract: the two have to name the same subject.
    let subject = |name: &str| name.replace(".proto", "").replace('/', ".");
    Schema::protobuf(registered(definition, subject, &mut Vec::new()), &[0])
}

/// The file of a type with its imports. An import that closes a circle is left out; compilers refuse such files.
fn registered(
    definition: &'static Definition,
    subject: fn(&str) -> String,
    open: &mut Vec<*const Definition>,
) -> &'static ProtobufFile {
    open.push(definition);
    let File { name, text, imports } = file(definition, false);
    let imports = imports.into_iter().filter_map(|import| {
        let is_open = open.contains(&std::ptr::from_ref(import));
        (!is_open).then(|| registered(import, subject, open))
    });
    let imports: Vec<&'static ProtobufFile> = imports.collect();
    open.pop();
    let subject = subject(&name).leak();
    let (name, text, imports) = (name.leak(), text.leak(), imports.leak());
    Box::leak(Box::new(ProtobufFile { name, subject, text, imports }))
}

/// The names and texts of the exported files of an event: its imports first, then the file with the option.
pub(crate) fn annotated_files(definition: &'static Definition) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open = vec![(file(definition, true), 0)];
    let mut known = BTreeSet::from([std::ptr::from_ref(definition)]);
    while let Some((file, next)) = open.pop() {
        let Some(&import) = file.imports.get(next) else {
            files.push((file.name, file.text));
            continue;
        };
        open.push((file, next + 1));
        if known.insert(std::ptr::from_ref(import)) {
            open.push((self::file(import, true), 0));
        }
    }
    files
}

/// The path by which other files import that of a type: its package as folders, then its name in snake case.
fn file_name(definition: &Definition) -> String {
    let package = definition.package.unwrap_or_default().replace('.', "/");
    let mut name = if package.is_empty() { package } else { package + "/" };
    let mut before = '_';
    for char in definition.name.chars() {
        if char.is_ascii_uppercase() && !before.is_ascii_uppercase() && before != '_' {
            name.push('_');
        }
        name.push(char.to_ascii_lowercase());
        before = char;
    }
    name + ".proto"
}

fn file(root: &'static Definition, with_option: bool) -> File {
    let mut writer = Writer { root, out: String::new(), nested: Vec::new(), imports: Vec::new() };
    writer.declaration(root, 0, with_option);
    let Writer { out: declaration, mut imports, .. } = writer;
    imports.sort_by_key(|import| import_name(import));
    let mut names: BTreeSet<String> = imports.iter().map(|import| import_name(import)).collect();
    if with_option && root.option.is_some() {
        names.insert(VOCABULARY.to_owned());
    }
    let mut text = "syntax = \"proto3\";\n\n".to_owned();
    if let Some(package) = root.package.filter(|package| !package.is_empty()) {
        let _ = writeln!(text, "package {package};\n");
    }
    for name in &names {
        let _ = writeln!(text, "import \"{name}\";");
    }
    if !names.is_empty() {
        text.push('\n');
    }
    text.push_str(&declaration);
    let is_own = |import: &&Definition| !matches!(import.kind, Kind::WellKnown(_));
    File { name: file_name(root), text, imports: imports.into_iter().filter(is_own).collect() }
}

fn import_name(definition: &Definition) -> String {
    match definition.kind {
        Kind::WellKnown(file) => file.to_owned(),
        _ => file_name(definition),
    }
}

struct Writer {
    root: &'static Definition,
    out: String,
    /// Types nested in the root, in the order of their first use.
    nested: Vec<&'static Definition>,
    /// Types of other files, in the order of their first use.
    imports: Vec<&'static Definition>,
}

impl Writer {
    fn declaration(&mut self, definition: &'static Definition, depth: usize, with_option: bool) {
        self.doc(definition.doc, depth);
        let word = if definition.kind == Kind::Enum { "enum" } else { "message" };
        self.line(depth, &format!("{word} {} {{", definition.name));
        if let Some(option) = definition.option.filter(|_| with_option && depth == 0) {
            self.line(depth + 1, "option (eventgen.kafka) = {");
            for line in option.lines() {
                self.line(depth + 2, line);
            }
            self.line(depth + 1, "};");
            if !definition.body.is_empty() {
                self.out.push('\n');
            }
        }
        self.body(definition.body, depth + 1);
        if depth == 0 {
            let mut written = 0;
            while let Some(&nested) = self.nested.get(written) {
                self.out.push('\n');
                self.declaration(nested, 1, false);
                written += 1;
            }
        }
        self.line(depth, "}");
    }

    fn body(&mut self, pieces: &'static [Piece], depth: usize) {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Type(definition) => text.push_str(&self.name(definition())),
                Piece::Members(definition) => {
                    self.lines(&text, depth);
                    text.clear();
                    self.body(definition().body, depth + 1);
                }
            }
        }
        self.lines(&text, depth);
    }

    /// The name of a type in the file.
    fn name(&mut self, definition: &'static Definition) -> String {
        let enter = |known: &mut Vec<&'static Definition>| {
            if !known.iter().any(|known| std::ptr::eq(*known, definition)) {
                known.push(definition);
            }
        };
        match (definition.kind, definition.package) {
            _ if std::ptr::eq(definition, self.root) => definition.name.to_owned(),
            (Kind::WellKnown(_), _) => {
                enter(&mut self.imports);
                self.absolute(definition.name)
            }
            (_, Some(package)) => {
                enter(&mut self.imports);
                let dot = if package.is_empty() { "" } else { "." };
                self.absolute(&format!("{package}{dot}{}", definition.name))
            }
            (_, None) => {
                enter(&mut self.nested);
                definition.name.to_owned()
            }
        }
    }

    /// A reference by full name. Compilers resolve its first part from the innermost package outwards, so it needs a leading
    /// dot if a part of the file's package has the same name.
    fn absolute(&self, full_name: &str) -> String {
        let first = full_name.split('.').next();
        let mut around = self.root.package.unwrap_or_default().split('.').skip(1);
        let dot = if around.any(|part| Some(part) == first) { "." } else { "" };
        format!("{dot}{full_name}")
    }

    fn doc(&mut self, doc: &str, depth: usize) {
        for line in doc.lines() {
            self.line(depth, format!("// {line}").trim_end());
        }
    }

    fn lines(&mut self, text: &str, depth: usize) {
        for line in text.lines() {
            self.line(depth, line);
        }
    }

    fn line(&mut self, depth: usize, line: &str) {
        if !line.is_empty() {
            self.out.extend(std::iter::repeat_n("  ", depth));
            self.out.push_str(line);
        }
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages of two packages that contain each other. A part of the second package hides the first part of the first.
    static FIRST: Definition =
        message("First", Some("com.example"), &[Piece::Type(|| &SECOND), Piece::Text(" first = 1;\n")]);
    static SECOND: Definition = message(
        "HTTPRequest",
        Some("org.com.other"),
        &[
            Piece::Type(|| &FIRST),
            Piece::Text(" back = 1;\n"),
            Piece::Type(|| &PART),
            Piece::Text(" part = 2;\n"),
        ],
    );
    static PART: Definition = message("Part", None, &[]);

    const fn message(
        name: &'static str,
        package: Option<&'static str>,
        body: &'static [Piece],
    ) -> Definition {
        Definition { name, package, kind: Kind::Message, doc: "", option: None, body }
    }

    #[test]
    fn imports_have_qualified_subjects() {
        let subjects = compose_qualified(&FIRST).subjects("first-value");
        let names: Vec<&str> = subjects.iter().map(|subject| subject.name.as_str()).collect();
        assert_eq!(names, ["org.com.other.httprequest", "first-value"]);
        let [reference] = &subjects[1].references[..] else { panic!("one reference") };
        assert_eq!(reference.name, "org/com/other/httprequest.proto");
        assert_eq!(reference.subject, "org.com.other.httprequest");
    }

    #[test]
    fn a_circle_of_imports_ends() {
        let file = registered(&FIRST, str::to_owned, &mut Vec::new());
        assert_eq!(file.name, "com/example/first.proto");
        assert_eq!(
            file.text,
            "syntax = \"proto3\";\n\npackage com.example;\n\nimport \"org/com/other/httprequest.proto\";\n\n\
             message First {\n  org.com.other.HTTPRequest first = 1;\n}\n"
        );
        let [import] = file.imports else { panic!("one import") };
        assert_eq!(
            import.text,
            "syntax = \"proto3\";\n\npackage org.com.other;\n\nimport \"com/example/first.proto\";\n\n\
             message HTTPRequest {\n  .com.example.First back = 1;\n  Part part = 2;\n\n  message Part {\n  }\n}\n"
        );
        assert_eq!((import.subject, import.imports), (import.name, &[] as &[&ProtobufFile]));
        let names: Vec<String> = annotated_files(&FIRST).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["org/com/other/httprequest.proto", "com/example/first.proto"]);
    }
}

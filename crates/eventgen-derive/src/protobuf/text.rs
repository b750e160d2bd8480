//! The `.proto` file of an item: with stubs for foreign types as the front end checks it, and as fragments for the
//! runtime.

use proc_macro2::Span;

use super::attribute::{Kind, Label};
use super::field_type::message;
use super::item::{Content, Field, Item, Symbol};
use crate::input::rust_type::ForeignType;
use crate::model::document::Document;

/// The message around a oneof, which is not a declaration of its own.
const WRAPPER: &str = "EventgenWrapper";

/// The text of an item.
pub(super) struct Text {
    /// The whole file.
    pub(super) document: Document,
    /// The statements in the braces of the declaration.
    pub(super) fragments: Vec<Fragment>,
    /// The foreign types.
    pub(super) stubs: Vec<Stub>,
    /// The full name of the message that the stubs are nested in.
    scope: String,
    /// Placeholders for members of oneofs.
    members: Vec<String>,
}

/// A fragment of the statements.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fragment {
    Text(String),
    /// The name of a foreign type, by its index.
    Type(usize),
    /// The members of a oneof, by its index.
    Members(usize),
}

/// A foreign type.
#[derive(Debug)]
pub(super) struct Stub {
    pub(super) ty: ForeignType,
    kind: StubKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StubKind {
    Message,
    Enum,
    Oneof,
}

impl Text {
    /// Writes an item.
    pub(super) fn of(item: &Item, is_event: bool) -> Self {
        let mut text = Self {
            document: Document::default(),
            fragments: Vec::new(),
            stubs: Vec::new(),
            scope: item.full_name(),
            members: Vec::new(),
        };
        let (name, name_span) = &item.name;
        text.document.raw("syntax = \"proto3\";\n");
        if let Some((package, span)) = item.package.as_ref().filter(|(package, _)| !package.is_empty()) {
            text.document.raw("package ");
            text.document.at(*span, |document| document.raw(package));
            text.document.raw(";\n");
        }
        if is_event && let Some(doc) = &item.doc {
            // The code that is generated for the topic has the documentation of the event.
            text.document.raw(&comment(doc));
        }
        match &item.content {
            Content::Message(fields) => {
                text.open("message", name, *name_span);
                for field in fields {
                    text.field(field);
                }
            }
            Content::Enum(symbols) => {
                text.open("enum", name, *name_span);
                for symbol in symbols {
                    text.symbol(symbol);
                }
            }
            Content::Oneof(members) => {
                WRAPPER.clone_into(&mut text.scope);
                text.open("message", WRAPPER, *name_span);
                text.document.raw("oneof value {\n");
                for member in members {
                    text.field(member);
                }
                text.document.raw("}\n");
            }
        }
        text.define_stubs();
        text.document.raw("}\n");
        text
    }

    /// The full names of the stubs of messages.
    pub(super) fn stub_names(&self) -> Vec<String> {
        let messages = self.stubs.iter().enumerate().filter(|(_, stub)| stub.kind == StubKind::Message);
        messages.map(|(index, _)| format!("{}.{}", self.scope, stub_name(index))).collect()
    }

    /// Names of the document with what the user wrote in their place. Names that start with another come first.
    pub(super) fn placeholders(&self) -> Vec<(String, &str)> {
        let stubs = self.stubs.iter().enumerate().rev();
        let stubs = stubs.flat_map(|(index, stub)| {
            let (name, path) = (stub_name(index), stub.ty.path.as_str());
            [(format!("{}.{name}", self.scope), path), (name, path)]
        });
        // Lists of fields omit the members of oneofs.
        let members = self.members.iter();
        let members = members.flat_map(|name| [(format!(", {name}"), ""), (format!("{name}, "), "")]);
        // The user has no file.
        let help = "correct the file; if protoc accepts it, eventgen does not support what it uses here";
        let file = [(help.to_owned(), "Protobuf does not allow it")];
        stubs.chain(members).chain(file).collect()
    }

    fn open(&mut self, keyword: &str, name: &str, span: Span) {
        self.document.raw(&format!("{keyword} "));
        self.document.at(span, |document| document.raw(name));
        self.document.raw(" {\n");
    }

    fn field(&mut self, field: &Field) {
        let attribute = &field.attribute;
        self.doc(field.doc.as_deref());
        let start = self.document.text().len();
        if let Kind::Oneof(path, tags) = &attribute.kind {
            let index = self.stub(ForeignType::in_string(path, field.span), StubKind::Oneof);
            self.both(&format!("oneof {} {{\n", field.name));
            self.fragments.push(Fragment::Members(index));
            for tag in tags {
                let member = format!("eventgen_{}_{tag}", field.name);
                self.document.raw(&format!("bool {member} = {tag};\n"));
                self.members.push(member);
            }
            self.both("}\n");
        } else {
            match attribute.label {
                Label::Repeated => self.both("repeated "),
                Label::Optional if attribute.kind != Kind::Message => self.both("optional "),
                _ => {}
            }
            self.kind(&attribute.kind, field);
            let packed = if attribute.is_unpacked { " [packed = false]" } else { "" };
            self.both(&format!(" {} = {}{packed};\n", field.name, attribute.tag));
        }
        self.document.mark(start, field.span);
    }

    fn kind(&mut self, kind: &Kind, field: &Field) {
        match kind {
            Kind::Scalar(name) => self.both(name),
            Kind::Enumeration(path) => self.name(ForeignType::in_string(path, field.span), StubKind::Enum),
            Kind::Message => self.name(ForeignType::of(message(&field.ty)), StubKind::Message),
            Kind::Map(key, value) => {
                self.both(&format!("map<{key}, "));
                self.kind(value, field);
                self.both(">");
            }
            Kind::Oneof(..) => {}
        }
    }

    fn symbol(&mut self, symbol: &Symbol) {
        self.doc(symbol.doc.as_deref());
        let start = self.document.text().len();
        self.both(&format!("{} = {};\n", symbol.name.0, symbol.number));
        self.document.mark(start, symbol.name.1);
    }

    fn doc(&mut self, doc: Option<&str>) {
        if let Some(doc) = doc {
            self.both(&comment(doc));
        }
    }

    fn name(&mut self, ty: ForeignType, kind: StubKind) {
        let index = self.stub(ty, kind);
        self.document.raw(&stub_name(index));
        self.fragments.push(Fragment::Type(index));
    }

    /// Appends text to the document and to the fragments.
    fn both(&mut self, text: &str) {
        self.document.raw(text);
        match self.fragments.last_mut() {
            Some(Fragment::Text(last)) => last.push_str(text),
            _ => self.fragments.push(Fragment::Text(text.to_owned())),
        }
    }

    /// The index of a foreign type, which is added if it is new.
    fn stub(&mut self, ty: ForeignType, kind: StubKind) -> usize {
        let known = self.stubs.iter().position(|known| known.ty.path == ty.path && known.kind == kind);
        known.unwrap_or_else(|| {
            self.stubs.push(Stub { ty, kind });
            self.stubs.len() - 1
        })
    }

    fn define_stubs(&mut self) {
        for (index, stub) in self.stubs.iter().enumerate() {
            let name = stub_name(index);
            self.document.raw(&match stub.kind {
                StubKind::Message => format!("message {name} {{}}\n"),
                StubKind::Enum => format!("enum {name} {{ EVENTGEN_STUB_{index} = 0; }}\n"),
                StubKind::Oneof => String::new(),
            });
        }
    }
}

fn stub_name(index: usize) -> String {
    format!("EventgenStub{index}")
}

/// Documentation as a comment.
fn comment(doc: &str) -> String {
    doc.lines().map(|line| format!("// {line}").trim_end().to_owned() + "\n").collect()
}

//! The text of an item's schema: for the front end with stubs in the place of the types that are not seen here, for the
//! runtime in pieces.

use proc_macro2::Span;

use super::attribute::{Kind, Label};
use super::field_type;
use super::item::{Content, Field, Item, Symbol};
use crate::document::Document;

/// The message around what cannot stand by itself.
const WRAPPER: &str = "EventgenWrapper";

/// A text in two forms.
pub(super) struct Text {
    /// The whole file.
    pub(super) document: Document,
    /// What stands in the braces.
    pub(super) pieces: Vec<Piece>,
    /// The types that are not seen here.
    pub(super) stubs: Vec<Stub>,
    /// The full name of the message that the stubs are nested in.
    scope: String,
    /// What stands for members of oneofs.
    members: Vec<String>,
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// The name of a stub.
    Type(usize),
    /// The members of a oneof.
    Members(usize),
}

/// What stands for a type.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stub {
    /// The type, as it is written.
    pub(super) path: String,
    kind: StubKind,
}

#[derive(Debug, PartialEq, Eq)]
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
            pieces: Vec::new(),
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
            // What is generated for the topic says it too.
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

    /// The full names of the stubs that stand for messages.
    pub(super) fn stub_names(&self) -> Vec<String> {
        let messages = self.stubs.iter().enumerate().filter(|(_, stub)| stub.kind == StubKind::Message);
        messages.map(|(index, _)| format!("{}.{}", self.scope, stub_name(index))).collect()
    }

    /// Names that were made up for the front end, with those that they stand for; longer ones first.
    pub(super) fn made_up(&self) -> Vec<(String, &str)> {
        let stubs = self.stubs.iter().enumerate().rev();
        let stubs = stubs.flat_map(|(index, stub)| {
            let name = stub_name(index);
            [(format!("{}.{name}", self.scope), stub.path.as_str()), (name, stub.path.as_str())]
        });
        // In lists of fields they are left out.
        let members = self.members.iter();
        let members = members.flat_map(|name| [(format!(", {name}"), ""), (format!("{name}, "), "")]);
        // There is no file.
        let file = [("mend the file: every".to_owned(), "every")];
        stubs.chain(members).chain(file).collect()
    }

    fn open(&mut self, word: &str, name: &str, span: Span) {
        self.document.raw(&format!("{word} "));
        self.document.at(span, |document| document.raw(name));
        self.document.raw(" {\n");
    }

    fn field(&mut self, field: &Field) {
        let attribute = &field.attribute;
        self.doc(field.doc.as_deref());
        let start = self.document.text().len();
        if let Kind::Oneof(path, tags) = &attribute.kind {
            let index = self.stub(path, StubKind::Oneof);
            self.both(&format!("oneof {} {{\n", field.name));
            self.pieces.push(Piece::Members(index));
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
            Kind::Enumeration(path) => self.name(path, StubKind::Enum),
            Kind::Message => self.name(&field_type::message(&field.ty), StubKind::Message),
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

    fn name(&mut self, path: &str, kind: StubKind) {
        let index = self.stub(path, kind);
        self.document.raw(&stub_name(index));
        self.pieces.push(Piece::Type(index));
    }

    fn both(&mut self, text: &str) {
        self.document.raw(text);
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    fn stub(&mut self, path: &str, kind: StubKind) -> usize {
        let stub = Stub { path: path.to_owned(), kind };
        let known = self.stubs.iter().position(|known| *known == stub);
        known.unwrap_or_else(|| {
            self.stubs.push(stub);
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

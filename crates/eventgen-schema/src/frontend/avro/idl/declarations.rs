//! Files, protocols, imports, and the definitions of records, enums and fixed types.

use eventgen_avro::parse::Root;

use super::super::format::Format;
use super::annotations::{lower_order, misplaced};
use super::parser::{Import, Parser};
use super::syntax::Parsed;
use super::tokens::{Word, member};
use crate::frontend::problems::too_long;
use crate::node::{Member, Node, Value};
use crate::reader::once_each;
use crate::source::Span;

/// The documentation and the annotations before a definition.
pub(super) struct Head {
    pub(super) start: Span,
    pub(super) doc: Option<Member>,
    pub(super) annotations: Vec<Member>,
}

impl Parser {
    pub(super) fn head(&mut self) -> Parsed<Head> {
        let (start, doc) = (self.tokens.span(), self.tokens.doc());
        Ok(Head { start, doc, annotations: self.annotations()? })
    }

    /// Parses a whole file: one protocol, or a namespace, a main schema and definitions.
    pub(super) fn file(&mut self) -> Parsed<()> {
        let mut may_be_protocol = true;
        if self.tokens.take_keyword("namespace") {
            let namespace = self.tokens.word("a namespace")?;
            self.limit_length(&namespace.text, &namespace.span);
            self.namespace = Some(namespace.text);
            self.tokens.sign(';')?;
            may_be_protocol = false;
        }
        if self.tokens.take_keyword("schema") {
            let node = self.inner_type()?;
            self.tokens.sign(';')?;
            self.idl.roots.push(Root::schema(node, self.namespace.clone()));
            may_be_protocol = false;
        }
        while !self.tokens.is_at_end() {
            let head = self.head()?;
            if may_be_protocol && self.tokens.take_keyword("protocol") {
                return self.protocol(&head);
            }
            may_be_protocol = false;
            if !self.is_definition() {
                return self.tokens.unexpected("a record, an enum, a fixed type or an import");
            }
            self.definition(head)?;
        }
        Ok(())
    }

    fn protocol(&mut self, head: &Head) -> Parsed<()> {
        self.not_of_record(&head.annotations);
        let name = self.tokens.word("the name of the protocol")?;
        self.limit_length(&name.text, &name.span);
        let own = head.annotations.iter().find(|annotation| annotation.name == "namespace");
        let own = own.and_then(|annotation| Some((annotation.value.as_str()?, &annotation.value.span)));
        if let Some((namespace, span)) = own {
            self.limit_length(namespace, span);
        }
        let before = name.text.rsplit_once('.').map(|(namespace, _)| namespace);
        self.namespace = before.or(own.map(|(namespace, _)| namespace)).map(str::to_owned);
        self.tokens.sign('{')?;
        while !self.tokens.take_sign('}') {
            let head = self.head()?;
            if self.is_definition() {
                self.definition(head)?;
            } else {
                self.message(&head)?;
            }
        }
        if self.tokens.is_at_end() { Ok(()) } else { self.tokens.unexpected("the end of the file") }
    }

    fn limit_length(&mut self, name: &str, span: &Span) {
        self.diagnostics.extend(too_long(name, span));
    }

    fn is_definition(&self) -> bool {
        ["import", "record", "error", "enum", "fixed"].iter().any(|keyword| self.tokens.is_keyword(keyword))
    }

    fn definition(&mut self, head: Head) -> Parsed<()> {
        if self.tokens.take_keyword("import") {
            misplaced(&head.annotations, "an import has no properties")?;
            return self.import();
        }
        let node = if self.tokens.take_keyword("record") {
            self.record("record", head)?
        } else if self.tokens.take_keyword("error") {
            self.record("error", head)?
        } else if self.tokens.take_keyword("enum") {
            self.enumeration(head)?
        } else {
            self.tokens.take_keyword("fixed");
            self.fixed(head)?
        };
        self.idl.roots.push(Root::schema(node, self.namespace.clone()).in_idl());
        Ok(())
    }

    fn import(&mut self) -> Parsed<()> {
        let format = if self.tokens.take_keyword("idl") {
            Format::Idl
        } else if self.tokens.take_keyword("protocol") {
            Format::Protocol
        } else if self.tokens.take_keyword("schema") {
            Format::Schema
        } else {
            return self.tokens.unexpected("`idl`, `protocol` or `schema`");
        };
        let path = self.tokens.string()?;
        self.tokens.sign(';')?;
        let text = path.as_str().unwrap_or_default();
        self.idl.imports.push(Import { format, path: text.into(), span: path.span });
        Ok(())
    }

    fn record(&mut self, kind: &str, head: Head) -> Parsed<Node> {
        let name = self.tokens.word("the name of the record")?;
        let open = self.tokens.span();
        self.tokens.sign('{')?;
        let mut fields = Vec::new();
        while !self.tokens.take_sign('}') {
            self.fields(&mut fields)?;
        }
        let fields = Node { value: Value::Array(fields), span: self.tokens.since(&open) };
        Ok(self.named(kind, &name, head, vec![member("fields", fields)]))
    }

    fn enumeration(&mut self, head: Head) -> Parsed<Node> {
        let name = self.tokens.word("the name of the enum")?;
        let open = self.tokens.span();
        self.tokens.sign('{')?;
        let symbol = |parser: &mut Self| {
            let annotations = parser.annotations()?;
            parser.not_of_record(&annotations);
            Ok(parser.tokens.word("a symbol")?.node())
        };
        let symbols = Value::Array(self.list('}', symbol)?);
        let mut own = vec![member("symbols", Node { value: symbols, span: self.tokens.since(&open) })];
        if self.tokens.take_sign('=') {
            own.push(member("default", self.tokens.word("a symbol")?.node()));
            self.tokens.sign(';')?;
        }
        Ok(self.named("enum", &name, head, own))
    }

    fn fixed(&mut self, head: Head) -> Parsed<Node> {
        let name = self.tokens.word("the name of the fixed type")?;
        self.tokens.sign('(')?;
        let size = self.tokens.whole_number()?;
        self.tokens.sign(')')?;
        self.tokens.sign(';')?;
        Ok(self.named("fixed", &name, head, vec![member("size", size)]))
    }

    /// Parses fields of one type, separated by commas.
    fn fields(&mut self, fields: &mut Vec<Node>) -> Parsed<()> {
        let doc = self.tokens.doc();
        let typed = self.full_type()?;
        loop {
            fields.push(self.variable(&typed, doc.clone())?);
            if !self.tokens.take_sign(',') {
                return self.tokens.sign(';');
            }
        }
    }

    /// The properties of a definition, in the order in which Avro writes them.
    fn named(&mut self, kind: &str, name: &Word, head: Head, own: Vec<Member>) -> Node {
        let mut members =
            vec![member("type", Node::text(kind, head.start.clone())), member("name", name.node())];
        let (namespace, rest): (Vec<_>, Vec<_>) =
            head.annotations.into_iter().partition(|annotation| annotation.name == "namespace");
        members.extend(namespace);
        members.extend(head.doc);
        members.extend(own);
        members.extend(rest);
        once_each(&members, &mut self.diagnostics);
        Node { value: Value::Object(members), span: self.tokens.since(&head.start) }
    }

    /// Parses the name of a field or a parameter, with its annotations and its default.
    pub(super) fn variable(&mut self, typed: &super::types::Typed, doc: Option<Member>) -> Parsed<Node> {
        let mut head = self.head()?;
        let name = self.tokens.word("a name")?;
        let default = if self.tokens.take_sign('=') { Some(self.json()?) } else { None };
        let mut members =
            vec![member("name", name.node()), member("type", typed.with_default(default.as_ref()))];
        members.extend(head.doc.take().or(doc));
        members.extend(default.map(|default| member("default", default)));
        lower_order(&mut head.annotations);
        members.append(&mut head.annotations);
        once_each(&members, &mut self.diagnostics);
        Ok(Node { value: Value::Object(members), span: self.tokens.since(&head.start) })
    }
}

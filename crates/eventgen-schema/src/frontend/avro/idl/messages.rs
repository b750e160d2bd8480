//! Messages of a protocol. eventgen does not use them, but the types that they name must be defined.

use eventgen_avro::parse::Root;

use super::declarations::Head;
use super::parser::Parser;
use super::syntax::Parsed;
use super::tokens::wrong;

impl Parser {
    pub(super) fn message(&mut self, head: &Head) -> Parsed<()> {
        self.not_of_record(&head.annotations);
        let mut is_void = self.tokens.take_keyword("void");
        if !is_void {
            is_void = self.tokens.is_keyword("null");
            let response = self.inner_type()?;
            self.idl.roots.push(Root::schema(response, self.namespace.clone()).in_idl());
        }
        self.tokens.word("the name of a message")?;
        self.tokens.sign('(')?;
        for parameter in self.list(')', Self::parameter)? {
            self.idl.roots.push(Root::parameter(parameter, self.namespace.clone()).in_idl());
        }
        if self.tokens.take_keyword("oneway") {
            if !is_void {
                return Err(Box::new(wrong(
                    "a one-way message returns void",
                    &head.start,
                    "return void, or remove `oneway`",
                )));
            }
        } else if self.tokens.take_keyword("throws") {
            loop {
                let error = self.tokens.word("the name of an error")?;
                self.idl.roots.push(Root::schema(error.node(), self.namespace.clone()).in_idl());
                if !self.tokens.take_sign(',') {
                    break;
                }
            }
        }
        self.tokens.sign(';')
    }

    fn parameter(&mut self) -> Parsed<crate::node::Node> {
        let doc = self.tokens.doc();
        let typed = self.full_type()?;
        self.variable(&typed, doc)
    }
}

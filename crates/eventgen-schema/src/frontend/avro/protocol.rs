//! Protocols in JSON (`.avpr`; specification 1.12, "Protocol Declaration"). Their types are schemas, and the types that
//! their messages name must be defined.

use eventgen_avro::parse::Root;

use super::parse::{ANNOTATION, misplaced_annotation};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::code;
use crate::frontend::problems::too_long;
use crate::node::{Member, Node, Value};
use crate::source::Span;

/// What a protocol looks like.
const FORM: &str =
    "a protocol has \"types\": [ … ] and \"messages\": { \"…\": { \"request\": [ … ], \"response\": … } }";

/// The schemas of a protocol.
pub(crate) fn protocol_roots(protocol: Node, diagnostics: &mut Vec<Diagnostic>) -> Vec<Root> {
    let Some(name) = protocol.get("protocol").and_then(Node::as_str) else {
        diagnostics.push(
            Diagnostic::error(code::MALFORMED, "a protocol needs a name")
                .at(&protocol.span, "it is missing here")
                .help("add a property `protocol`"),
        );
        return Vec::new();
    };
    let own = protocol.get("namespace").and_then(Node::as_str);
    let given = protocol.get(if name.contains('.') { "protocol" } else { "namespace" });
    if let Some(diagnostic) = given.and_then(|given| too_long(given.as_str()?, &given.span)) {
        diagnostics.push(diagnostic);
        return Vec::new();
    }
    let namespace = name.rsplit_once('.').map(|(namespace, _)| namespace).or(own).map(str::to_owned);
    let mut reader = Reader { namespace, roots: Vec::new(), diagnostics };
    let Value::Object(members) = protocol.value else { return Vec::new() };
    for member in members {
        match member.name.as_str() {
            "types" => reader.types(member.value),
            "messages" => reader.messages(member.value),
            ANNOTATION => reader.diagnostics.push(misplaced_annotation(&member.name_span)),
            _ => {}
        }
    }
    reader.roots
}

struct Reader<'m> {
    namespace: Option<String>,
    roots: Vec<Root>,
    diagnostics: &'m mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn malformed(&mut self, what: &str, expected: &str, node: &Node) {
        self.diagnostics.push(
            Diagnostic::error(code::MALFORMED, format!("{what} is {expected}"))
                .at(&node.span, format!("this is {}", node.kind()))
                .help(FORM),
        );
    }

    /// Reports a message without a required property, and a one-way message with a response.
    fn check_message(&mut self, name: &Span, members: &[Member]) {
        let property = |name: &str| members.iter().find(|member| member.name == name).map(|it| &it.value);
        for required in ["request", "response"] {
            if property(required).is_none() {
                let message = format!("a message needs a property `{required}`");
                let diagnostic = Diagnostic::error(code::MALFORMED, message);
                self.diagnostics.push(diagnostic.at(name, "this one has none").help(FORM));
            }
        }
        let is_one_way =
            property("one-way").is_some_and(|one_way| matches!(one_way.value, Value::Boolean(true)));
        if let Some(response) = property("response").filter(|response| response.as_str() != Some("null"))
            && is_one_way
        {
            self.diagnostics.push(
                Diagnostic::error(code::MALFORMED, "a one-way message has no response")
                    .at(&response.span, "this is one")
                    .help("write \"response\": \"null\", or remove `one-way`"),
            );
        }
    }

    fn types(&mut self, node: Node) {
        if let Value::Array(items) = &node.value {
            for item in items.iter().filter(|item| matches!(item.value, Value::Array(_))) {
                self.malformed("a type of a protocol", "a definition", item);
            }
        }
        self.list(node, "`types`", Root::schema);
    }

    fn list(&mut self, node: Node, what: &str, root: fn(Node, Option<String>) -> Root) {
        let Value::Array(items) = node.value else { return self.malformed(what, "a list", &node) };
        self.roots.extend(items.into_iter().map(|item| root(item, self.namespace.clone())));
    }

    fn messages(&mut self, node: Node) {
        let Value::Object(messages) = node.value else {
            return self.malformed("`messages`", "an object", &node);
        };
        for message in messages {
            let Value::Object(members) = message.value.value else {
                self.malformed("a message", "an object", &message.value);
                continue;
            };
            self.check_message(&message.name_span, &members);
            for member in members {
                match member.name.as_str() {
                    ANNOTATION => self.diagnostics.push(misplaced_annotation(&member.name_span)),
                    "request" => self.list(member.value, "`request`", Root::parameter),
                    "errors" => self.list(member.value, "`errors`", Root::schema),
                    "response" => self.roots.push(Root::schema(member.value, self.namespace.clone())),
                    _ => {}
                }
            }
        }
    }
}

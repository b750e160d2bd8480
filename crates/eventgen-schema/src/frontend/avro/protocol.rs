//! Protocols in JSON (`.avpr`; specification 1.12, "Protocol Declaration"): their types are schemas like any other, and
//! the types that their messages name must be there.

use eventgen_avro::parse::Root;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::code;
use crate::frontend::problems::too_long;
use crate::node::{Node, Value};

/// The schemas of a protocol.
pub(crate) fn protocol_roots(protocol: Node, diagnostics: &mut Vec<Diagnostic>) -> Vec<Root> {
    let Some(name) = protocol.get("protocol").and_then(Node::as_str) else {
        diagnostics.push(
            Diagnostic::error(code::MALFORMED, "a protocol needs a name")
                .at(&protocol.span, "this has none")
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
            "types" => reader.list(member.value, "`types`", Root::schema),
            "messages" => reader.messages(member.value),
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
                .help(
                    "a protocol has \"types\": [ … ] and \"messages\": { \"…\": { \"request\": [ … ], … } }",
                ),
        );
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
            for member in members {
                match member.name.as_str() {
                    "request" => self.list(member.value, "`request`", Root::parameter),
                    "errors" => self.list(member.value, "`errors`", Root::schema),
                    "response" => self.roots.push(Root::schema(member.value, self.namespace.clone())),
                    _ => {}
                }
            }
        }
    }
}

//! What the parser starts from.

use super::Node;

/// A schema to parse, with the namespace that encloses it.
#[derive(Debug, Clone)]
pub struct Root {
    /// The schema.
    pub node: Node,
    /// The enclosing namespace.
    pub namespace: Option<String>,
    /// Whether it is a parameter of a message: like a field, it has a name and may have a default.
    pub is_parameter: bool,
    /// Whether it is written in Avro IDL, where a name without a dot is never one of the null namespace.
    pub is_idl: bool,
}

impl Root {
    /// A schema.
    pub fn schema(node: Node, namespace: Option<String>) -> Self {
        Self { node, namespace, is_parameter: false, is_idl: false }
    }

    /// A parameter of a message of a protocol.
    pub fn parameter(node: Node, namespace: Option<String>) -> Self {
        Self { node, namespace, is_parameter: true, is_idl: false }
    }

    /// The same, written in Avro IDL.
    #[must_use]
    pub fn in_idl(self) -> Self {
        Self { is_idl: true, ..self }
    }
}

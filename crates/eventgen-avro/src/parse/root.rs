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
}

impl Root {
    /// A schema.
    pub fn schema(node: Node, namespace: Option<String>) -> Self {
        Self { node, namespace, is_parameter: false }
    }

    /// A parameter of a message of a protocol.
    pub fn parameter(node: Node, namespace: Option<String>) -> Self {
        Self { node, namespace, is_parameter: true }
    }
}
